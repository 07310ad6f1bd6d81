package catalogue

import (
	"fmt"
	"slices"

	"didpurchase/internal/e164"
)

// Blocks are the blocks that the numbers belong to, each once, ascending: a
// batch of changes is merged so that each block is written once.
func Blocks(numbers []e164.Number) []e164.Block {
	blocks := make([]e164.Block, len(numbers))
	for i, n := range numbers {
		blocks[i] = n.Block()
	}
	slices.Sort(blocks)
	return slices.Compact(blocks)
}

// Project is the block as the DID items say: every number that has an item is
// taken, whatever its state, because a number that nobody touched has none.
// touched are all items' numbers of the block, read after stored; the result is
// to be written if the item is still stored.Ver. changed is false when stored
// already says so.
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
