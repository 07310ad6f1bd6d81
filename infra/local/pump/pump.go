// Package pump sends each change of a source (an object in S3, a record of the
// table's stream, a message, a moment) to the functions that the template names
// for it, as the event that AWS would send. It keeps AWS's promises about
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

// DeadLetters takes events that a function could not process.
type DeadLetters interface {
	// SendDeadLetter puts a message into the queue.
	SendDeadLetter(queue, body string) error
}

// Pace lets the mover of the clock speed up the pumps and wait until they are idle.
// A nil Pace is never speeded up.
type Pace struct {
	hurried    atomic.Bool
	delivering atomic.Int64
}

// Hurry switches the pumps' waits for more input off or on.
func (p *Pace) Hurry(on bool) { p.hurried.Store(on) }

// Delivering returns the number of queue batches that functions are processing.
func (p *Pace) Delivering() int64 { return p.delivering.Load() }

func (p *Pace) isHurried() bool { return p != nil && p.hurried.Load() }

func (p *Pace) deliver(n int64) {
	if p != nil {
		p.delivering.Add(n)
	}
}

// Base has the parts that every pump needs.
type Base struct {
	Pace        *Pace
	Invoker     Invoker
	DeadLetters DeadLetters
	Now         func() time.Time
	Log         *slog.Logger
}

// pause waits, and reports whether it waited for the whole time.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// describe returns the type and message of a failure in Lambda's report.
func describe(err error) (kind, message string) {
	var failed *host.FunctionError
	if errors.As(err, &failed) {
		return failed.Type, failed.Message
	}
	return "Unknown", err.Error()
}

// itemFailures reads {"batchItemFailures": [{"itemIdentifier": …}]}. An empty
// answer is a success. known are the batch's own identifiers: an answer that
// names another, or is malformed, is an error for the whole batch.
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
		return nil, fmt.Errorf("the answer is not a report of item failures: %w", err)
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
