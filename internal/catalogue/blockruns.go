package catalogue

import "didpurchase/internal/e164"

// blockRuns is what matters of some places in a block, or in a part of it: how
// many there are in a row at the beginning and at the end, and how many runs
// that are long enough lie between.
type blockRuns struct {
	leading, trailing uint16 // both the whole length where all places are there
	between           uint64
}

// withoutEnds takes the runs at the beginning and at the end, of so many places
// in all, out of those between, where they were counted.
func (runs blockRuns) withoutEnds(length uint16, least uint64) blockRuns {
	if uint64(runs.leading) >= least {
		runs.between--
	}
	if uint64(runs.trailing) >= least && runs.leading < length {
		runs.between--
	}
	return runs
}

// runsIn is the runs of those of the mask's places that are free, from one place
// to another. They are used up.
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

// wordRange is words of a bitset that follow one another.
type wordRange struct{ first, end uint8 }

// wordsOf are the words in which places lie.
func wordsOf(first, last uint16) wordRange { return wordRange{uint8(first >> 6), uint8(last>>6 + 1)} }

// inUse are the words that have members: ranges of words, with some others where
// fewer than minUnused lie between.
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

// minUnused is how many words are worth a range more: what a range costs.
const minUnused = 8

// runMask is the places that match after a block's digits, without those that no
// run can have: in rows that are too short, and not at the beginning or end.
type runMask struct {
	*bitset // nil = not known yet
	words   []wordRange
	starts  []uint16 // where runs may begin, if there are few places
}

// maxStarts is up to how many places it is quicker to look at each.
const maxStarts = 160

// runMask is known of each state once.
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

// open drops the members in rows of less than so many, but for the first and the
// last place's. It gives the places from which on so many are members.
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
