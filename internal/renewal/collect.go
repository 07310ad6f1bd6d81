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
	// DueOf are up to limit numbers of the customer's rentals whose time has come
	// at a moment, the first due first. It may lag behind by a moment.
	DueOf(ctx context.Context, c ledger.Customer, at time.Time, limit int) ([]e164.Number, error)
}

// movesAtOnce is how many DIDs of a customer are moved side by side.
const movesAtOnce = 8

// maxRounds bounds the work on one message: what is left is found again.
const maxRounds = 400

// collector works on one customer.
type collector struct {
	store   Store
	now     func() time.Time
	carrier carrier.Carrier
	loc     *time.Location // the carrier's: of the invoice's day
	older   *time.Location // of rentals that keep none
	// numbers are those that may still have something to do.
	numbers []e164.Number
	// unpaid tries what is past due or suspended whatever its time: a round saw
	// that money came.
	unpaid bool
	// account is as the last round saw it.
	account ledger.Account
	// atOnce is how many rentals one transaction charges.
	atOnce int
	// stuck are the rentals whose event failed in this run; failures says how.
	stuck    map[e164.Number]bool
	failures []error
}

// collect charges what the numbers owe, the oldest first as far as the money
// goes, and moves on what stays unpaid and whose time has come. Each round
// decides on what it reads: again does nothing. It is done unless something was
// left for a later run. The error tells what was postponed, too.
func (c *collector) collect(ctx context.Context, customer ledger.Customer) (done bool, err error) {
	for range maxRounds {
		done, err = commit.Insist(ctx, func() (bool, error) { return c.round(ctx, customer) })
		if err != nil || done {
			break
		}
	}
	return done, errors.Join(append(c.failures, err)...)
}

// round charges one transaction's worth; with nothing left to charge it makes
// the moves that are due. It is done when nothing was left to do. Its moment is
// before its reads: what is due by then, and not paid from the account as read,
// is there for whoever collects after a payment that this round did not see.
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
	rentals, err := c.read(ctx, customer, now)
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
	return c.moveOn(ctx, rentals, now)
}

// hearOfMoney adds all that the customer has not paid to what is collected, once
// money came for it: else a younger rental that is due now would be paid before
// an older one that waits in its grace.
func (c *collector) hearOfMoney(ctx context.Context, now time.Time) error {
	if at := c.account.CollectAt; c.unpaid || c.account.Status != ledger.Active || at.IsZero() || at.After(now) {
		return nil
	}
	owned, err := c.store.Owned(ctx, c.account.Customer)
	if err != nil {
		return err
	}
	c.unpaid, c.numbers = true, together(c.numbers, owned)
	return nil
}

// read reads the rentals that belong to the customer and have something to do;
// the others are not read again.
func (c *collector) read(ctx context.Context, customer ledger.Customer, now time.Time) ([]did.DID, error) {
	items, err := c.store.DIDs(ctx, customer.Carrier, c.numbers)
	if err != nil {
		return nil, err
	}
	var rentals []did.DID
	var numbers []e164.Number
	for _, n := range c.numbers {
		d, exists := items[n]
		if exists && d.Customer == customer.ID && !c.stuck[n] && c.concerns(d, now) {
			rentals, numbers = append(rentals, d), append(numbers, n)
		}
	}
	c.numbers = numbers
	return rentals, nil
}

// concerns says whether a rental's time has come, or money may bring it back.
func (c *collector) concerns(d did.DID, now time.Time) bool {
	return isOver(d, now) || c.unpaid && (d.State == did.PastDue || d.State == did.Suspended)
}

// payable leaves out the bills that can't be paid from the account at all, such
// as one in another currency.
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

// postpone leaves a rental whose event failed for this run, and lets one whose
// time has come wait.
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
