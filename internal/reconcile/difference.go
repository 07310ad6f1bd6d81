package reconcile

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/did"
)

// Kind is the kind of a difference.
type Kind string

// The kinds of differences.
const (
	Balance  Kind = "balance"  // the balance is not the sum of the wallet's postings
	Sequence Kind = "sequence" // the entries' numbers have a gap, or the last is not the account's
	Entry    Kind = "entry"    // the entry does not sum to zero, or leads to another balance than it records
	Charge   Kind = "charge"   // the charge of a period is there twice, missing, or for no rental
	Rental   Kind = "rental"   // the rental has no order, or is missing although an order bought it
	Block    Kind = "block"    // the block differs from its DIDs; it was corrected
	Damaged  Kind = "damaged"  // the item can't be read; records that depend on it are not compared
	Revenue  Kind = "revenue"  // the counted revenue differs from the ledger; it was corrected
	Periods  Kind = "periods"  // the paid periods of a rental leave a gap, or overlap
	Hold     Kind = "hold"     // a held number has no line in its customer's cart; the number was freed
)

// Difference is a record that does not agree with another.
type Difference struct {
	Kind     Kind   `json:"kind"`
	Carrier  string `json:"carrier"`
	Customer string `json:"customer,omitempty"`
	Detail   string `json:"detail"`
}

// excuse looks in the history for the end of a missing rental. Without one, it
// reports the rental as lost.
func (r *Reconciler) excuse(ctx context.Context, b *books, l bought) error {
	ended, err := r.tells(ctx, b, l, func(p did.Passage) bool { return p.To == did.Aging || p.To == did.None })
	if err == nil && !ended {
		b.differs(Rental, "%s was rented as %s by order %s, is not any more, and its history has no end", l.number,
			l.rentalID, l.order)
	}
	return err
}

// explain looks in the history for the origin of a rental without an order.
// Without one, it reports the rental. item is its number's item, zero if the rental
// is over.
func (r *Reconciler) explain(ctx context.Context, b *books, l bought, item did.DID) error {
	adopted, err := r.tells(ctx, b, l, func(p did.Passage) bool { return p.To == did.Assigned && p.Period == beforeUs })
	switch {
	case err != nil:
		return err
	case !adopted:
		b.stray(l, item)
	case item.RentalID != "":
		b.adopted(item)
	}
	return nil
}

// tells reports whether the history of a rental has such a step. A step of the last
// moments may be missing.
func (r *Reconciler) tells(ctx context.Context, b *books, l bought, such func(did.Passage) bool) (bool, error) {
	told, err := r.toldNow(ctx, b, l, such)
	if err != nil || told {
		return told, err
	}
	select {
	case <-time.After(r.lateness):
		return r.toldNow(ctx, b, l, such)
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func (r *Reconciler) toldNow(ctx context.Context, b *books, l bought, such func(did.Passage) bool) (bool, error) {
	passages, err := r.store.History(ctx, b.account.Customer.Carrier, l.number)
	return slices.ContainsFunc(passages, func(p did.Passage) bool { return p.Incarnation == l.rentalID && such(p) }), err
}
