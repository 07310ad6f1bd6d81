package revenue

import (
	"context"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// portion is the part of a customer's ledger that is counted in one batch.
type portion struct {
	Progress
	sums Sums
	more bool
}

func (c *Counter) portion(ctx context.Context, of ledger.Customer) (portion, error) {
	counted, err := c.store.Counted(ctx, of)
	if err != nil {
		return portion{}, err
	}
	entries, err := c.store.EntriesAfter(ctx, of, counted.UpTo, page)
	p := portion{Progress: Progress{SeenVer: counted.Ver, To: counted}, sums: Sums{}, more: len(entries) == page}
	if err != nil || len(entries) == 0 {
		return p, err
	}
	loc, err := c.location(ctx, of.Carrier)
	if err != nil {
		return portion{}, err
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[MonthOf(e.At.In(loc))] = true
		if p.more = p.more || len(seen) > monthsPerCustomer; len(seen) > monthsPerCustomer {
			break
		}
		if err := p.sums.Count(e, loc); err != nil {
			return portion{}, err
		}
		p.To.UpTo = e.Seq
	}
	p.To.Ver++
	return p, nil
}

func (c *Counter) location(ctx context.Context, id string) (*time.Location, error) {
	of, err := c.store.Carrier(ctx, id)
	if err != nil {
		return nil, err
	}
	return of.Location()
}

// earned returns the changes that add the sums.
func earned(of ledger.Customer, sums Sums) (changes []commit.Change) {
	for month, part := range sums.byMonth() {
		changes = append(changes, Earned{of, month, part})
	}
	return changes
}

func into(carriers map[string]Sums, id string, sums Sums) error {
	if carriers[id] == nil {
		carriers[id] = Sums{}
	}
	for l, a := range sums {
		if err := carriers[id].add(l, a); err != nil {
			return err
		}
	}
	return nil
}
