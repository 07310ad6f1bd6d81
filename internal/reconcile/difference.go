package reconcile

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/did"
)

// Kind is what differs.
type Kind string

// The kinds of differences.
const (
	Balance  Kind = "balance"  // is not the sum of the wallet's postings
	Sequence Kind = "sequence" // of entries has a gap, or its end is not the account's
	Entry    Kind = "entry"    // does not sum to zero, or leads to another balance than it says
	Charge   Kind = "charge"   // of a period is there twice, or missing, or for no rental
	Rental   Kind = "rental"   // without an order, or an order's rental that is lost
	Block    Kind = "block"    // says otherwise than its DIDs; it was mended
	Damaged  Kind = "damaged"  // item, which can't be read; what depends on it is not compared
	Revenue  Kind = "revenue"  // is counted otherwise than the ledger says; it was mended
	Periods  Kind = "periods"  // paid for a rental leave a gap, or overlap
	Hold     Kind = "hold"     // of a number has no line in its customer's cart; the number was freed
)

// Difference is something that does not agree.
type Difference struct {
	Kind     Kind   `json:"kind"`
	Carrier  string `json:"carrier"`
	Customer string `json:"customer,omitempty"`
	Detail   string `json:"detail"`
}

// excuse finds the end of a rental that is not there any more, or notes that it
// is lost.
func (r *Reconciler) excuse(ctx context.Context, b *books, l bought) error {
	ended, err := r.tells(ctx, b, l, func(p did.Passage) bool { return p.To == did.Aging || p.To == did.None })
	if err == nil && !ended {
		b.differs(Rental, "%s was rented as %s by order %s, is not any more, and its history tells of no end", l.number, l.rentalID, l.order)
	}
	return err
}

// explain finds where a rental came from that no order bought, or notes that it
// came from nowhere. stands is its number's item, zero when it is over.
func (r *Reconciler) explain(ctx context.Context, b *books, l bought, stands did.DID) error {
	adopted, err := r.tells(ctx, b, l, func(p did.Passage) bool { return p.To == did.Assigned && p.Period == beforeUs })
	switch {
	case err != nil:
		return err
	case !adopted:
		b.stray(l, stands)
	case stands.RentalID != "":
		b.adopted(stands)
	}
	return nil
}

// tells says whether the history of a rental has such a step. One that was a
// moment ago may not be told yet.
func (r *Reconciler) tells(ctx context.Context, b *books, l bought, such func(did.Passage) bool) (bool, error) {
	told, err := r.toldNow(ctx, b, l, such)
	if err != nil || told {
		return told, err
	}
	select {
	case <-time.After(r.settle):
		return r.toldNow(ctx, b, l, such)
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

func (r *Reconciler) toldNow(ctx context.Context, b *books, l bought, such func(did.Passage) bool) (bool, error) {
	passages, err := r.store.History(ctx, b.account.Customer.Carrier, l.number)
	return slices.ContainsFunc(passages, func(p did.Passage) bool { return p.Incarnation == l.rentalID && such(p) }), err
}
