package search

import (
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/catalogue/cataloguetest"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	"pgregory.net/rapid"
)

// Both forms of places, the list and the bitset, compute as the stored form does.
func TestPlacesComputeAsSuffixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := catalogue.NewSuffixes(cataloguetest.DrawPlaces(t))
		b, _ := catalogue.NewSuffixes(cataloguetest.DrawPlaces(t))
		kept, mask := placesOf(a, &[]uint16{7}), b.Bits()
		var copied bitset.Set
		kept.addTo(&copied)
		rest := mask
		kept.removeFrom(&rest)
		in := 0
		for p := range uint16(e164.BlockSize) {
			wanttest.Equal(t, "place in the kept bitset", kept.contains(p), a.Contains(p))
			wanttest.Equal(t, "place in the copied bitset", copied.Contains(p), a.Contains(p))
			wanttest.Equal(t, "place in the rest", rest.Contains(p), b.Contains(p) && !a.Contains(p))
			if a.Contains(p) && b.Contains(p) {
				in++
			}
		}
		if got := kept.countIn(&mask); got != in || int(kept.n) != a.Count() {
			t.Fatalf("countIn = %d of %d, want %d of %d", got, kept.n, in, a.Count())
		}
	})
}
