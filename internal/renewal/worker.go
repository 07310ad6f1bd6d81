package renewal

import (
	"context"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Carts gives back what customers did not buy in time.
type Carts interface {
	LapseCart(context.Context, ledger.Customer) error
}

// Worker makes the moves that are due.
type Worker struct {
	carts Carts
	store Store
	now   func() time.Time
}

// NewWorker is a worker that lapses these carts and collects in this store.
func NewWorker(carts Carts, store Store, now func() time.Time) *Worker {
	return &Worker{carts: carts, store: store, now: now}
}

// Work does what a message asks for. What is no longer due is left; again does
// nothing.
func (w *Worker) Work(ctx context.Context, m Message) error {
	if m.Cart {
		if err := w.carts.LapseCart(ctx, m.customer()); err != nil {
			return err
		}
	}
	if len(m.DIDs) > 0 {
		if err := w.collectDue(ctx, m.customer(), m.DIDs); err != nil {
			return err
		}
	}
	if m.Account {
		_, err := commit.Insist(ctx, func() (struct{}, error) { return struct{}{}, w.collectUnpaid(ctx, m.customer()) })
		return err
	}
	return nil
}

// collectDue works off the numbers whose time has come.
func (w *Worker) collectDue(ctx context.Context, customer ledger.Customer, numbers []e164.Number) error {
	c, err := w.collector(ctx, customer, numbers)
	if err != nil {
		return err
	}
	_, err = c.collect(ctx, customer)
	return err
}

// collectUnpaid tries all that the customer has not paid, for money came in,
// and takes the account off the timers. When more money came meanwhile it fails
// with commit.ErrMovedOn. It is done by the correlation id of the payment.
func (w *Worker) collectUnpaid(ctx context.Context, customer ledger.Customer) error {
	account, err := w.store.Account(ctx, customer)
	if err != nil || account.Status != ledger.Active || account.CollectAt.IsZero() || account.CollectAt.After(w.now()) {
		return err
	}
	ctx = correlation.With(ctx, account.CollectFor)
	numbers, err := w.store.Owned(ctx, customer)
	if err != nil {
		return err
	}
	c, err := w.collector(ctx, customer, numbers)
	if err != nil {
		return err
	}
	c.unpaid = true
	if done, err := c.collect(ctx, customer); err != nil || !done {
		return err
	}
	return c.settle(ctx)
}

func (w *Worker) collector(ctx context.Context, customer ledger.Customer, numbers []e164.Number) (*collector, error) {
	carrier, err := w.store.Carrier(ctx, customer.Carrier)
	if err != nil {
		return nil, err
	}
	loc, err := carrier.Location()
	return &collector{
		store: w.store, now: w.now, carrier: carrier, loc: loc, numbers: numbers,
		atOnce: maxRentals, stuck: map[e164.Number]bool{},
	}, err
}
