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

// runs is the runs of the members from one place to another. There are none
// outside, and all that are long enough lie in these words. They are used up.
func (b *bitset) runs(first, last uint16, words []wordRange, least uint64) blockRuns {
	leading, trailing := b.ends(first, last)
	runs := blockRuns{leading: leading, trailing: trailing}
	for _, w := range words {
		runs.between += countRuns(b[w.first:w.end], least)
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
}

// runMask is known of each state once.
func (r *runSearch) runMask(state uint16) *runMask {
	m := &r.masked[state]
	if m.bitset == nil {
		m.bitset = r.mask(state)
		m.open(r.least)
		m.words = m.inUse()
	}
	return m
}

// open drops the members in rows of less than so many, but for the first and the
// last place's.
func (b *bitset) open(least uint64) {
	leading, trailing := b.ends(0, e164.BlockSize-1)
	if shrink(b[:], least) {
		b.grow(int(least))
	}
	b.addRow(0, int(leading))
	b.addRow(e164.BlockSize-int(trailing), e164.BlockSize)
}
