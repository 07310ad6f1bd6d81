package search

import "didpurchase/internal/catalogue/bitset"

// blockRuns describes places of a block, or of a part of it, as far as runs
// need it: the number of consecutive places at the beginning and at the end,
// and the number of long enough runs between.
//
// Example with ten places, of which 0 1 2, 4 5 6 and 8 9 are free, and runs of
// at least 3: leading is 3, trailing is 2, and between is 1 (4 5 6). The first
// and the last run are left open, because they may continue in the neighbouring
// blocks.
type blockRuns struct {
	leading, trailing uint16 // both the whole length where all places are there
	between           uint64
}

// withoutEnds subtracts the runs at the beginning and at the end from between,
// if they were counted there. length is the number of all places.
func (runs blockRuns) withoutEnds(length uint16, least uint64) blockRuns {
	if uint64(runs.leading) >= least {
		runs.between--
	}
	if uint64(runs.trailing) >= least && runs.leading < length {
		runs.between--
	}
	return runs
}

// runsIn returns the runs of the mask's free places from first to last. It
// overwrites free.
func (m *runMask) runsIn(free *bitset.Set, first, last uint16, least uint64) blockRuns {
	leading, trailing := free.Ends(first, last)
	runs := blockRuns{leading: leading, trailing: trailing}
	if m.starts != nil {
		runs.between = free.CountRunsFrom(m.starts, least)
		return runs.withoutEnds(last-first+1, least)
	}
	for _, w := range m.words {
		runs.between += bitset.CountRuns(free[w.First:w.End], least)
	}
	return runs.withoutEnds(last-first+1, least)
}

// runMask is the matching places after a block's digits, without those that
// can't be part of a run: places in rows that are too short and neither at the
// beginning nor at the end.
type runMask struct {
	places *bitset.Set // nil = not known yet
	words  []bitset.WordRange
	starts []uint16 // where runs may begin, if there are few places
}

// maxStarts is the largest number of start positions worth testing one by one.
const maxStarts = 160

// runMask computes the mask of a state, once.
func (r *runSearch) runMask(state uint32) *runMask {
	m := &r.masked[state]
	if m.places == nil {
		m.places = r.mask(state)
		starts := m.places.KeepRuns(r.least)
		m.words = m.places.WordsInUse()
		if n := starts.Count(); r.least <= bitset.MaxRowFrom && n <= maxStarts {
			m.starts = make([]uint16, 0, n)
			for place := range starts.All(0) {
				m.starts = append(m.starts, place)
			}
		}
	}
	return m
}
