package shop

import (
	"context"
	"testing"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

// A chain of forwards is followed for ten hops through the customer's own numbers,
// with one read each, and not at all through another customer's.
func TestComeBack(t *testing.T) {
	t.Parallel()
	const first e164.Number = 442071230000
	chain := func(length int, owner string) map[e164.Number]did.DID {
		items := map[e164.Number]did.DID{}
		for i := range length {
			n := first + e164.Number(i)
			items[n] = did.DID{Number: n, RentalID: "r", Customer: owner, Rental: did.Rental{
				Route: destination.To((n + 1).String())}}
		}
		return items
	}
	for name, c := range map[string]struct {
		length int
		owner  string
		back   bool
		reads  int
	}{
		"two numbers":             {1, alice.ID, true, 1},
		"three numbers":           {2, alice.ID, true, 2},
		"ten forwards":            {10, alice.ID, true, 10},
		"more than are followed":  {11, alice.ID, false, 10},
		"another customer's ones": {2, "bob", false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			items, reads := chain(c.length, c.owner), 0
			read := func(context.Context, string, []e164.Number) (map[e164.Number]did.DID, error) {
				reads++
				return items, nil
			}
			last := did.DID{Number: first + e164.Number(c.length)}
			back, err := comeBack(t.Context(), alice, last, []e164.Number{first}, read)
			wanttest.Equal(t, "error", err, nil)
			wanttest.Equal(t, "calls come back", back[first], c.back)
			wanttest.Equal(t, "reads", reads, c.reads)
		})
	}
}
