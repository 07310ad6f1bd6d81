package search

import (
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	"pgregory.net/rapid"
)

func drawMembers(t *rapid.T) []uint16 {
	share := rapid.SampledFrom([]uint64{0, 1, 10, 125, 500, 900, 999, 1000}).Draw(t, "per mille")
	seed := rapid.Uint64().Draw(t, "seed")
	var places []uint16
	for p := range uint64(e164.BlockSize) {
		if hash := (p ^ seed) * 0x9E3779B97F4A7C15; hash>>20%1000 < share {
			places = append(places, uint16(p))
		}
	}
	return places
}

// Both forms of places, the list and the bitset, compute as the stored form does.
func TestPlacesComputeAsSuffixes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, _ := catalogue.NewSuffixes(drawMembers(t))
		b, _ := catalogue.NewSuffixes(drawMembers(t))
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
