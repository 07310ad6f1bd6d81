package renewal

import (
	"context"
	"errors"
	"slices"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Shop releases numbers that customers did not buy in time, and works on large
// orders; *shop.LargeOrders is one.
type Shop interface {
	LapseCart(context.Context, ledger.Customer) error
	// FreeLate frees the given numbers if the customer holds them and no cart
	// shows it.
	FreeLate(context.Context, ledger.Customer, []e164.Number) error
	// WorkOff works on an order until it has ended. It may be stopped at any time.
	WorkOff(ctx context.Context, c ledger.Customer, id string) error
	// IssueGuarded calls issue for the invoices that the cart guards, if its guard is
	// due, and ends the guard.
	IssueGuarded(ctx context.Context, c ledger.Customer, issue func([]ledger.InvoiceRef) error) error
}

// Invoices issues invoices whose period is over.
type Invoices interface {
	Issue(ctx context.Context, carrier string, refs []ledger.InvoiceRef) error
}

// Edits works off edits of many rentals; *edits.Service is one.
type Edits interface {
	// WorkOff works on an edit until it has ended, or for some time. It may be
	// stopped at any time.
	WorkOff(ctx context.Context, c ledger.Customer, id string) error
}

// Prices carries out price changes; *repricing.Service is one.
type Prices interface {
	// WorkOff works on a change until it has ended. It may be stopped at any time.
	WorkOff(ctx context.Context, carrier, pkg, id string) error
}

// Worker makes the due moves.
type Worker struct {
	edits    Edits
	prices   Prices
	shop     Shop
	invoices Invoices
	store    Store
	now      func() time.Time
}

// NewWorker returns a worker that lapses the shop's carts, works on its orders,
// issues these invoices and collects in the store.
func NewWorker(shop Shop, invoices Invoices, store Store, now func() time.Time) *Worker {
	return &Worker{shop: shop, invoices: invoices, store: store, now: now}
}

// WithEdits returns the worker with the work of edits.
func (w *Worker) WithEdits(e Edits) *Worker {
	w.edits = e
	return w
}

// WithPrices lets the worker carry out price changes.
func (w *Worker) WithPrices(p Prices) *Worker {
	w.prices = p
	return w
}

// Work does the work of a message. It skips work that is no longer due, so it
// is idempotent.
func (w *Worker) Work(ctx context.Context, m Message) error {
	if len(m.Invoices) > 0 {
		return w.invoices.Issue(ctx, m.Carrier, m.invoices())
	}
	if len(m.Prices) > 0 {
		return w.workOffPrices(ctx, m)
	}
	if err := w.releaseHolds(ctx, m); err != nil {
		return err
	}
	if err := w.workOffOrders(ctx, m); err != nil {
		return err
	}
	if len(m.DIDs) > 0 || m.Account {
		_, err := commit.Insist(ctx, func() (struct{}, error) { return struct{}{}, w.collectFor(ctx, m) })
		if err != nil {
			return err
		}
	}
	return w.workOffEdits(ctx, m)
}

// workOffEdits works on the customer's edits of many rentals, after everything
// else, because an edit may take long. One that fails does not stop the others.
func (w *Worker) workOffEdits(ctx context.Context, m Message) error {
	var errs []error
	for _, id := range m.Edits {
		errs = append(errs, w.edits.WorkOff(ctx, m.customer(), id))
	}
	return errors.Join(errs...)
}

// workOffOrders works on the customer's large orders. An order that fails does
// not stop the others, but due rentals wait for the next message.
func (w *Worker) workOffOrders(ctx context.Context, m Message) error {
	var errs []error
	for _, id := range m.Orders {
		errs = append(errs, w.shop.WorkOff(ctx, m.customer(), id))
	}
	return errors.Join(errs...)
}

// workOffPrices works on the carrier's price changes. One that fails does not stop
// the others.
func (w *Worker) workOffPrices(ctx context.Context, m Message) error {
	var errs []error
	for _, of := range m.Prices {
		errs = append(errs, w.prices.WorkOff(ctx, m.Carrier, of.Package, of.ID))
	}
	return errors.Join(errs...)
}

// releaseHolds releases the customer's holds that are over, and those that came
// late.
func (w *Worker) releaseHolds(ctx context.Context, m Message) error {
	if m.Cart {
		err := w.shop.LapseCart(ctx, m.customer())
		if err = errors.Join(err, w.issueGuarded(ctx, m.customer())); err != nil {
			return err
		}
	}
	if len(m.Late) == 0 {
		return nil
	}
	return w.shop.FreeLate(ctx, m.customer(), m.Late)
}

// issueGuarded issues the invoices of a cart's checkouts whose message was lost.
func (w *Worker) issueGuarded(ctx context.Context, c ledger.Customer) error {
	return w.shop.IssueGuarded(ctx, c, func(refs []ledger.InvoiceRef) error {
		return w.invoices.Issue(ctx, c.Carrier, refs)
	})
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
	if done, err := c.collect(ctx, customer); err != nil || !done || c.left || !c.unpaid {
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
	c := &collector{
		store: w.store, now: w.now, carrier: carrier, loc: loc, older: older, atOnce: maxRentals,
		stuck: map[e164.Number]bool{},
	}
	c.take(numbers)
	return c, err
}
