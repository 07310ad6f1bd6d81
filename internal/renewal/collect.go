package renewal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Store is the database for collecting. Its reads are consistent. It commits
// did.Move, ledger.Update, ledger.Entry and ledger.Invoice.
type Store interface {
	commit.Store
	// Carrier returns a tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Invoice returns one of the customer's invoices.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Owned returns the numbers of the customer's rentals, with aging ones. It
	// may be a moment late.
	Owned(context.Context, ledger.Customer) ([]e164.Number, error)
	// DueOf returns up to limit numbers of the customer's rentals that are due at a
	// moment, in the order of their due times. It may be a moment late.
	DueOf(ctx context.Context, c ledger.Customer, at time.Time, limit int) ([]e164.Number, error)
}

// movesAtOnce is the number of a customer's DIDs that are moved in parallel.
const movesAtOnce = 8

// maxRounds limits the work on one message: later sweeps find the rest. It is
// enough for maxDIDs rentals, and within a function's minute.
const maxRounds = 400

// window is the number of rentals that are worked on together: each round reads
// those that still have something due. They are the oldest ones of a customer; the
// next window begins when nothing of this one can be charged or moved on.
const window = 11 * maxRentals

// collector works on one customer.
type collector struct {
	store   Store
	now     func() time.Time
	carrier carrier.Carrier
	loc     *time.Location // the carrier's: of the invoice's day
	older   *time.Location // of rentals that keep none
	// numbers are the rentals of the window that may still have something due.
	numbers []e164.Number
	// later are those after the window, the oldest first. A run takes up to
	// maxDIDs of them.
	later []e164.Number
	// left means that there are more, for a later run.
	left bool
	// unpaid also tries past due and suspended rentals that are not due: a
	// round saw a payment.
	unpaid bool
	// account is the account that the last round read.
	account ledger.Account
	// atOnce is the number of rentals that one transaction charges.
	atOnce int
	// stuck are the rentals with a failed event in this run; failures has the
	// errors.
	stuck    map[e164.Number]bool
	failures []error
}

// collect charges due periods, the oldest first, as far as the funds go, and moves
// on unpaid rentals that are due. Each round decides on the current items, so
// collect is idempotent. done is false if work is left for a later run. The error
// includes the postponed events.
func (c *collector) collect(ctx context.Context, customer ledger.Customer) (done bool, err error) {
	for range maxRounds {
		done, err = commit.Insist(ctx, func() (bool, error) { return c.round(ctx, customer) })
		if err != nil || done {
			break
		}
	}
	return done, errors.Join(append(c.failures, err)...)
}

// round charges up to one transaction of bills; with nothing left to charge it
// makes the other due moves. done means that nothing was left to do. Its moment is
// before its reads: a rental that is due by then, and not paid from the account
// that was read, is found by the collection after a payment that this round did not
// see.
func (c *collector) round(ctx context.Context, customer ledger.Customer) (done bool, err error) {
	now := c.now()
	if c.account, err = c.store.Account(ctx, customer); err != nil {
		return false, err
	}
	if err := c.hearOfMoney(ctx, now); err != nil {
		return false, err
	}
	if c.unpaid {
		ctx = correlation.With(ctx, c.account.CollectFor) // of the payment
	}
	rentals, err := c.read(ctx, now)
	if err != nil {
		return false, err
	}
	bills, err := c.payable(ctx, billsFor(rentals, c.carrier, c.older, now), now)
	if err != nil {
		return false, err
	}
	taken, charges, err := affordable(bills, c.account, c.atOnce)
	if err != nil {
		return false, err
	}
	if len(taken) > 0 {
		return false, c.charge(ctx, taken, charges, now)
	}
	if done, err = c.moveOn(ctx, rentals, now); !done || err != nil {
		return false, err
	}
	return c.nextWindow(), nil
}

// read reads the rentals of the window that have something due; it does not read
// the others again.
func (c *collector) read(ctx context.Context, now time.Time) ([]did.DID, error) {
	items, err := c.store.DIDs(ctx, c.account.Customer.Carrier, c.numbers)
	if err != nil {
		return nil, err
	}
	var rentals []did.DID
	var numbers []e164.Number
	for _, n := range c.numbers {
		d, exists := items[n]
		if exists && c.isOpen(d, now) {
			rentals, numbers = append(rentals, d), append(numbers, n)
		}
	}
	c.numbers = numbers
	return rentals, nil
}

// isOpen reports whether the customer's rental is due, or a payment may restore it.
func (c *collector) isOpen(d did.DID, now time.Time) bool {
	if d.Customer != c.account.Customer.ID || c.stuck[d.Number] {
		return false
	}
	return isOver(d, now) || c.unpaid && (d.State == did.PastDue || d.State == did.Suspended)
}

// payable leaves out the bills that the account can never pay, such as one in
// another currency.
func (c *collector) payable(ctx context.Context, bills []bill, now time.Time) ([]bill, error) {
	var payable []bill
	for _, b := range bills {
		_, err := ledger.Sum(c.account.Currency, b.charges(c.account.Tax))
		if err != nil {
			if err := c.postpone(ctx, b.rental, now, err); err != nil {
				return nil, err
			}
			continue
		}
		payable = append(payable, b)
	}
	return payable, nil
}

// postpone leaves a rental with a failed event out of this run, and moves its
// due time on.
func (c *collector) postpone(ctx context.Context, d did.DID, now time.Time, why error) error {
	if c.stuck[d.Number] = true; !isOver(d, now) {
		return nil
	}
	m, err := d.PostponeUntil(now.Add(postponement), now)
	if err != nil {
		return err
	}
	if err := c.commit(ctx, m); err != nil {
		delete(c.stuck, d.Number)
		return err
	}
	c.failures = append(c.failures, fmt.Errorf("renewal: %s of %s is postponed: %w", d.Number, c.account.Customer, why))
	return nil
}
