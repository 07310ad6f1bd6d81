package renewal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Store is what collecting needs of the database. Its reads are consistent.
// It commits did.Move, ledger.Update, ledger.Entry and ledger.Invoice.
type Store interface {
	commit.Store
	// Carrier is a tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Invoice is one of the customer's invoices.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Owned are the numbers of the customer's rentals, aging ones included. It
	// may lag behind by a moment.
	Owned(context.Context, ledger.Customer) ([]e164.Number, error)
}

// movesAtOnce is how many DIDs of a customer are moved side by side.
const movesAtOnce = 8

// maxRounds bounds the work on one message: what is left is found again.
const maxRounds = 400

// collector works on one customer.
type collector struct {
	store    Store
	now      func() time.Time
	customer ledger.Customer
	carrier  carrier.Carrier
	loc      *time.Location
	numbers  []e164.Number
	// unpaid tries what is past due or suspended whatever its time: money came.
	unpaid bool
	// stuck are the rentals whose event failed in this run.
	stuck map[e164.Number]bool
}

// collect charges what the numbers owe, the oldest first as far as the money
// goes, and moves on what stays unpaid and whose time has come. Each round
// decides on what it reads: again does nothing.
func (c *collector) collect(ctx context.Context) error {
	for range maxRounds {
		done, err := commit.Insist(ctx, func() (bool, error) { return c.round(ctx) })
		if err != nil || done {
			return err
		}
	}
	return nil
}

// round charges one transaction's worth; with nothing left to charge it makes
// the moves that are due. It is done when nothing was left to do.
func (c *collector) round(ctx context.Context) (done bool, err error) {
	rentals, err := c.read(ctx)
	if err != nil || len(rentals) == 0 {
		return true, err
	}
	account, err := c.store.Account(ctx, c.customer)
	if err != nil {
		return false, err
	}
	now := c.now()
	bills, err := c.payable(ctx, billsFor(rentals, c.carrier, c.loc, now), account, now)
	if err != nil {
		return false, err
	}
	taken, charges, err := affordable(bills, account)
	if err != nil {
		return false, err
	}
	if len(taken) > 0 {
		return false, c.charge(ctx, account, taken, charges, now)
	}
	return c.moveOn(ctx, rentals, now)
}

// read reads the rentals that this run is about and that belong to the customer.
func (c *collector) read(ctx context.Context) ([]did.DID, error) {
	items, err := c.store.DIDs(ctx, c.customer.Carrier, c.numbers)
	if err != nil {
		return nil, err
	}
	var rentals []did.DID
	now := c.now()
	for _, n := range c.numbers {
		d, exists := items[n]
		if exists && d.Customer == c.customer.ID && !c.stuck[n] && c.concerns(d, now) {
			rentals = append(rentals, d)
		}
	}
	return rentals, nil
}

// concerns says whether a rental's time has come, or money may bring it back.
func (c *collector) concerns(d did.DID, now time.Time) bool {
	if c.unpaid && (d.State == did.PastDue || d.State == did.Suspended) {
		return true
	}
	_, timed := overdue[d.State]
	return timed && !d.NextAt.After(now)
}

// payable leaves out the bills that can't be paid from the account at all, such
// as one in another currency, and postpones their rentals.
func (c *collector) payable(ctx context.Context, bills []bill, account ledger.Account, now time.Time) ([]bill, error) {
	var payable []bill
	for _, b := range bills {
		_, err := ledger.Sum(account.Currency, b.charges(account.Tax))
		switch {
		case err == nil:
			payable = append(payable, b)
		case errors.Is(err, money.ErrCurrencyMismatch):
			if err := c.postpone(ctx, b.rental, now); err != nil {
				return nil, err
			}
		default:
			return nil, err
		}
	}
	return payable, nil
}

// postpone lets a rental whose event failed wait, and leaves it for this run.
func (c *collector) postpone(ctx context.Context, d did.DID, now time.Time) error {
	c.stuck[d.Number] = true
	m, err := d.PostponeUntil(now.Add(postponement), now)
	if err != nil {
		return err
	}
	return c.commit(ctx, m)
}

// charge writes account, entry, the day's invoice and the rentals at once.
func (c *collector) charge(ctx context.Context, account ledger.Account, taken []bill, charges []ledger.Charge, now time.Time) error {
	onto, err := c.invoice(ctx, account, now)
	if err != nil {
		return err
	}
	update, entry, invoice, err := account.Bill(ledger.Renewal, charges, onto, "Renewal", now)
	if err != nil {
		return err
	}
	update.To.RenewalDay, update.To.RenewalInvoice = c.day(now), invoice.ID
	changes := []commit.Change{update, entry, invoice}
	for _, b := range taken {
		m, err := b.paid(now, c.loc)
		if err != nil {
			return err
		}
		changes = append(changes, m)
	}
	return c.commit(ctx, changes...)
}

// invoice is the one of today's renewals, as it stands.
func (c *collector) invoice(ctx context.Context, account ledger.Account, now time.Time) (ledger.Invoice, error) {
	if account.RenewalDay == c.day(now) {
		return c.store.Invoice(ctx, c.customer, account.RenewalInvoice)
	}
	return account.NextInvoice(now), nil
}

func (c *collector) day(now time.Time) string { return now.In(c.loc).Format(time.DateOnly) }

// moveOn makes the moves that are due without money, each for itself.
func (c *collector) moveOn(ctx context.Context, rentals []did.DID, now time.Time) (done bool, err error) {
	moves, err := passages(rentals, c.carrier, now)
	if err != nil || len(moves) == 0 {
		return true, err
	}
	errs := make([]error, len(moves))
	var g errgroup.Group
	g.SetLimit(movesAtOnce)
	for i, m := range moves {
		g.Go(func() error {
			errs[i] = c.commit(ctx, m)
			return nil
		})
	}
	_ = g.Wait() // each move has its own error
	return false, errors.Join(errs...)
}

// commit writes the changes at once; a refusal means that something moved on.
func (c *collector) commit(ctx context.Context, changes ...commit.Change) error {
	id := ulid.MustNew(ulid.Timestamp(c.now()), ulid.DefaultEntropy()).String()
	err := c.store.Commit(ctx, commit.Batch{ID: id, Changes: changes})
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}
