// Package bitset computes with sets of places in a block of 10,000 numbers: a
// place is the last four digits of a number. It has the inner loops of a search:
// counting, intersecting, and finding runs of consecutive members.
package bitset

import (
	"encoding/binary"
	"iter"
	"math/bits"

	"didpurchase/internal/e164"
)

// Words is the number of words of a set.
const Words = (e164.BlockSize + 63) / 64

// Set has one bit for each place in a block. The zero value is the empty set; the
// bits after the last place are always 0.
type Set [Words]uint64

// Add adds a place, 0 to 9,999.
func (b *Set) Add(place uint16) { b[place>>6] |= 1 << (place & 63) }

// Contains reports whether a place is a member.
func (b *Set) Contains(place uint16) bool { return b[place>>6]>>(place&63)&1 == 1 }

// Count returns the number of members.
func (b *Set) Count() (n int) {
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// Invert turns members into non-members and the reverse.
func (b *Set) Invert() {
	for i := range b {
		b[i] = ^b[i]
	}
	b[Words-1] &= 1<<(e164.BlockSize&63) - 1
}

// Remove removes the members of the other set.
func (b *Set) Remove(o *Set) {
	for i := range b {
		b[i] &^= o[i]
	}
}

// Intersect removes the places that are not members of the other set.
func (b *Set) Intersect(o *Set) {
	for i := range b {
		b[i] &= o[i]
	}
}

// Union adds the members of the other set.
func (b *Set) Union(o *Set) {
	for i := range b {
		b[i] |= o[i]
	}
}

// All yields the members from the given place on, ascending.
func (b *Set) All(from uint16) iter.Seq[uint16] {
	return func(yield func(uint16) bool) {
		for i := int(from >> 6); i < Words; i++ {
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

// Load reads a bitmap of 1,250 bytes: place p is bit p%8 of byte p/8.
func (b *Set) Load(bitmap []byte) {
	for i := range Words - 1 {
		b[i] = binary.LittleEndian.Uint64(bitmap[i*8:])
	}
	b[Words-1] = uint64(binary.LittleEndian.Uint16(bitmap[(Words-1)*8:]))
}

// CountCommon counts the common members from first to last.
func (b *Set) CountCommon(o *Set, first, last uint16) (n int) {
	words := WordsOf(first, last)
	mine, others := b[words.First:words.End], o[words.First:words.End]
	for i, word := range mine {
		n += bits.OnesCount64(word & others[i])
	}
	n -= bits.OnesCount64(mine[0] & others[0] & (1<<(first&63) - 1))
	end := len(mine) - 1
	return n - bits.OnesCount64(mine[end]&others[end]&^(^uint64(0)>>(63-last&63)))
}

// CopyWithin copies the members from first to last; the other places of these
// words become empty.
func (b *Set) CopyWithin(o *Set, first, last uint16) {
	words := WordsOf(first, last)
	copy(b[words.First:words.End], o[words.First:words.End])
	b.ClipWithin(first, last)
}

// ClipWithin removes the members before first and after last, in the words of
// both.
func (b *Set) ClipWithin(first, last uint16) {
	b[first>>6] &= ^uint64(0) << (first & 63)
	b[last>>6] &= ^uint64(0) >> (63 - last&63)
}

// Stretches yields the first and last place of each run of members from first
// to last, ascending.
func (b *Set) Stretches(first, last uint16) iter.Seq2[uint16, uint16] {
	return func(yield func(uint16, uint16) bool) {
		for from := b.Next(int(first), 0); from <= int(last); {
			end := min(b.Next(from, ^uint64(0)), int(last)+1)
			if !yield(uint16(from), uint16(end-1)) {
				return
			}
			from = b.Next(end, 0)
		}
	}
}

// Next returns the first place from the given one on that is a member or, with
// all bits inverted, is not a member; BlockSize if there is none.
func (b *Set) Next(place int, inverted uint64) int {
	return min(nextIn(b[:], place, inverted), e164.BlockSize)
}

// nextIn is Next in words of a bitset, counted from the first of them; it
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
