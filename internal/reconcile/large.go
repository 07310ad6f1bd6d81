package reconcile

import (
	"context"
	"errors"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// paysByTotals reports whether an entry pays a large order: its postings name
// packages and no rentals.
func paysByTotals(e ledger.Entry) bool {
	return e.Kind == ledger.Order && len(e.Postings) > 1 && e.Postings[1].Count > 0
}

// readLarge reads the order of an entry that pays by totals, and notes the first
// period of its rentals as charged.
func (r *Reconciler) readLarge(ctx context.Context, b *books, e ledger.Entry) error {
	o, err := r.store.Order(ctx, e.Customer, e.OrderID)
	if errors.Is(err, commit.ErrNotFound) || err == nil && o.Large == nil {
		b.differs(Charge, "entry %d pays the large order %s, which does not exist", e.Seq, e.OrderID)
		return nil
	}
	if err != nil {
		return err
	}
	parts, err := r.store.Parts(ctx, e.Customer, o.ID, 0, shop.MaxNumbers)
	if err != nil {
		return err
	}
	loc, err := time.LoadLocation(o.Large.Zone)
	if err != nil {
		return err
	}
	b.large[o.ID] = parts
	for _, p := range parts {
		for _, l := range p.Lines {
			_, until := l.Terms.Period(o.Large.PaidAt, 0, loc)
			b.charged[l.RentalID] = charged{l.Number, 0, until}
		}
	}
	return nil
}

// largeOrder compares a large order with its parts. Before it is paid, and when
// it was rejected, it has bought nothing.
func (b *books) largeOrder(o shop.Order) {
	if o.EntrySeq == 0 {
		return
	}
	lines := 0
	left := map[string]int{}
	for _, c := range o.Large.Counted {
		left[c.Terms.Package] += c.Count
	}
	for _, p := range b.large[o.ID] {
		lines += len(p.Lines)
		awaited := o.Status == shop.Assigning && p.Index >= o.Large.Done
		for _, l := range p.Lines {
			left[l.Terms.Package]--
			b.bought[l.RentalID] = bought{l.RentalID, l.Number, o.Number, awaited}
		}
	}
	for id, n := range left {
		if n != 0 {
			b.differs(Charge, "order %s paid for %d more numbers of %s than it has", o.Number, n, id)
		}
	}
	if o.Status == shop.Completed && o.Large.Bought != lines {
		b.differs(Rental, "order %s is completed with %d numbers, its parts have %d", o.Number, o.Large.Bought, lines)
	}
}
