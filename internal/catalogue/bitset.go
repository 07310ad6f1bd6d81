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

// fullBlock has every place of a block.
var fullBlock = func() (b bitset) { b.invert(); return b }()

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

// countGaps counts the places of a gap coding that are in the set. It is the
// inner loop of a search under sales, hence without a branch for the escape,
// which no processor can predict.
func (b *bitset) countGaps(body []byte) (n int) {
	next, members := uint(0), uint(0)
	for _, gap := range body {
		member := (uint(gap)+1)>>8 ^ 1 // 0 for the escape
		place := next + uint(gap)
		next += uint(gap) + member
		members += uint(b[place>>6]>>(place&63)) & member
	}
	return int(members)
}

// countBitmap counts the places of a bitmap that are in the set.
func (b *bitset) countBitmap(bitmap []byte) (n int) {
	for i := range bitsetWords - 1 {
		n += bits.OnesCount64(b[i] & binary.LittleEndian.Uint64(bitmap[i*8:]))
	}
	last := uint64(binary.LittleEndian.Uint16(bitmap[(bitsetWords-1)*8:]))
	return n + bits.OnesCount64(b[bitsetWords-1]&last)
}
