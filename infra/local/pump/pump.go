// Package pump moves what happened in a source (an object in S3, a record of
// the table's stream, a message, a moment) to the functions that the template
// names for it, as the event that AWS would send. It keeps AWS's promises on
// retries, order and failure destinations, and knows no function by name.
package pump

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"didpurchase/infra/local/host"
)

// Invoker runs a function; see host.Invoker.
type Invoker = host.Invoker

// DeadLetters takes what a function could not process.
type DeadLetters interface {
	// SendDeadLetter puts a message into the queue.
	SendDeadLetter(queue, body string) error
}

// Pace lets who moves the clock hurry the pumps and see them come to rest. A nil
// Pace is never hurried.
type Pace struct {
	hurried    atomic.Bool
	delivering atomic.Int64
}

// Hurry ends the waiting of pumps for more to come, until told otherwise.
func (p *Pace) Hurry(on bool) { p.hurried.Store(on) }

// Delivering counts the batches of queues that functions work on.
func (p *Pace) Delivering() int64 { return p.delivering.Load() }

func (p *Pace) isHurried() bool { return p != nil && p.hurried.Load() }

func (p *Pace) deliver(n int64) {
	if p != nil {
		p.delivering.Add(n)
	}
}

// World is what every pump works with.
type World struct {
	Pace        *Pace
	Invoker     Invoker
	DeadLetters DeadLetters
	Now         func() time.Time
	Log         *slog.Logger
}

// pause waits, and tells whether it was for the whole time.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// describe splits a failure as Lambda reports it.
func describe(err error) (kind, message string) {
	var failed *host.FunctionError
	if errors.As(err, &failed) {
		return failed.Type, failed.Message
	}
	return "Unknown", err.Error()
}

// itemFailures reads {"batchItemFailures": [{"itemIdentifier": …}]}. An empty
// answer is a success. known are the batch's own identifiers: an answer that
// names another, or is malformed, is an error, which stands for the whole batch.
func itemFailures(answer []byte, known map[string]int) (failed map[string]bool, err error) {
	var out struct {
		BatchItemFailures []struct {
			ItemIdentifier string `json:"itemIdentifier"`
		} `json:"batchItemFailures"`
	}
	if len(answer) == 0 || string(answer) == "null" {
		return nil, nil
	}
	if err := json.Unmarshal(answer, &out); err != nil {
		return nil, fmt.Errorf("the answer is no report of item failures: %w", err)
	}
	failed = map[string]bool{}
	for _, item := range out.BatchItemFailures {
		if _, ok := known[item.ItemIdentifier]; !ok {
			return nil, fmt.Errorf("the answer reports %q, which is not in the batch", item.ItemIdentifier)
		}
		failed[item.ItemIdentifier] = true
	}
	return failed, nil
}
