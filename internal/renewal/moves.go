package renewal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
)

// charge writes account, entry, the day's invoice and the rentals in one
// transaction. If it is refused, each rental is tried alone to find the cause.
func (c *collector) charge(ctx context.Context, taken []bill, charges []ledger.Charge, now time.Time) error {
	changes, err := c.changes(ctx, taken, charges, now)
	if err != nil {
		return err
	}
	err = c.commit(ctx, changes...)
	switch {
	case err == nil || mayPass(ctx, err):
		return err
	case len(taken) > 1:
		c.atOnce = 1
		return nil
	default:
		c.atOnce = maxRentals // the cause is found
		return c.postpone(ctx, taken[0].rental, now, err)
	}
}

func (c *collector) changes(ctx context.Context, taken []bill, charges []ledger.Charge,
	now time.Time) ([]commit.Change, error) {
	onto, err := c.invoice(ctx, now)
	if err != nil {
		return nil, err
	}
	update, entry, invoice, err := c.account.Bill(ledger.Renewal, charges, onto, "Renewal", now)
	if err != nil {
		return nil, err
	}
	changes := []commit.Change{update, entry, invoice}
	for _, b := range taken {
		m, err := b.paid(now)
		if err != nil {
			return nil, err
		}
		changes = append(changes, m)
	}
	return changes, nil
}

// invoice returns the invoice of renewals of this moment.
func (c *collector) invoice(ctx context.Context, now time.Time) (open ledger.Invoice, err error) {
	period := c.account.PeriodOf(ledger.Renewal, c.carrier.Invoicing, now, c.loc)
	if id := c.account.Gathers(period); id != "" {
		if open, err = c.store.Invoice(ctx, c.account.Customer, id); err != nil {
			return open, err
		}
	}
	return c.account.InvoiceFor(period, open, now), nil
}

// moveOn makes the due moves that need no money, each in its own transaction.
func (c *collector) moveOn(ctx context.Context, rentals []did.DID, now time.Time) (done bool, err error) {
	due := slices.DeleteFunc(rentals, func(d did.DID) bool { return c.stuck[d.Number] || !isOver(d, now) })
	errs := make([]error, len(due))
	var g errgroup.Group
	g.SetLimit(movesAtOnce)
	for i, d := range due {
		g.Go(func() error {
			errs[i] = c.pass(ctx, d, now)
			return nil
		})
	}
	_ = g.Wait() // each move has its own error
	for i, err := range errs {
		if err != nil && !mayPass(ctx, err) {
			errs[i] = c.postpone(ctx, due[i], now, err)
		}
	}
	return len(due) == 0, errors.Join(errs...)
}

func (c *collector) pass(ctx context.Context, d did.DID, now time.Time) error {
	m, err := overdue[d.State](d, c.carrier, now)
	if err != nil {
		return err
	}
	return c.commit(ctx, m)
}

// stopCollecting removes the account from the timers: the last round saw all payments,
// because the account was not written since.
func (c *collector) stopCollecting(ctx context.Context) error {
	stopped := c.account
	stopped.Ver, stopped.CollectAt, stopped.CollectFor = c.account.Ver+1, time.Time{}, ""
	return c.commit(ctx, ledger.Update{SeenVer: c.account.Ver, To: stopped})
}

// commit writes the changes in one batch; a refusal means that an item moved
// on.
func (c *collector) commit(ctx context.Context, changes ...commit.Change) error {
	err := commit.Write(ctx, c.store, c.now(), changes...)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}

// mayPass reports whether the failure is not the change's own fault.
func mayPass(ctx context.Context, err error) bool {
	return ctx.Err() != nil ||
		errors.Is(err, commit.ErrMovedOn) || errors.Is(err, commit.ErrContended) || errors.Is(err, commit.ErrUnknown)
}
