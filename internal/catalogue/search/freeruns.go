package search

import (
	"cmp"
	"slices"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// freeRuns describes the runs of free places in a block, computed once for each
// version of a block: a search for runs then need not read the block, however
// many places are taken. A list of taken places is as fast to read, and has
// none.
//
// Example with ten places of which 3 and 7 are taken: 0 1 2, 4 5 6 and 8 9 are
// free. leading is 3 and trailing is 2. steps are {2, 3} and {3, 2}: three runs
// have a length of at least 2, and two of at least 3.
type freeRuns struct {
	leading, trailing uint16    // from the first place on, and up to the last
	steps             []runStep // ascending; at most 140, for as many lengths fit in a block
}

// runStep is the number of runs with at least a length; only lengths that occur
// have a step.
type runStep struct{ length, runs uint16 }

// runsOutside returns the runs of the places that are not taken.
func runsOutside(b *bitset.Set) (f freeRuns) {
	var runs [e164.BlockSize + 1]uint16 // by length
	for from := b.Next(0, ^uint64(0)); from < e164.BlockSize; {
		end := b.Next(from, 0)
		length := uint16(end - from)
		if from == 0 {
			f.leading = length
		}
		if end == e164.BlockSize {
			f.trailing = length
		}
		if runs[length]++; runs[length] == 1 {
			f.steps = append(f.steps, runStep{length: length})
		}
		from = b.Next(end, ^uint64(0))
	}
	slices.SortFunc(f.steps, func(a, b runStep) int { return cmp.Compare(a.length, b.length) })
	f.steps = slices.Clip(f.steps)
	sum := uint16(0)
	for i := range slices.Backward(f.steps) {
		sum += runs[f.steps[i].length]
		f.steps[i].runs = sum
	}
	return f
}

// freeOf returns the runs of free places of a block in which every place
// matches.
func (b *blockEntry) freeOf(least uint64) blockRuns {
	if b.bits == nil {
		return runsBetween(b.list, least)
	}
	at, _ := slices.BinarySearchFunc(b.free.steps, least,
		func(s runStep, least uint64) int { return cmp.Compare(uint64(s.length), least) })
	runs := blockRuns{leading: b.free.leading, trailing: b.free.trailing}
	if at < len(b.free.steps) {
		runs.between = uint64(b.free.steps[at].runs)
	}
	return runs.withoutEnds(e164.BlockSize, least)
}

// runsBetween returns the runs between the taken places of a list.
func runsBetween(taken []uint16, least uint64) blockRuns {
	if len(taken) == 0 {
		return blockRuns{leading: e164.BlockSize, trailing: e164.BlockSize}
	}
	last := taken[len(taken)-1]
	runs := blockRuns{leading: taken[0], trailing: e164.BlockSize - 1 - last}
	before := taken[0]
	for _, place := range taken[1:] {
		if uint64(place-before) > least {
			runs.between++
		}
		before = place
	}
	return runs
}
