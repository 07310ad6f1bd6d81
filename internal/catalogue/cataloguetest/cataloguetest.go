// Package cataloguetest draws values of the catalogue for property tests.
package cataloguetest

import (
	"pgregory.net/rapid"

	"didpurchase/internal/e164"
)

// DrawPlaces draws places of a block, ascending: none, a few, most or all of
// them, scattered.
func DrawPlaces(t *rapid.T) []uint16 {
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
