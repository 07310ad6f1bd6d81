package catalogue

import (
	"math/bits"

	"didpurchase/internal/e164"
)

// ends is how many places from one to another are members from the first on, and
// up to the last: both are the whole length where all are.
func (b *bitset) ends(first, last uint16) (leading, trailing uint16) {
	leading = uint16(b.next(int(first), ^uint64(0))) - first
	if length := last - first + 1; leading >= length {
		return length, length
	}
	return leading, last - uint16(lastOutside(b[:], int(first), int(last)))
}

// lastOutside is the last place from one to another that is no member, -1 when
// there is none. The places are counted from the first word on.
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

// maxShrunk is how long a run is at most for which shrinking is quicker than
// leaping.
const maxShrunk = 64

// countRuns counts where at least so many members are in a row. It uses the words
// up.
func countRuns(words []uint64, least uint64) uint64 {
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

// countShifted counts where places begin whose neighbours so many places on, 0 to
// 63, are members too.
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

// countFrom counts the runs that begin at some of these places, ascending: where
// so many are members, 1 to 64, and the place before did not begin one.
func (b *bitset) countFrom(starts []uint16, least uint64) (n uint64) {
	all, begun := ^uint64(0)>>(64-least), -1
	for _, start := range starts {
		i, at := start>>6, start&63
		row := b[i] >> at
		if i+1 < bitsetWords {
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

// leapRuns looks where a run would end before it looks where it began: the last
// place there that is no member says where the next may begin.
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

// shrink leaves of each run the places from which on it is long enough; it says
// whether there are any.
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

// intersectShifted keeps the places whose neighbour so many places on, at least
// one, is a member too. It says whether there are any.
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

// grow undoes shrink: it adds the places behind each member that make so many
// with it, up to the last.
func (b *bitset) grow(to int) {
	for have := 1; have < to; {
		step := min(have, to-have)
		b.uniteShifted(step)
		have += step
	}
}

// uniteShifted adds the places so many behind each member, at least one.
func (b *bitset) uniteShifted(by int) {
	words, left, right := by>>6, by&63, (64-by)&63
	for i := bitsetWords - 1; i >= words; i-- {
		shifted := b[i-words] << left
		if left > 0 && i > words {
			shifted |= b[i-words-1] >> right
		}
		b[i] |= shifted
	}
	b[bitsetWords-1] &= 1<<(e164.BlockSize&63) - 1
}

// addRow adds the places from one to before another.
func (b *bitset) addRow(from, end int) {
	for place := from; place < end; {
		n := min(64-place&63, end-place)
		b[place>>6] |= ^uint64(0) >> (64 - n) << (place & 63)
		place += n
	}
}
