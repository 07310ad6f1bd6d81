package search

import (
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// ruled are the members of a block's set that are in a slot of the rules.
type ruled struct {
	slot int
	list []uint16 // ascending
}

// apply sorts out the members of a block for which rules hold.
func (b *Rulebook) apply(e *blockEntry) {
	e.ruled = nil
	if b == nil || e.n == 0 {
		return
	}
	state, left := uint16(0), e.block.First().Len()-4
	for i := range left {
		state = b.next[state][e.digits.at(i)]
	}
	rules := b.blocks[b.equals[4][state]]
	if len(rules.endings) == 1 {
		return
	}
	for place := range e.members() {
		if at := rules.at[place]; at != 0 {
			for _, slot := range b.slotsAt(rules.endings[at]) {
				e.rule(slot, place)
			}
		}
	}
}

func (e *blockEntry) rule(slot int, place uint16) {
	for i := range e.ruled {
		if e.ruled[i].slot == slot {
			e.ruled[i].list = append(e.ruled[i].list, place)
			return
		}
	}
	e.ruled = append(e.ruled, ruled{slot, []uint16{place}})
}

// members yields the places, ascending.
func (p *places) members() func(yield func(uint16) bool) {
	return func(yield func(uint16) bool) {
		if p.bits != nil {
			for place := range p.bits.All(0) {
				if !yield(place) {
					return
				}
			}
			return
		}
		for _, place := range p.list {
			if !yield(place) {
				return
			}
		}
	}
}

// countWithin counts the places from first to last that the mask has too.
func (r *ruled) countWithin(mask *bitset.Set, first, last uint16) (n uint64) {
	for _, place := range r.list {
		if first <= place && place <= last {
			n += mask[place>>6] >> (place & 63) & 1
		}
	}
	return n
}

// withRules returns the section with its members sorted out by rules.
func (p *section) withRules(b *Rulebook) *section {
	if b == nil && !p.hasRuled {
		return p
	}
	q := *p
	q.hasRuled = b != nil
	q.sets, q.blocks = append([]setEntry(nil), p.sets...), append([]blockEntry(nil), p.blocks...)
	for i := range q.sets {
		q.bytes -= q.sets[i].bytes()
		b.apply(&q.sets[i].blockEntry)
		q.bytes += q.sets[i].bytes()
	}
	for i := range q.blocks {
		q.bytes -= q.blocks[i].bytes()
		b.apply(&q.blocks[i])
		q.bytes += q.blocks[i].bytes()
	}
	return &q
}

// subtractRuled subtracts a block's taken members from the counts of their slots.
func (s *search) subtractRuled(b *blockEntry, group int32, mask *bitset.Set, first, last uint16) {
	for i := range b.ruled {
		s.counts[int(group)*s.width+b.ruled[i].slot] -= b.ruled[i].countWithin(mask, first, last)
	}
}

// countRuled returns the number of members in a slot that match after a block's digits.
func (s *search) countRuled(r *ruled, state uint32) uint64 {
	switch s.walker.completions(state, 4) {
	case 0:
		return 0
	case e164.BlockSize:
		return uint64(len(r.list))
	default:
		return r.countWithin(s.mask(state), 0, e164.BlockSize-1)
	}
}
