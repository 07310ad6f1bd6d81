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

// all yields the members from the given place on, ascending.
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

// countBothWithin counts the common members from first to last.
func (b *bitset) countBothWithin(o *bitset, first, last uint16) (n int) {
	words := wordsOf(first, last)
	mine, others := b[words.first:words.end], o[words.first:words.end]
	for i, word := range mine {
		n += bits.OnesCount64(word & others[i])
	}
	n -= bits.OnesCount64(mine[0] & others[0] & (1<<(first&63) - 1))
	end := len(mine) - 1
	return n - bits.OnesCount64(mine[end]&others[end]&^(^uint64(0)>>(63-last&63)))
}

// copyWithin copies the members from first to last; the other places of these
// words become empty.
func (b *bitset) copyWithin(o *bitset, first, last uint16) {
	words := wordsOf(first, last)
	copy(b[words.first:words.end], o[words.first:words.end])
	b.clipWithin(first, last)
}

// clipWithin removes the members before first and after last, in the words of
// both.
func (b *bitset) clipWithin(first, last uint16) {
	b[first>>6] &= ^uint64(0) << (first & 63)
	b[last>>6] &= ^uint64(0) >> (63 - last&63)
}

// stretches yields the first and last place of each run of members from first
// to last, ascending.
func (b *bitset) stretches(first, last uint16) iter.Seq2[uint16, uint16] {
	return func(yield func(uint16, uint16) bool) {
		for from := b.next(int(first), 0); from <= int(last); {
			end := min(b.next(from, ^uint64(0)), int(last)+1)
			if !yield(uint16(from), uint16(end-1)) {
				return
			}
			from = b.next(end, 0)
		}
	}
}

// next returns the first place from the given one on that is a member or, with
// all bits inverted, is not a member; BlockSize if there is none.
func (b *bitset) next(place int, inverted uint64) int {
	return min(nextIn(b[:], place, inverted), e164.BlockSize)
}

// nextIn is next in words of a bitset, counted from the first of them; it
// returns their end if there is none.
func nextIn(words []uint64, place int, inverted uint64) int {
	for i := place >> 6; i < len(words); i++ {
		word := words[i] ^ inverted
		if i == place>>6 {
			word &= ^uint64(0) << (place & 63)
		}
		if word != 0 {
			return i<<6 + bits.TrailingZeros64(word)
		}
	}
	return len(words) << 6
}
