package renewal

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// take begins with the first window of the numbers, the oldest first.
func (c *collector) take(numbers []e164.Number) {
	if c.left = len(numbers) > maxDIDs; c.left {
		numbers = numbers[:maxDIDs]
	}
	c.later = numbers
	c.nextWindow()
}

// nextWindow goes on with the next rentals; it reports whether there are none.
func (c *collector) nextWindow() (done bool) {
	n := min(window, len(c.later))
	c.numbers, c.later = c.later[:n:n], c.later[n:]
	return n == 0
}

// hearOfMoney adds all unpaid rentals of the customer to the collection after a
// payment: otherwise a younger rental that is due now would be paid before an
// older one in its grace.
func (c *collector) hearOfMoney(ctx context.Context, now time.Time) error {
	if at := c.account.CollectAt; c.unpaid || c.account.Status != ledger.Active || at.IsZero() || at.After(now) {
		return nil
	}
	owned, err := c.store.Owned(ctx, c.account.Customer)
	if err != nil {
		return err
	}
	c.unpaid = true
	all := together(slices.Concat(c.numbers, c.later), owned)
	if len(all) > window {
		if all, err = c.byAge(ctx, all, now); err != nil {
			c.unpaid = false
			return err
		}
	}
	c.take(all)
	return nil
}

// byAge returns the rentals with something due or unpaid: those with bills, the
// oldest first, then the others. It keeps no items of a window that it has read.
func (c *collector) byAge(ctx context.Context, numbers []e164.Number, now time.Time) ([]e164.Number, error) {
	var begins []begin
	var unbilled []e164.Number
	for part := range slices.Chunk(numbers, window) {
		items, err := c.store.DIDs(ctx, c.account.Customer.Carrier, part)
		if err != nil {
			return nil, err
		}
		for _, n := range part {
			d, exists := items[n]
			if !exists || !c.isOpen(d, now) {
				continue
			}
			bills := billsFor([]did.DID{d}, c.carrier, c.older, now)
			if len(bills) == 0 {
				unbilled = append(unbilled, n)
				continue
			}
			begins = append(begins, bills[0].first)
		}
	}
	slices.SortFunc(begins, begin.compare)
	sorted := make([]e164.Number, 0, len(begins)+len(unbilled))
	for _, b := range begins {
		sorted = append(sorted, b.number)
	}
	return append(sorted, unbilled...), nil
}
