package reconcile

import (
	"context"

	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
)

// tries is the most reads of a customer's books while they keep changing.
const tries = 5

// compareBooks compares a customer's account, entries, orders and rentals. They
// are read one after the other, so a write in between could look like a
// difference: then they are read again.
func (r *Reconciler) compareBooks(ctx context.Context, c ledger.Customer) (found []Difference, err error) {
	for range tries {
		before, err := r.store.Account(ctx, c)
		if err != nil {
			return nil, err
		}
		found, err = r.readBooks(ctx, before)
		if err != nil || len(found) == 0 {
			return nil, err
		}
		after, err := r.store.Account(ctx, c)
		if err != nil {
			return nil, err
		}
		if after.Ver == before.Ver {
			break
		}
	}
	return found, nil
}

// page is the number of entries or orders in one read: some megabytes.
const page = 100

func (r *Reconciler) readBooks(ctx context.Context, account ledger.Account) ([]Difference, error) {
	b := open(account)
	if err := r.readEntries(ctx, b); err != nil {
		return nil, err
	}
	if err := r.compareRevenue(ctx, b); err != nil {
		return nil, err
	}
	if err := r.readOrders(ctx, b); err != nil {
		return nil, err
	}
	rentals, err := r.rentals(ctx, b)
	if err != nil {
		return nil, err
	}
	lost, unordered := b.close(rentals)
	for _, l := range lost {
		if err := r.excuse(ctx, b, l); err != nil {
			return nil, err
		}
	}
	for _, l := range unordered {
		if err := r.explain(ctx, b, l, rentals[l.rentalID]); err != nil {
			return nil, err
		}
	}
	return b.found, nil
}

func (r *Reconciler) readEntries(ctx context.Context, b *books) (err error) {
	if b.counted, err = r.store.Counted(ctx, b.account.Customer); err != nil {
		return err
	}
	earned, err := r.store.EarnedOf(ctx, b.account.Customer)
	if err != nil {
		return err
	}
	if b.earned, err = earned.AllTime(); err != nil {
		return err
	}
	for last := 0; ; {
		entries, err := r.store.EntriesAfter(ctx, b.account.Customer, last, page)
		if err != nil || len(entries) == 0 {
			return err
		}
		for _, e := range entries {
			b.entry(e)
			if !paysByTotals(e) || e.Seq > b.account.Seq {
				continue
			}
			if err := r.readLarge(ctx, b, e); err != nil {
				return err
			}
		}
		last = entries[len(entries)-1].Seq
	}
}

func (r *Reconciler) readOrders(ctx context.Context, b *books) error {
	for last := ""; ; {
		orders, err := r.store.OrdersAfter(ctx, b.account.Customer, last, page)
		if err != nil || len(orders) == 0 {
			return err
		}
		for _, o := range orders {
			b.order(o)
		}
		last = orders[len(orders)-1].ID
	}
}

// rentals returns the customer's rentals by an index and by the orders.
func (r *Reconciler) rentals(ctx context.Context, b *books) (map[string]did.DID, error) {
	numbers, err := r.store.Owned(ctx, b.account.Customer)
	if err != nil {
		return nil, err
	}
	items, err := r.store.DIDs(ctx, b.account.Customer.Carrier, append(numbers, b.numbers()...))
	rentals := map[string]did.DID{}
	for _, d := range items {
		if d.RentalID != "" && d.Customer == b.account.Customer.ID {
			rentals[d.RentalID] = d
		}
	}
	return rentals, err
}
