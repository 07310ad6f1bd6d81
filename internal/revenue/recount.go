package revenue

import (
	"context"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// Recount corrects the sums of a customer by its ledger, and the carrier's sums
// with them; corrected reports whether they were wrong.
func (c *Counter) Recount(ctx context.Context, of ledger.Customer) (corrected bool, err error) {
	loc, err := c.location(ctx, of.Carrier)
	if err != nil {
		return false, err
	}
	for {
		wrong, err := commit.Insist(ctx, func() (bool, error) { return c.correct(ctx, of, loc) })
		if err != nil {
			return corrected, err
		}
		if !wrong {
			break
		}
		corrected = true
	}
	before, err := c.store.Counted(ctx, of)
	if err != nil {
		return corrected, err
	}
	if err := c.follow(ctx, []ledger.Customer{of}); err != nil {
		return corrected, err
	}
	after, err := c.store.Counted(ctx, of)
	return corrected || after != before, err
}

// correct corrects a customer's months with sums that differ from the counted
// entries, as many months as fit into one batch.
func (c *Counter) correct(ctx context.Context, of ledger.Customer, loc *time.Location) (wrong bool, err error) {
	counted, err := c.store.Counted(ctx, of)
	if err != nil {
		return false, err
	}
	stand, err := c.store.EarnedOf(ctx, of)
	if err != nil {
		return false, err
	}
	should, err := c.total(ctx, counted, loc)
	if err != nil {
		return false, err
	}
	off, err := should.over(stand)
	if err != nil || len(off) == 0 {
		return false, err
	}
	progress := Progress{SeenVer: counted.Ver, To: counted}
	progress.To.Ver++
	changes := []commit.Change{progress}
	for month, sums := range off.byMonth() {
		if len(changes)+2 > commit.Limit {
			break
		}
		changes = append(changes, Earned{of, month, sums}, Earned{ledger.Customer{Carrier: of.Carrier}, month, sums})
	}
	return true, c.commit(ctx, changes)
}

// total adds up the customer's counted entries.
func (c *Counter) total(ctx context.Context, counted Counted, loc *time.Location) (Sums, error) {
	sums := Sums{}
	for seq := 0; seq < counted.UpTo; {
		entries, err := c.store.EntriesAfter(ctx, counted.Customer, seq, min(page, counted.UpTo-seq))
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 { // the last entries are missing, which reconciling finds elsewhere
			return sums, nil
		}
		for _, e := range entries {
			if seq = e.Seq; seq > counted.UpTo {
				break
			}
			if err := sums.Count(e, loc); err != nil {
				return nil, err
			}
		}
	}
	return sums, nil
}
