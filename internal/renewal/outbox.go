package renewal

import (
	"context"
	"fmt"
	"sync"

	"didpurchase/internal/timer"
)

// outbox collects messages for a queue and sends them in batches, up to the
// queue's free room. All shards of a sweep share it.
type outbox struct {
	queue Queue
	depth func() (int, error) // of the queue before the sweep; read once, at the first message

	mu      sync.Mutex
	full    bool     // a message had no room
	added   int      // messages taken
	sent    int      // the part of them that the queue has
	waiting []string // the bodies of the other ones
}

func newOutbox(ctx context.Context, q Queue) *outbox {
	return &outbox{queue: q, depth: sync.OnceValues(func() (int, error) { return q.Depth(ctx) })}
}

// isFull reports whether the queue is too deep.
func (o *outbox) isFull() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.full
}

// add takes a message, unless the queue is too deep.
func (o *outbox) add(ctx context.Context, message any) error {
	body, err := encode(message)
	if err != nil {
		return err
	}
	depth, err := o.depth()
	if err != nil {
		return fmt.Errorf("depth of the queue: %w", err)
	}
	return o.send(ctx, o.take(body, MaxDepth-depth))
}

// take adds the body to the waiting ones, and returns a batch once it is full.
func (o *outbox) take(body string, room int) (batch []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.added >= room {
		o.full = true
		return nil
	}
	o.added++
	o.waiting = append(o.waiting, body)
	if len(o.waiting) < sendAtOnce {
		return nil
	}
	batch, o.waiting = o.waiting, nil
	return batch
}

// flush sends the waiting messages.
func (o *outbox) flush(ctx context.Context) error {
	o.mu.Lock()
	batch := o.waiting
	o.waiting = nil
	o.mu.Unlock()
	return o.send(ctx, batch)
}

func (o *outbox) send(ctx context.Context, batch []string) error {
	if len(batch) == 0 {
		return nil
	}
	if err := o.queue.Send(ctx, batch); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent += len(batch)
	return nil
}

// carrierWork has the outboxes of work for a carrier: jobs, reports, schedules.
type carrierWork struct{ jobs, reports *outbox }

// take sends a job, a report or a schedule; taken is false for other timers.
func (w carrierWork) take(ctx context.Context, due timer.Due) (taken bool, err error) {
	carrier := due.Customer.Carrier
	switch due.Kind {
	case timer.Job:
		return true, w.jobs.add(ctx, JobMessage{Carrier: carrier, ImportID: due.ImportID})
	case timer.Report:
		return true, w.reports.add(ctx, ReportMessage{Carrier: carrier, Report: due.ReportID})
	case timer.Schedule:
		return true, w.reports.add(ctx, ReportMessage{Carrier: carrier, Schedule: due.Schedule})
	}
	return false, nil
}
