package history

import (
	"context"
	"errors"
	"slices"

	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
)

// listed has the changes of a customer's rentals that copies of lists must follow.
type listed struct {
	changes []rentals.Change
	records []int // the records of the changes
}

// logRentals logs the changed rentals for the copies of customers' lists. A renewal
// in time changes no row, so it is not logged.
func (h history) logRentals(ctx context.Context, steps []numberStep, errs []error) {
	of := map[ledger.Customer]*listed{}
	for i, s := range steps {
		if s.carrier == "" || errs[i] != nil || !rentals.Differ(s.before, s.after) {
			continue
		}
		holders := slices.Compact([]string{s.before.Customer, s.after.Customer})
		for _, id := range slices.DeleteFunc(holders, func(id string) bool { return id == "" }) {
			c := ledger.Customer{Carrier: s.carrier, ID: id}
			if of[c] == nil {
				of[c] = &listed{}
			}
			of[c].changes = append(of[c].changes, changeOf(s.before, s.after))
			of[c].records = append(of[c].records, i)
		}
	}
	for c, l := range of {
		if err := h.store.LogRentals(ctx, c, l.changes, h.env.Now()); err != nil {
			for _, i := range l.records {
				errs[i] = errors.Join(errs[i], err)
			}
		}
	}
}

// changeOf returns the version after a step; 0 for a deletion, so that the number
// is read again in any case.
func changeOf(before, after did.DID) rentals.Change {
	if after.State == did.None {
		return rentals.Change{Digits: before.Number.Digits()}
	}
	return rentals.Change{Digits: after.Number.Digits(), Ver: after.Ver}
}
