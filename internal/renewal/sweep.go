package renewal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/ledger"
	"didpurchase/internal/timer"
)

// MaxDepth is the largest number of messages in a queue; above it the sweep
// leaves due work for a later minute.
const MaxDepth = 10_000

// sendAtOnce is the number of messages in one batch.
const sendAtOnce = 10

// Sweeper finds due work and sends it to the queues. Work that a sweep did not
// reach, or could not send, is found again by the next.
type Sweeper struct {
	timers   Timers
	renewals Queue
	jobs     Queue
	reports  Queue
	now      func() time.Time
}

// NewSweeper returns a sweeper that sends customers, import jobs and reports to a
// queue each.
func NewSweeper(timers Timers, renewals, jobs, reports Queue, now func() time.Time) *Sweeper {
	return &Sweeper{timers: timers, renewals: renewals, jobs: jobs, reports: reports, now: now}
}

// Sent counts the messages of a sweep.
type Sent struct {
	Customers int `json:"customers"`
	Jobs      int `json:"jobs"`
	Reports   int `json:"reports"`
}

// Sweep goes through all shards in parallel. A failing shard does not affect
// the others; the error joins all errors.
func (s *Sweeper) Sweep(ctx context.Context) (Sent, error) {
	at := s.now()
	customers := newOutbox(ctx, s.renewals)
	others := carrierWork{jobs: newOutbox(ctx, s.jobs), reports: newOutbox(ctx, s.reports)}
	ended, spare := &endedPeriods{of: map[string][]InvoiceRef{}}, newReserve(spareRows)
	errs := make([]error, timer.Shards)
	var g errgroup.Group
	for shard := range timer.Shards {
		g.Go(func() error {
			errs[shard] = s.sweepShard(ctx, shard, at, rowBudget{rows: maxRows, spare: spare}, customers, others, ended)
			return nil
		})
	}
	_ = g.Wait() // each shard has its own error
	errs = append(errs, ended.send(ctx, customers), customers.flush(ctx), others.jobs.flush(ctx),
		others.reports.flush(ctx))
	return Sent{Customers: customers.sent, Jobs: others.jobs.sent, Reports: others.reports.sent}, errors.Join(errs...)
}

// maxDIDs is the most rentals in one message: some 80 KB, of the 256 KB that SQS
// allows. A customer has one message in each sweep, so that a large customer takes
// one of the workers' places, and the others are left for everybody else.
const maxDIDs = 5 * window

// sweepShard sends each customer of the shard once, and each job.
func (s *Sweeper) sweepShard(ctx context.Context, shard int, at time.Time, budget rowBudget, customers *outbox,
	others carrierWork,
	ended *endedPeriods) error {
	found, err := s.gather(ctx, shard, at, budget, others, ended)
	if err != nil {
		err = fmt.Errorf("renewal: shard %d: %w", shard, err)
	}
	for _, m := range found {
		if customers.isFull() {
			break // found again by a later sweep, when there is room
		}
		err = errors.Join(err, customers.add(ctx, *m))
	}
	return err
}

// gather reads the shard's timers: one message for each customer, in the order
// of their first due time. It sends carriers' work immediately, and notes invoices in ended.
func (s *Sweeper) gather(ctx context.Context, shard int, at time.Time, budget rowBudget, others carrierWork,
	ended *endedPeriods) (found []*Message, err error) {
	of := map[ledger.Customer]*Message{}
	for due, err := range s.timers.Due(ctx, shard, at) {
		if err != nil {
			return found, err
		}
		if taken, err := others.take(ctx, due); err != nil {
			return found, err
		} else if taken {
			continue
		}
		if due.Kind == timer.Invoice {
			ended.note(due)
			continue
		}
		m := of[due.Customer]
		if m == nil {
			m = &Message{Carrier: due.Customer.Carrier, Customer: due.Customer.ID}
			of[due.Customer], found = m, append(found, m)
		}
		m.note(due)
		if !budget.spend() {
			break
		}
	}
	return found, nil
}

// note adds a due timer to its customer's message.
func (m *Message) note(due timer.Due) {
	switch due.Kind {
	case timer.Cart:
		m.Cart = true
	case timer.Account:
		m.Account = true
	case timer.Price:
		m.Prices = append(m.Prices, PriceRef{due.Package, due.ChangeID})
	case timer.Order:
		m.Orders = append(m.Orders, due.OrderID)
	case timer.Edit:
		m.Edits = append(m.Edits, due.EditID)
	case timer.Rental:
		if len(m.DIDs) < maxDIDs {
			m.DIDs, m.Oldest = append(m.DIDs, due.Number), true
		}
	}
}

func encode(message any) (string, error) {
	body, err := json.Marshal(message)
	return string(body), err
}
