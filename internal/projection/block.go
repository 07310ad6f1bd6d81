package projection

import (
	"fmt"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Project computes the block from the DID items: every number with an item is
// taken, in any state, because an untouched number has no item. touched are the
// numbers of all items of the block, read after stored; write the result only
// if the stored version is still stored.Ver. changed is false if stored is
// correct already.
func Project(stored catalogue.Block, touched []e164.Number) (b catalogue.Block, changed bool, err error) {
	taken, err := suffixesOf(stored.Block, touched)
	if err != nil {
		return catalogue.Block{}, false, err
	}
	b, changed = withTaken(stored, taken)
	return b, changed, nil
}

// Amend computes the block after some of its numbers were read, after stored: a
// seen number is taken if it has an item; numbers that were not seen stay as
// stored.
func Amend(stored catalogue.Block, seen, touched []e164.Number) (b catalogue.Block, changed bool, err error) {
	looked, err := suffixesOf(stored.Block, seen)
	if err != nil {
		return catalogue.Block{}, false, err
	}
	found, err := suffixesOf(stored.Block, touched)
	if err != nil {
		return catalogue.Block{}, false, err
	}
	b, changed = withTaken(stored, stored.Taken.Without(looked).Union(found))
	return b, changed, nil
}

// suffixesOf returns the numbers' places in their block. A number of another
// block is an error.
func suffixesOf(b e164.Block, numbers []e164.Number) (catalogue.Suffixes, error) {
	places := make([]uint16, len(numbers))
	for i, n := range numbers {
		if n.Block() != b {
			return catalogue.Suffixes{}, fmt.Errorf("projection: %s is not in block %s", n, b.Digits())
		}
		places[i] = n.Suffix()
	}
	return catalogue.NewSuffixes(places)
}

// withTaken returns the next version of a block, or the stored one if these
// places are taken in it already.
func withTaken(stored catalogue.Block, taken catalogue.Suffixes) (b catalogue.Block, changed bool) {
	if taken.Equal(stored.Taken) {
		return stored, false
	}
	return catalogue.Block{Carrier: stored.Carrier, Block: stored.Block, Taken: taken, Ver: stored.Ver + 1}, true
}
