package renewal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/ledger"
)

// MaxDepth is how many messages a queue may hold before the sweep leaves what
// is due for a later minute.
const MaxDepth = 10_000

// sendAtOnce is how many messages are collected before they are sent.
const sendAtOnce = 10

// Sweeper finds what is due and sends it to the queues. What a sweep did not
// come to, or sent in vain, is found again by the next.
type Sweeper struct {
	timers   Timers
	renewals Queue
	jobs     Queue
	now      func() time.Time
}

// NewSweeper is a sweeper that sends customers to the one queue and import jobs
// to the other.
func NewSweeper(timers Timers, renewals, jobs Queue, now func() time.Time) *Sweeper {
	return &Sweeper{timers: timers, renewals: renewals, jobs: jobs, now: now}
}

// Sent counts the messages of a sweep.
type Sent struct {
	Customers int `json:"customers"`
	Jobs      int `json:"jobs"`
}

// Sweep goes through all shards side by side. A shard that fails does not
// hinder the others; the error joins them all.
func (s *Sweeper) Sweep(ctx context.Context) (Sent, error) {
	at := s.now()
	customers, jobs := newOutbox(ctx, s.renewals), newOutbox(ctx, s.jobs)
	errs := make([]error, Shards)
	var g errgroup.Group
	for shard := range Shards {
		g.Go(func() error {
			errs[shard] = s.sweepShard(ctx, shard, at, customers, jobs)
			return nil
		})
	}
	_ = g.Wait() // each shard has its own error
	errs = append(errs, customers.flush(ctx), jobs.flush(ctx))
	return Sent{Customers: customers.sent, Jobs: jobs.sent}, errors.Join(errs...)
}

// maxRows bounds what a sweep takes of one shard; the rest is found again.
const maxRows = 20_000

// maxDIDs is how many rentals one message names at most: some 20 KB, of the
// 256 KB that SQS takes.
const maxDIDs = 1_000

// sweepShard sends each customer of the shard once, and each job.
func (s *Sweeper) sweepShard(ctx context.Context, shard int, at time.Time, customers, jobs *outbox) error {
	found, err := s.gather(ctx, shard, at, jobs)
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

// gather reads the shard's timers: a message for each customer, in the order of
// what is due to them first. Jobs it sends at once.
func (s *Sweeper) gather(ctx context.Context, shard int, at time.Time, jobs *outbox) (found []*Message, err error) {
	of := map[ledger.Customer]*Message{}
	rows := 0
	for due, err := range s.timers.Due(ctx, shard, at) {
		if err != nil {
			return found, err
		}
		if due.Kind == Job {
			if err := jobs.add(ctx, JobMessage{Carrier: due.Customer.Carrier, ImportID: due.ImportID}); err != nil {
				return found, err
			}
			continue
		}
		m := of[due.Customer]
		if m == nil {
			m = &Message{Carrier: due.Customer.Carrier, Customer: due.Customer.ID}
			of[due.Customer], found = m, append(found, m)
		}
		m.note(due)
		if rows++; rows == maxRows {
			break
		}
	}
	return found, nil
}

// note adds to the message what is due to its customer.
func (m *Message) note(due Due) {
	switch due.Kind {
	case Cart:
		m.Cart = true
	case Account:
		m.Account = true
	case Rental:
		if len(m.DIDs) < maxDIDs {
			m.DIDs, m.Oldest = append(m.DIDs, due.Number), true
		}
	}
}

func encode(message any) (string, error) {
	body, err := json.Marshal(message)
	return string(body), err
}
