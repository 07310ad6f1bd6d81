package rentals

import (
	"context"
	"fmt"
	"testing"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/wanttest"
)

// houses has the records of a carrier with customers of several sizes.
type houses struct {
	Records
	ids   []string
	sizes map[string]int
	rows  int // number of rows that were read
}

func (h *houses) CustomerAfter(_ context.Context, _, after string) (string, error) {
	for _, id := range h.ids {
		if id > after {
			return id, nil
		}
	}
	return "", nil
}

func (h *houses) RowsAfter(_ context.Context, c ledger.Customer, after string, limit int, _ *Reader) (rows []Row,
	next string, err error) {
	for i := range h.sizes[c.ID] {
		row := Row{Digits: fmt.Sprint(442079460000 + i), State: did.Assigned, Lot: lots[0]}
		if row.Digits <= after {
			continue
		}
		if len(rows) == limit {
			return rows, rows[limit-1].Digits, nil
		}
		rows, h.rows = append(rows, row), h.rows+1
	}
	return rows, "", nil
}

func (h *houses) RentalsOf(_ context.Context, c ledger.Customer, numbers []e164.Number) (owned []did.DID, err error) {
	for _, n := range numbers {
		owned = append(owned, did.DID{Number: n, Customer: c.ID})
	}
	return owned, nil
}

// TestAWalkIsBounded: each page reads a limited number of rows and customers, all
// pages together have each rental once, and only a walk that saw every rental
// counts.
func TestAWalkIsBounded(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		customers, size int
		counted         bool
	}{
		"few": {3, 70, true}, "many rentals": {2, maxWalked * 3 / 4, false}, "many customers": {maxCustomers + 5, 2, false},
		"none": {3, 0, true},
	} {
		h := &houses{sizes: map[string]int{}}
		for i := range tc.customers {
			id := fmt.Sprintf("c%03d", i)
			h.ids, h.sizes[id] = append(h.ids, id), tc.size
		}
		lists := &Lists{records: h}
		page, seen := Page{Limit: 7_000}, map[string]bool{}
		for first := true; ; first = false {
			h.rows = 0
			walk, err := lists.Across(t.Context(), "acme", Query{}, page)
			wanttest.Equal(t, name+": error", err, nil)
			wanttest.True(t, name+": rows are bounded", h.rows <= maxWalked+rowsAtOnce)
			wanttest.Equal(t, name+": counted", walk.Counts != nil, first && tc.counted)
			for _, d := range walk.Rentals {
				seen[d.Customer+d.Number.Digits()] = true
			}
			if page.After = walk.Next; page.After == "" {
				break
			}
		}
		wanttest.Equal(t, name+": rentals", len(seen), tc.customers*tc.size)
	}
}
