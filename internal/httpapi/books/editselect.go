package books

import (
	"context"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
)

// selected returns the numbers of a selection, and its description.
func (b Rentals) selected(c ledger.Customer,
	s EditSelection) (numbers func(context.Context) ([]e164.Number, error), source string, err error) {
	filters := s.filters()
	given := 0
	for _, is := range []bool{s.DIDs != nil, s.All, filters != RentalFilters{}} {
		if is {
			given++
		}
	}
	if given != 1 {
		return nil, "", httpapi.BadField("/select", "must have either dids, or filters, or all")
	}
	if s.DIDs != nil {
		list := httpapi.Each(s.DIDs, func(d httpapi.DID) e164.Number { return d.Number })
		return func(context.Context) ([]e164.Number, error) { return list, nil }, "list", nil
	}
	q, err := filters.parse()
	if err != nil {
		return nil, "", err
	}
	return func(ctx context.Context) (numbers []e164.Number, err error) {
		all, err := b.Lists.All(ctx, c, q, rentals.ByNumber)
		for _, row := range all {
			n, err := row.Number()
			if err != nil {
				return nil, err
			}
			numbers = append(numbers, n)
		}
		return numbers, tooMany(err)
	}, "filter", nil
}
