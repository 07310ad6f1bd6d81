package catalogue

import "didpurchase/internal/e164"

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
func (m *runMask) runsIn(free *bitset, first, last uint16, least uint64) blockRuns {
	leading, trailing := free.ends(first, last)
	runs := blockRuns{leading: leading, trailing: trailing}
	if m.starts != nil {
		runs.between = free.countFrom(m.starts, least)
		return runs.withoutEnds(last-first+1, least)
	}
	for _, w := range m.words {
		runs.between += countRuns(free[w.first:w.end], least)
	}
	return runs.withoutEnds(last-first+1, least)
}

// wordRange is a range of consecutive words of a bitset.
type wordRange struct{ first, end uint8 }

// wordsOf returns the words of the places.
func wordsOf(first, last uint16) wordRange { return wordRange{uint8(first >> 6), uint8(last>>6 + 1)} }

// inUse returns the words that have members, as ranges. Ranges with fewer than
// minUnused words between them are joined.
func (b *bitset) inUse() (words []wordRange) {
	for i := uint8(0); i < bitsetWords; i++ {
		if b[i] == 0 {
			continue
		}
		if last := len(words) - 1; last >= 0 && i < words[last].end+minUnused {
			words[last].end = i + 1
			continue
		}
		words = append(words, wordRange{i, i + 1})
	}
	return words
}

// minUnused is the number of words that cost as much as another range.
const minUnused = 8

// runMask is the matching places after a block's digits, without those that
// can't be part of a run: places in rows that are too short and neither at the
// beginning nor at the end.
type runMask struct {
	*bitset // nil = not known yet
	words   []wordRange
	starts  []uint16 // where runs may begin, if there are few places
}

// maxStarts is the largest number of start positions worth testing one by one.
const maxStarts = 160

// runMask computes the mask of a state, once.
func (r *runSearch) runMask(state uint16) *runMask {
	m := &r.masked[state]
	if m.bitset == nil {
		m.bitset = r.mask(state)
		starts := m.open(r.least)
		m.words = m.inUse()
		if n := starts.count(); r.least <= maxShrunk && n <= maxStarts {
			m.starts = make([]uint16, 0, n)
			for place := range starts.all(0) {
				m.starts = append(m.starts, place)
			}
		}
	}
	return m
}

// open removes rows of fewer than least members, except at the first and the
// last place. It returns the places from which at least least members follow.
//
// Example with least = 3, for ten places: 1 0 1 1 0 1 1 1 0 1 becomes 1 0 0 0 0
// 1 1 1 0 1, and the only start is place 5. The rows of one at both ends stay,
// because they may continue in the neighbouring blocks.
func (b *bitset) open(least uint64) (starts bitset) {
	leading, trailing := b.ends(0, e164.BlockSize-1)
	if shrink(b[:], least) {
		starts = *b
		b.grow(int(least))
	}
	b.addRow(0, int(leading))
	b.addRow(e164.BlockSize-int(trailing), e164.BlockSize)
	return starts
}
