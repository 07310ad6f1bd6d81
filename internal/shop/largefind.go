package shop

import (
	"context"
	"maps"
	"slices"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Catalogues finds numbers for sale; *searchcache.Cache implements it. A
// catalogue may be two seconds late: the DID's item decides.
type Catalogues interface {
	For(ctx context.Context, carrier string, q *search.Query) (*search.Catalogue, search.Prices, error)
}

// found are numbers that match criteria, in whole blocks one after the other.
type found struct {
	numbers []e164.Number
	after   search.Cursor // the last of them
	last    bool          // nothing that matches comes after it
}

// find returns the next numbers that match the order's criteria, in whole blocks,
// at most most, of packages in the account's currency. Errors: search.FieldErrors.
func (l *LargeOrders) find(ctx context.Context, account ledger.Account, w Wanted, after search.Cursor,
	most int) (found, error) {
	filters := w.Criteria
	filters.After, filters.Limit = after, min(most, search.MaxLimit)
	query, err := search.ParseQuery(filters)
	if err != nil {
		return found{}, err
	}
	offered, prices, err := l.catalogues.For(ctx, account.Customer.Carrier, query)
	if err != nil {
		return found{}, err
	}
	prices = maps.Clone(prices)
	maps.DeleteFunc(prices, func(_ string, p pricing.Package) bool { return p.Recurring.Currency() != account.Currency })
	result := offered.Search(query, prices)
	if w.block() > 1 {
		return cutRuns(result, w, prices, most), nil
	}
	f := found{after: result.Next, last: result.Next == search.Cursor{}}
	for _, hit := range result.Rows {
		f.numbers = append(f.numbers, hit.Number)
	}
	return f, nil
}

// cutRuns cuts runs into blocks of the wanted length, at most most numbers. The
// rest of a run is found again after the last block.
//
// Example: with blocks of 10, at most 30 numbers, and runs of 25 and 14, it
// takes 10 and 10 of the first run, and 10 of the second.
func cutRuns(result search.Result, w Wanted, prices search.Prices, most int) (f found) {
	block := e164.Number(w.block())
	for _, run := range result.Runs {
		for start := run.Start; start+block-1 <= run.End; start += block {
			if len(f.numbers)+int(block) > most {
				return f
			}
			for n := start; n < start+block; n++ {
				f.numbers = append(f.numbers, n)
			}
			f.after = search.Cursor{Number: start + block - 1}
			if w.Criteria.Sort == "price" {
				f.after.Price = prices[run.Range.Package].MonthlyEquivalent().String()
			}
		}
	}
	if f.last = result.Next == (search.Cursor{}); !f.last {
		f.after = result.Next
	}
	return f
}

// available returns lines for the numbers that the customer can buy now, on
// their current offers. Of each block it returns all numbers or none: they must
// have the same package version.
func (s *Service) available(ctx context.Context, c ledger.Customer, numbers []e164.Number,
	block int) ([]OrderLine, error) {
	offers, err := s.offers(ctx, c, numbers)
	if err != nil {
		return nil, err
	}
	items, err := s.store.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, err
	}
	now := s.now()
	var lines []OrderLine
	for together := range slices.Chunk(numbers, block) {
		whole := !slices.ContainsFunc(together, func(n e164.Number) bool {
			offer, offered := offers[n]
			return !offered || offer.Terms != offers[together[0]].Terms || !items[n].IsAvailable(now)
		})
		if !whole {
			continue
		}
		for _, n := range together {
			lines = append(lines, OrderLine{Number: n, Offer: offers[n]})
		}
	}
	return lines, nil
}
