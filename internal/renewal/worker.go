package renewal

import (
	"context"
	"time"

	"didpurchase/internal/commit"
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
		if err := w.collect(ctx, m.customer(), m.DIDs, false); err != nil {
			return err
		}
	}
	if m.Account {
		return w.collectUnpaid(ctx, m.customer())
	}
	return nil
}

func (w *Worker) collect(ctx context.Context, customer ledger.Customer, numbers []e164.Number, unpaid bool) error {
	carrier, err := w.store.Carrier(ctx, customer.Carrier)
	if err != nil {
		return err
	}
	loc, err := carrier.Location()
	if err != nil {
		return err
	}
	c := collector{
		store: w.store, now: w.now, customer: customer, carrier: carrier, loc: loc,
		numbers: numbers, unpaid: unpaid, stuck: map[e164.Number]bool{},
	}
	return c.collect(ctx)
}

// collectUnpaid tries all that the customer has not paid, for money came in; a
// payment that comes during that sets the account's time anew.
func (w *Worker) collectUnpaid(ctx context.Context, customer ledger.Customer) error {
	account, err := w.store.Account(ctx, customer)
	if err != nil || account.CollectAt.IsZero() || account.CollectAt.After(w.now()) {
		return err
	}
	asked := account.CollectAt
	numbers, err := w.store.Owned(ctx, customer)
	if err != nil {
		return err
	}
	if err := w.collect(ctx, customer, numbers, true); err != nil {
		return err
	}
	_, err = commit.Insist(ctx, func() (struct{}, error) { return struct{}{}, w.settle(ctx, customer, asked) })
	return err
}

// settle takes the account off the timers, unless it was put on them again.
func (w *Worker) settle(ctx context.Context, customer ledger.Customer, asked time.Time) error {
	account, err := w.store.Account(ctx, customer)
	if err != nil || !account.CollectAt.Equal(asked) {
		return err
	}
	settled := account
	settled.Ver, settled.CollectAt = account.Ver+1, time.Time{}
	c := collector{store: w.store, now: w.now}
	return c.commit(ctx, ledger.Update{SeenVer: account.Ver, To: settled})
}
