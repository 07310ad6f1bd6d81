package search

import (
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// places is a set of places in a block for searches: a list of few members,
// else a bitset. (Suffixes are half as long for few members, but counting in a
// list is several times faster than in gaps.)
type places struct {
	list []uint16    // ascending
	bits *bitset.Set // instead of list
	n    int32
}

// maxListed is the most members of a list: above it a list is slower than a
// bitset, although it is shorter for a while.
const maxListed = 256

// placesOf decodes a set. It appends the list to arena, so that lists that are
// read one after the other are next to each other in memory.
func placesOf(s catalogue.Suffixes, arena *[]uint16) places {
	b := s.Bits()
	if s.Count() > maxListed {
		kept := b // b itself then stays on the stack
		return places{bits: &kept, n: int32(s.Count())}
	}
	start := len(*arena)
	for p := range b.All(0) {
		*arena = append(*arena, p)
	}
	end := len(*arena)
	return places{list: (*arena)[start:end:end], n: int32(s.Count())}
}

// listed returns the number of places that placesOf appends to the arena for
// the sets.
func listed(sets ...catalogue.Suffixes) (n int) {
	for _, s := range sets {
		if s.Count() <= maxListed {
			n += s.Count()
		}
	}
	return n
}

// bytes returns the memory of the members.
func (p *places) bytes() int {
	if p.bits != nil {
		return bitset.Words * 8
	}
	return len(p.list) * 2
}

func (p *places) contains(place uint16) bool {
	if p.bits != nil {
		return p.bits.Contains(place)
	}
	_, found := slices.BinarySearch(p.list, place)
	return found
}

// addTo adds the members to b.
func (p *places) addTo(b *bitset.Set) {
	if p.bits != nil {
		b.Union(p.bits)
		return
	}
	for _, place := range p.list {
		b.Add(place)
	}
}

// removeFrom removes the members from b.
func (p *places) removeFrom(b *bitset.Set) { p.removeWithin(b, 0, e164.BlockSize-1) }

// countIn counts the members that the mask has too: the inner loop of a search
// over sold numbers.
func (p *places) countIn(mask *bitset.Set) int { return p.countWithin(mask, 0, e164.BlockSize-1) }

// countWithin counts the members from first to last that the mask has too.
func (p *places) countWithin(mask *bitset.Set, first, last uint16) int {
	if p.bits != nil {
		return mask.CountCommon(p.bits, first, last)
	}
	members := uint64(0)
	for _, place := range p.within(first, last) {
		members += mask[place>>6] >> (place & 63) & 1
	}
	return int(members)
}

// removeWithin removes the members from b, at least those from first to last.
func (p *places) removeWithin(b *bitset.Set, first, last uint16) {
	if p.bits != nil {
		words := bitset.WordsOf(first, last)
		for i := words.First; i < words.End; i++ {
			b[i] &^= p.bits[i]
		}
		return
	}
	for _, place := range p.within(first, last) {
		b[place>>6] &^= 1 << (place & 63)
	}
}

// freeWithin sets b to the places of a mask from first to last that are not
// members; the other places of these words become empty.
func (p *places) freeWithin(b, mask *bitset.Set, first, last uint16) {
	if p.bits == nil {
		b.CopyWithin(mask, first, last)
		p.removeWithin(b, first, last)
		return
	}
	words := bitset.WordsOf(first, last)
	free, matching, taken := b[words.First:words.End], mask[words.First:words.End], p.bits[words.First:words.End]
	for i := range free {
		free[i] = matching[i] &^ taken[i]
	}
	b.ClipWithin(first, last)
}

// within returns the part of the list from first to last.
func (p *places) within(first, last uint16) []uint16 {
	if len(p.list) == 0 || first <= p.list[0] && p.list[len(p.list)-1] <= last {
		return p.list
	}
	from, _ := slices.BinarySearch(p.list, first)
	end, _ := slices.BinarySearch(p.list, last+1)
	return p.list[from:end]
}

// isFull reports whether every place of the block is a member.
func (p *places) isFull() bool { return p.n == e164.BlockSize }
