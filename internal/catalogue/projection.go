package catalogue

import (
	"fmt"
	"slices"

	"didpurchase/internal/e164"
)

// Blocks returns the blocks of the numbers, each once, ascending: a batch of
// changes writes each block once.
func Blocks(numbers []e164.Number) []e164.Block {
	blocks := make([]e164.Block, len(numbers))
	for i, n := range numbers {
		blocks[i] = n.Block()
	}
	slices.Sort(blocks)
	return slices.Compact(blocks)
}

// Project computes the block from the DID items: every number with an item is
// taken, in any state, because an untouched number has no item. touched are the
// numbers of all items of the block, read after stored; write the result only
// if the stored version is still stored.Ver. changed is false if stored is
// correct already.
func Project(stored Block, touched []e164.Number) (b Block, changed bool, err error) {
	places := make([]uint16, len(touched))
	for i, n := range touched {
		if n.Block() != stored.Block {
			return Block{}, false, fmt.Errorf("catalogue: %s is not in block %s", n, stored.Block.Digits())
		}
		places[i] = n.Suffix()
	}
	taken, err := NewSuffixes(places)
	if err != nil {
		return Block{}, false, err
	}
	if taken.Equal(stored.Taken) {
		return stored, false, nil
	}
	return Block{Carrier: stored.Carrier, Block: stored.Block, Taken: taken, Ver: stored.Ver + 1}, true, nil
}
