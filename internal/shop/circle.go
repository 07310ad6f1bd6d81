package shop

import (
	"context"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Limits of one search for a circle of forwards.
const (
	maxHops     = 10  // forwards that are followed, one read each
	maxFollowed = 100 // numbers that are read in all
)

// comeBack returns those numbers of a route whose forwards lead back to the
// number d. It follows forwards only through numbers of the customer: a refusal
// must not show another customer's routes. The first read is of the route's
// numbers; it reads further ones only while the customer's own numbers forward to
// telephone numbers.
//
//	1 → 2 and 2 → 3: 3 → 1 comes back, by 1, 2 and 3
func comeBack(ctx context.Context, c ledger.Customer, d did.DID, numbers []e164.Number,
	read func(context.Context, string, []e164.Number) (map[e164.Number]did.DID, error)) (map[e164.Number]bool, error) {
	// begins has, for each number that was met, the number of the route that led
	// to it. The number d itself is not read.
	back, begins := map[e164.Number]bool{}, map[e164.Number]e164.Number{d.Number: d.Number}
	for _, n := range numbers {
		begins[n] = n
	}
	for hop := 0; hop < maxHops && len(numbers) > 0; hop++ {
		items, err := read(ctx, c.Carrier, numbers)
		if err != nil {
			return nil, err
		}
		var next []e164.Number
		for _, n := range numbers {
			if !isRentalOf(items[n], c) {
				continue
			}
			back[begins[n]] = back[begins[n]] || items[n].Route.LeadsTo(d.Number)
			for _, m := range items[n].Route.Numbers() {
				if _, met := begins[m]; !met && len(begins) < maxFollowed {
					begins[m] = begins[n]
					next = append(next, m)
				}
			}
		}
		numbers = next
	}
	return back, nil
}
