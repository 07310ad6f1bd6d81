package catalogue

import (
	"fmt"
	"slices"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// Suffixes is an immutable set of places in a block, 0 to 9,999, in its stored
// form: the taken numbers of a Block and the offered ones of a set Range share
// this coding. The zero value is the empty set.
//
// The first byte is the version of the coding (high half) and its kind (low
// half); the shortest kind is written.
//
//	gaps      a byte for each member: the number of places between it and the
//	previous one; 255 = skip 255 places and read on
//	inverted  the same for the places that are not members
//	bitmap    1,250 bytes, place p is bit p%8 of byte p/8
type Suffixes struct {
	code []byte // nil = empty
	n    int
}

// NewSuffixes codes the set of the given places, in any order, repeated or not.
// A place of 10,000 or more is an ErrCoding.
func NewSuffixes(places []uint16) (Suffixes, error) {
	var b bitset.Set
	for _, p := range places {
		if p >= e164.BlockSize {
			return Suffixes{}, fmt.Errorf("%w: place %d", ErrCoding, p)
		}
		b.Add(p)
	}
	return SuffixesOf(&b), nil
}

// ParseSuffixes reads the result of Bytes. It accepts any bytes: a malformed
// set is an ErrCoding. It keeps the bytes without copying them.
func ParseSuffixes(code []byte) (Suffixes, error) {
	if len(code) == 0 {
		return Suffixes{}, fmt.Errorf("%w: no bytes", ErrCoding)
	}
	var n int
	var err error
	switch body := code[1:]; code[0] {
	case kindGaps:
		n, err = countGaps(body)
	case kindInverted:
		n, err = countGaps(body)
		n = e164.BlockSize - n
	case kindBitmap:
		n, err = countBitmap(body)
	default:
		err = fmt.Errorf("%w: version and kind %#x", ErrCoding, code[0])
	}
	if err != nil || n == 0 {
		return Suffixes{}, err
	}
	return Suffixes{code: code, n: n}, nil
}

// Bytes returns the stored form, which ParseSuffixes reads. The caller must not
// change it.
func (s Suffixes) Bytes() []byte {
	if s.code == nil {
		return []byte{kindGaps}
	}
	return s.code
}

// Count returns the number of members.
func (s Suffixes) Count() int { return s.n }

// Contains reports whether the place is a member.
func (s Suffixes) Contains(place uint16) bool {
	if s.n == 0 || place >= e164.BlockSize {
		return false
	}
	body := s.code[1:]
	switch s.code[0] {
	case kindBitmap:
		return body[place>>3]>>(place&7)&1 == 1
	case kindInverted:
		return !gapsContain(body, place)
	default:
		return gapsContain(body, place)
	}
}

// Places returns the members, ascending.
func (s Suffixes) Places() []uint16 {
	b := s.Bits()
	places := make([]uint16, 0, s.n)
	for p := range b.All(0) {
		places = append(places, p)
	}
	return places
}

// Union returns the places in either set.
func (s Suffixes) Union(o Suffixes) Suffixes {
	a, b := s.Bits(), o.Bits()
	for i := range a {
		a[i] |= b[i]
	}
	return SuffixesOf(&a)
}

// Without returns the places in s that are not in o.
func (s Suffixes) Without(o Suffixes) Suffixes {
	a, b := s.Bits(), o.Bits()
	a.Remove(&b)
	return SuffixesOf(&a)
}

// Equal reports whether both have the same members.
func (s Suffixes) Equal(o Suffixes) bool {
	return s.n == o.n && (s.n == 0 || slices.Equal(s.code, o.code) || s.Bits() == o.Bits())
}

func (s Suffixes) bounds() (first, last uint16) {
	places := s.Places()
	if len(places) == 0 {
		return 0, 0
	}
	return places[0], places[len(places)-1]
}

// Bits returns the set in the form for computing with it.
func (s Suffixes) Bits() (b bitset.Set) {
	if s.n == 0 {
		return b
	}
	body := s.code[1:]
	switch s.code[0] {
	case kindBitmap:
		b.Load(body)
	case kindInverted:
		addGaps(&b, body)
		b.Invert()
	default:
		addGaps(&b, body)
	}
	return b
}
