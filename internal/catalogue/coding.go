package catalogue

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// ErrCoding means that bytes are not a set of places in a block.
var ErrCoding = errors.New("catalogue: not a coded set of suffixes")

const (
	codingVersion = 1 << 4
	kindGaps      = codingVersion
	kindInverted  = codingVersion | 1
	kindBitmap    = codingVersion | 2

	bitmapBytes = e164.BlockSize / 8
	escape      = 255
)

func countGaps(body []byte) (members int, err error) {
	next := 0
	for i, gap := range body {
		next += int(gap)
		if gap == escape {
			if i == len(body)-1 {
				return 0, fmt.Errorf("%w: ends in an escape", ErrCoding)
			}
			continue
		}
		if next >= e164.BlockSize {
			return 0, fmt.Errorf("%w: place %d", ErrCoding, next)
		}
		next++
		members++
	}
	return members, nil
}

func countBitmap(body []byte) (members int, err error) {
	if len(body) != bitmapBytes {
		return 0, fmt.Errorf("%w: bitmap of %d bytes", ErrCoding, len(body))
	}
	for _, b := range body {
		members += bits.OnesCount8(b)
	}
	return members, nil
}

func gapsContain(body []byte, place uint16) bool {
	next := 0
	for _, gap := range body {
		next += int(gap)
		if gap == escape {
			continue
		}
		if next >= int(place) {
			return next == int(place)
		}
		next++
	}
	return false
}

// addGaps adds the places of a gap coding that was checked before.
func addGaps(b *bitset.Set, body []byte) {
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

func appendGaps(code []byte, b *bitset.Set) []byte {
	next := uint16(0)
	for place := range b.All(0) {
		gap := place - next
		for ; gap >= escape; gap -= escape {
			code = append(code, escape)
		}
		code = append(code, byte(gap))
		next = place + 1
	}
	return code
}

// SuffixesOf codes the set in its shortest form.
func SuffixesOf(b *bitset.Set) Suffixes {
	n := b.Count()
	if n == 0 {
		return Suffixes{}
	}
	// More members than bytes of the bitmap: gaps can't be shorter.
	if n < bitmapBytes {
		if code := appendGaps([]byte{kindGaps}, b); len(code) <= bitmapBytes {
			return Suffixes{code: code, n: n}
		}
	}
	if e164.BlockSize-n < bitmapBytes {
		inverted := *b
		inverted.Invert()
		if code := appendGaps([]byte{kindInverted}, &inverted); len(code) <= bitmapBytes {
			return Suffixes{code: code, n: n}
		}
	}
	code := make([]byte, 1, 1+len(b)*8)
	code[0] = kindBitmap
	for _, word := range b {
		code = binary.LittleEndian.AppendUint64(code, word)
	}
	return Suffixes{code: code[: 1+bitmapBytes : 1+bitmapBytes], n: n}
}
