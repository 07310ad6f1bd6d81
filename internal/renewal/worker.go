package renewal

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Carts releases numbers that customers did not buy in time.
type Carts interface {
	LapseCart(context.Context, ledger.Customer) error
	// FreeLate frees the given numbers if the customer holds them and no cart
	// shows it.
	FreeLate(context.Context, ledger.Customer, []e164.Number) error
}

// Invoices issues invoices whose period is over.
type Invoices interface {
	Issue(ctx context.Context, carrier string, refs []ledger.InvoiceRef) error
}

// Worker makes the due moves.
type Worker struct {
	carts    Carts
	invoices Invoices
	store    Store
	now      func() time.Time
}

// NewWorker returns a worker that lapses these carts, issues these invoices and
// collects in this store.
func NewWorker(carts Carts, invoices Invoices, store Store, now func() time.Time) *Worker {
	return &Worker{carts: carts, invoices: invoices, store: store, now: now}
}

// Work does the work of a message. It skips work that is no longer due, so it
// is idempotent.
func (w *Worker) Work(ctx context.Context, m Message) error {
	if len(m.Invoices) > 0 {
		return w.invoices.Issue(ctx, m.Carrier, m.invoices())
	}
	if err := w.releaseHolds(ctx, m); err != nil {
		return err
	}
	if len(m.DIDs) == 0 && !m.Account {
		return nil
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) { return struct{}{}, w.collectFor(ctx, m) })
	return err
}

// releaseHolds releases the customer's holds that are over, and those that came
// late.
func (w *Worker) releaseHolds(ctx context.Context, m Message) error {
	if m.Cart {
		if err := w.carts.LapseCart(ctx, m.customer()); err != nil {
			return err
		}
	}
	if len(m.Late) == 0 {
		return nil
	}
	return w.carts.FreeLate(ctx, m.customer(), m.Late)
}

// collectFor processes the customer's due work. The message's numbers are a
// hint: older due numbers are collected with them, so neither the split nor the
// order of messages matters. After a payment, all unpaid charges are tried, and
// the account is removed from the timers; if another payment came in the
// meantime it fails with commit.ErrMovedOn.
func (w *Worker) collectFor(ctx context.Context, m Message) error {
	customer, numbers := m.customer(), m.DIDs
	if len(numbers) > 0 && !m.Oldest {
		due, err := w.store.DueOf(ctx, customer, w.now(), maxDIDs)
		if err != nil {
			return err
		}
		numbers = together(due, numbers)
		numbers = numbers[:min(maxDIDs, len(numbers))]
	}
	c, err := w.collector(ctx, customer, numbers)
	if err != nil {
		return err
	}
	if done, err := c.collect(ctx, customer); err != nil || !done || !c.unpaid {
		return err
	}
	return c.stopCollecting(correlation.With(ctx, c.account.CollectFor))
}

// together returns the numbers of both lists, each once, in their order.
func together(first, second []e164.Number) []e164.Number {
	seen := make(map[e164.Number]bool, len(first)+len(second))
	return slices.DeleteFunc(slices.Concat(first, second), func(n e164.Number) bool {
		twice := seen[n]
		seen[n] = true
		return twice
	})
}

func (w *Worker) collector(ctx context.Context, customer ledger.Customer, numbers []e164.Number) (*collector, error) {
	carrier, err := w.store.Carrier(ctx, customer.Carrier)
	if err != nil {
		return nil, err
	}
	loc, err := carrier.Location()
	if err != nil {
		return nil, err
	}
	older, err := carrier.OlderLocation()
	return &collector{
		store: w.store, now: w.now, carrier: carrier, loc: loc, older: older, numbers: numbers,
		atOnce: maxRentals, stuck: map[e164.Number]bool{},
	}, err
}
