package catalogue

import (
	"encoding/binary"
	"iter"
	"math/bits"

	"didpurchase/internal/e164"
)

const bitsetWords = (e164.BlockSize + 63) / 64

// bitset has one bit for each place in a block: the working form of Suffixes.
type bitset [bitsetWords]uint64

func (b *bitset) add(place uint16)           { b[place>>6] |= 1 << (place & 63) }
func (b *bitset) contains(place uint16) bool { return b[place>>6]>>(place&63)&1 == 1 }

func (b *bitset) count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

func (b *bitset) invert() {
	for i := range b {
		b[i] = ^b[i]
	}
	b[bitsetWords-1] &= 1<<(e164.BlockSize&63) - 1
}

func (b *bitset) remove(o *bitset) {
	for i := range b {
		b[i] &^= o[i]
	}
}

func (b *bitset) intersect(o *bitset) {
	for i := range b {
		b[i] &= o[i]
	}
}

func (b *bitset) union(o *bitset) {
	for i := range b {
		b[i] |= o[i]
	}
}

// clip drops the places outside first to last.
func (b *bitset) clip(first, last uint16) {
	clear(b[:first>>6])
	clear(b[last>>6+1:])
	b[first>>6] &= ^uint64(0) << (first & 63)
	b[last>>6] &= ^uint64(0) >> (63 - last&63)
}

// all yields the places from one on, ascending.
func (b *bitset) all(from uint16) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i := int(from >> 6); i < bitsetWords; i++ {
			word := b[i]
			if i == int(from>>6) {
				word &= ^uint64(0) << (from & 63)
			}
			for ; word != 0; word &= word - 1 {
				if !yield(uint16(i<<6 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}

// load reads a bitmap of bitmapBytes.
func (b *bitset) load(bitmap []byte) {
	for i := range bitsetWords - 1 {
		b[i] = binary.LittleEndian.Uint64(bitmap[i*8:])
	}
	b[bitsetWords-1] = uint64(binary.LittleEndian.Uint16(bitmap[(bitsetWords-1)*8:]))
}

// addGaps adds the places of a gap coding that was checked before.
func (b *bitset) addGaps(body []byte) {
	next := uint(0)
	for _, gap := range body {
		next += uint(gap)
		if gap == escape {
			continue
		}
		b[next>>6] |= 1 << (next & 63)
		next++
	}
}

func (b *bitset) appendGaps(code []byte) []byte {
	next := uint16(0)
	for place := range b.all(0) {
		gap := place - next
		for ; gap >= escape; gap -= escape {
			code = append(code, escape)
		}
		code = append(code, byte(gap))
		next = place + 1
	}
	return code
}

// countBoth is how many places both have.
func (b *bitset) countBoth(o *bitset) (n int) {
	for i := range b {
		n += bits.OnesCount64(b[i] & o[i])
	}
	return n
}

// ends is how many places are members from the first on, and up to the last.
// Both are BlockSize where all are.
func (b *bitset) ends() (leading, trailing int) {
	for i, word := range b {
		if n := bits.TrailingZeros64(^word); n < 64 {
			leading = i<<6 + n
			break
		}
	}
	if leading == e164.BlockSize {
		return leading, leading
	}
	const unused = bitsetWords<<6 - e164.BlockSize
	word := b[bitsetWords-1] << unused
	for i, have := bitsetWords-1, 64-unused; ; {
		n := bits.LeadingZeros64(^word)
		trailing += min(n, have)
		if n < have {
			return leading, trailing
		}
		i, have = i-1, 64
		word = b[i]
	}
}

// stretches yields the first and last places of members in a row, ascending.
func (b *bitset) stretches() iter.Seq2[uint16, uint16] {
	return func(yield func(uint16, uint16) bool) {
		for from := b.next(0, 0); from < e164.BlockSize; {
			end := b.next(from, ^uint64(0))
			if !yield(uint16(from), uint16(end-1)) {
				return
			}
			from = b.next(end, 0)
		}
	}
}

// next is the first place from one on that is a member or, with all bits
// inverted, is none; BlockSize when there is none.
func (b *bitset) next(place int, inverted uint64) int {
	for i := place >> 6; i < bitsetWords; i++ {
		word := b[i] ^ inverted
		if i == place>>6 {
			word &= ^uint64(0) << (place & 63)
		}
		if word != 0 {
			return min(i<<6+bits.TrailingZeros64(word), e164.BlockSize)
		}
	}
	return e164.BlockSize
}

// around is the members in a row around one: the first, and the place behind the
// last.
func (b *bitset) around(place uint16) (from, end uint16) {
	i, at := int(place>>6), int(place&63)
	below, above := i, i
	from = place + 1
	for word, have := ^b[i]<<(63-at), at+1; ; {
		n := min(bits.LeadingZeros64(word), have)
		from -= uint16(n)
		if n < have || below == 0 {
			break
		}
		below--
		word, have = ^b[below], 64
	}
	end = place
	for word, have := ^b[i]>>at, 64-at; ; {
		n := min(bits.TrailingZeros64(word), have)
		end += uint16(n)
		if n < have || above == bitsetWords-1 {
			break
		}
		above++
		word, have = ^b[above], 64
	}
	return from, end
}

// countRuns counts where at least so many members are in a row. It uses the set
// up: what stays of a run is the places from which on it is long enough.
func (b *bitset) countRuns(least uint64) (n uint64) {
	if least > e164.BlockSize {
		return 0
	}
	for have := 1; have < int(least); {
		step := min(have, int(least)-have)
		if !b.intersectShifted(step) {
			return 0
		}
		have += step
	}
	before := uint64(0)
	for _, word := range b {
		n += uint64(bits.OnesCount64(word &^ (word<<1 | before)))
		before = word >> 63
	}
	return n
}

// intersectShifted keeps the places whose neighbour so many places on, at least
// one, is a member too. It says whether there are any.
func (b *bitset) intersectShifted(by int) bool {
	words, right, left := by>>6, by&63, (64-by)&63
	from, any := b[words:], uint64(0)
	if right == 0 {
		for i, word := range from {
			b[i] &= word
			any |= b[i]
		}
	} else {
		low, last := from[0], len(from)-1
		for i, high := range from[1:] {
			kept := b[i] & (low>>right | high<<left)
			b[i] = kept
			any |= kept
			low = high
		}
		b[last] &= low >> right
		any |= b[last]
	}
	clear(b[len(from):])
	return any != 0
}
