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
	Balance  Kind = "balance"  // is not the sum of the wallet's postings
	Sequence Kind = "sequence" // of entries has a gap, or its end is not the account's
	Entry    Kind = "entry"    // does not sum to zero, or leads to another balance than it records
	Charge   Kind = "charge"   // of a period: twice, missing, or for no rental
	Rental   Kind = "rental"   // without an order, or missing although an order bought it
	Block    Kind = "block"    // differs from its DIDs; it was corrected
	Damaged  Kind = "damaged"  // an item that can't be read; records that depend on it are not compared
	Revenue  Kind = "revenue"  // counted revenue differs from the ledger; it was corrected
	Periods  Kind = "periods"  // paid for a rental leave a gap, or overlap
	Hold     Kind = "hold"     // of a number has no line in its customer's cart; the number was freed
)

// Difference is a record that does not agree with another.
type Difference struct {
	Kind     Kind   `json:"kind"`
	Carrier  string `json:"carrier"`
	Customer string `json:"customer,omitempty"`
	Detail   string `json:"detail"`
}

// excuse finds the end of a missing rental, or notes that it is lost.
func (r *Reconciler) excuse(ctx context.Context, b *books, l bought) error {
	ended, err := r.tells(ctx, b, l, func(p did.Passage) bool { return p.To == did.Aging || p.To == did.None })
	if err == nil && !ended {
		b.differs(Rental, "%s was rented as %s by order %s, is not any more, and its history has no end", l.number,
			l.rentalID, l.order)
	}
	return err
}

// explain finds the origin of a rental without an order, or notes that it has
// none. item is its number's item, zero if the rental is over.
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
