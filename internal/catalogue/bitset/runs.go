package bitset

import (
	"math/bits"

	"didpurchase/internal/e164"
)

// Ends returns the number of consecutive members from first on, and the number
// up to last. If all places are members, both are the whole length.
func (b *Set) Ends(first, last uint16) (leading, trailing uint16) {
	leading = uint16(b.Next(int(first), ^uint64(0))) - first
	if length := last - first + 1; leading >= length {
		return length, length
	}
	return leading, last - uint16(lastOutside(b[:], int(first), int(last)))
}

// lastOutside returns the last place from first to last that is not a member,
// -1 if there is none. Places are counted from the first word on.
func lastOutside(words []uint64, first, last int) int {
	i := last >> 6
	word := ^words[i] << (63 - last&63)
	if word != 0 {
		at := last - bits.LeadingZeros64(word)
		if at < first {
			return -1
		}
		return at
	}
	for i--; i >= first>>6; i-- {
		if word := ^words[i]; word != 0 {
			at := i<<6 + 63 - bits.LeadingZeros64(word)
			if at < first {
				return -1
			}
			return at
		}
	}
	return -1
}

// maxShrunk is the longest run for which shrinking is faster than leaping.
const maxShrunk = 64

// CountRuns counts the runs of at least least consecutive members. It
// overwrites the words.
//
// Example with least = 4, place 0 on the left:
//
//	members            0 1 1 1 1 1 0 1 1 1   runs of 5 and of 3
//	shrink to 2        0 1 1 1 1 0 0 1 1 0   the next place is a member too
//	and 2 places on    0 1 1 0 0 0 0 0 0 0   a run of 4 begins here
//
// The places in the last line form one group, so one run is long enough. Each
// step doubles the length, so a run of 64 takes six steps.
func CountRuns(words []uint64, least uint64) uint64 {
	if least > uint64(len(words))<<6 {
		return 0
	}
	if least > maxShrunk {
		return leapRuns(words, int(least))
	}
	half := (least + 1) / 2
	if !shrink(words, half) {
		return 0
	}
	return countShifted(words, int(least-half))
}

// countShifted counts the groups of consecutive places in words & (words >>
// by), with by from 0 to 63: of the places p for which p and p + by are
// members. It computes the last step of CountRuns without storing it.
func countShifted(words []uint64, by int) (n uint64) {
	right, left := by&63, (64-by)&63
	before, low := uint64(0), words[0]
	for i := range words {
		high := uint64(0)
		if i+1 < len(words) {
			high = words[i+1]
		}
		kept := low & (low>>right | high<<left)
		n += uint64(bits.OnesCount64(kept &^ (kept<<1 | before)))
		before, low = kept>>63, high
	}
	return n
}

// MaxRowFrom is the longest run that CountRunsFrom counts.
const MaxRowFrom = 64

// CountRunsFrom counts the runs of at least least members, 1 to MaxRowFrom, that
// begin at one of the given places, ascending. A place counts if least members
// follow from it, and the place before it did not begin such a row.
func (b *Set) CountRunsFrom(starts []uint16, least uint64) (n uint64) {
	all, begun := ^uint64(0)>>(64-least), -1
	for _, start := range starts {
		i, at := start>>6, start&63
		row := b[i] >> at
		if i+1 < Words {
			row |= b[i+1] << (64 - at)
		}
		if row&all != all {
			continue
		}
		if int(start) != begun+1 || begun < 0 {
			n++
		}
		begun = int(start)
	}
	return n
}

// leapRuns counts runs that are longer than maxShrunk. It looks at the end of a
// possible run first: the last place in it that is not a member rules out all
// starts before.
//
// Example with least = 4 and members 0 1 1 1 1 1 0 1 1 1: places 0 to 3 have a
// gap at 0, so the next start is 1. Places 1 to 4 have none: one run, which
// ends before the gap at 6. From 7 on fewer than 4 places are left.
func leapRuns(words []uint64, least int) (n uint64) {
	for from := 0; from+least <= len(words)<<6; {
		if at := lastOutside(words, from, from+least-1); at >= 0 {
			from = at + 1
			continue
		}
		n++
		from = nextIn(words, from+least, ^uint64(0)) + 1
	}
	return n
}

// shrink keeps, of each run, the places from which at least least members
// follow. It reports whether any place is left.
//
// Example with least = 4: 0 1 1 1 1 1 0 1 1 1 becomes 0 1 1 0 0 0 0 0 0 0.
func shrink(words []uint64, least uint64) bool {
	if least > uint64(len(words))<<6 {
		clear(words)
		return false
	}
	any := true
	for have := 1; any && have < int(least); {
		step := min(have, int(least)-have)
		any = intersectShifted(words, step)
		have += step
	}
	return any
}

// intersectShifted keeps the places p for which p + by is a member too; by is
// at least one. It reports whether any place is left.
func intersectShifted(words []uint64, by int) bool {
	right, left := by&63, (64-by)&63
	from, any := words[by>>6:], uint64(0)
	if right == 0 {
		for i, word := range from {
			words[i] &= word
			any |= words[i]
		}
	} else {
		low, last := from[0], len(from)-1
		for i, high := range from[1:] {
			kept := words[i] & (low>>right | high<<left)
			words[i] = kept
			any |= kept
			low = high
		}
		words[last] &= low >> right
		any |= words[last]
	}
	clear(words[len(from):])
	return any != 0
}

// grow undoes shrink for runs that are long enough: after each member it adds
// the next to - 1 places.
//
// Example with to = 4: 0 1 1 0 0 0 0 0 0 0 becomes 0 1 1 1 1 1 0 0 0 0.
func (b *Set) grow(to int) {
	for have := 1; have < to; {
		step := min(have, to-have)
		b.uniteShifted(step)
		have += step
	}
}

// uniteShifted adds the place by places after each member; by is at least one.
func (b *Set) uniteShifted(by int) {
	words, left, right := by>>6, by&63, (64-by)&63
	for i := Words - 1; i >= words; i-- {
		shifted := b[i-words] << left
		if left > 0 && i > words {
			shifted |= b[i-words-1] >> right
		}
		b[i] |= shifted
	}
	b[Words-1] &= 1<<(e164.BlockSize&63) - 1
}

// AddRow adds the places from from up to end - 1.
func (b *Set) AddRow(from, end int) {
	for place := from; place < end; {
		n := min(64-place&63, end-place)
		b[place>>6] |= ^uint64(0) >> (64 - n) << (place & 63)
		place += n
	}
}

// KeepRuns removes rows of fewer than least members, except at the first and the
// last place. It returns the places from which at least least members follow.
//
// Example with least = 3, for ten places: 1 0 1 1 0 1 1 1 0 1 becomes 1 0 0 0 0
// 1 1 1 0 1, and the only start is place 5. The rows of one at both ends stay,
// because they may continue in the neighbouring blocks.
func (b *Set) KeepRuns(least uint64) (starts Set) {
	leading, trailing := b.Ends(0, e164.BlockSize-1)
	if shrink(b[:], least) {
		starts = *b
		b.grow(int(least))
	}
	b.AddRow(0, int(leading))
	b.AddRow(e164.BlockSize-int(trailing), e164.BlockSize)
	return starts
}
