package search

import (
	"sort"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// skip moves the start of the page after the first offset rows, and reports
// whether any row follows. It needs the counts of all matches. The rows before
// the page are counted and never listed.
//
// Example with an offset of 120 and three sections with 100, 40 and 70 matches.
// Row 120 is the 20th match of the second section. A binary search over that
// section's blocks finds the first block up to whose end there are at least 20
// matches. If there are 17 before it, its third match is row 120, and the page
// begins after that number.
//
// With several tiers (one for each price), whole tiers are passed first,
// and only the groups of the tier of row 120 are counted.
func (s *search) skip(total uint64) bool {
	at, tier := uint64(s.query.offset), 0
	if at >= total {
		return false
	}
	for matches := s.matches(); at > matches[tier]; tier++ {
		at -= matches[tier]
	}
	counts, wanted, offered := s.counts, s.wanted, s.offered
	s.counts, s.wanted = make([]uint64, len(counts)), make([]bool, len(wanted))
	s.offered = make([]bool, len(offered))
	for offer := range offered {
		s.offered[offer] = offered[offer] && s.tierAt[offer] == int32(tier)
		s.wanted[offer/s.width] = s.wanted[offer/s.width] || s.offered[offer]
	}
	last, rng := s.nth(at)
	s.counts, s.wanted, s.offered = counts, wanted, offered

	behind := *s.query
	behind.after = Cursor{Number: last}
	if behind.byPrice {
		behind.afterPrice = s.prices[rng.Package].MonthlyEquivalent()
	}
	s.query = &behind
	s.arrange()
	return true
}

// matches returns the number of matches of each tier.
func (s *search) matches() []uint64 {
	matches := make([]uint64, len(s.tiers))
	for offer, count := range s.counts {
		matches[s.tierAt[offer]] += count
	}
	return matches
}

// matchesIn returns the number of matches of each tier in a slot.
func (s *search) matchesIn(slot int) []uint64 {
	matches := make([]uint64, len(s.tiers))
	for offer := slot; offer < len(s.counts); offer += s.width {
		matches[s.tierAt[offer]] += s.counts[offer]
	}
	return matches
}

// nth returns the n-th wanted free match, counted from 1, and the range that
// offers it. There must be at least n.
func (s *search) nth(n uint64) (e164.Number, *catalogue.Range) {
	for _, p := range s.catalogue.sections {
		if !s.enter(p) {
			continue
		}
		here := s.countTo(p, p.last)
		if n > here {
			n -= here
			continue
		}
		first := p.first.Block()
		blocks := sort.Search(int(p.last.Block()-first), func(i int) bool {
			return s.countTo(p, (first+e164.Block(i)).Last()) >= n
		})
		b := first + e164.Block(blocks)
		return s.nthIn(b, n-s.countTo(p, b.First()-1))
	}
	return 0, nil
}

// countTo counts the wanted free matches of a section up to the end of a block.
func (s *search) countTo(p *section, to e164.Number) (total uint64) {
	head := *p
	head.spans = p.spans[:sort.Search(len(p.spans), func(i int) bool { return p.spans[i].end > to })]
	head.sets = p.sets[:sort.Search(len(p.sets), func(i int) bool { return p.sets[i].block.Last() > to })]
	clear(s.counts)
	s.section = &head
	s.countSpans()
	s.countSets()
	if i := len(head.spans); i < len(p.spans) && p.spans[i].start <= to && s.wanted[p.spans[i].group] {
		s.countSpan(&p.spans[i], to, digitsOf(uint64(to)))
	}
	head.spans, head.sets = p.spans, p.sets
	head.blocks = p.blocks[:sort.Search(len(p.blocks), func(i int) bool { return p.blocks[i].block.Last() > to })]
	s.subtractTaken()
	s.settle()
	s.section = p
	for _, count := range s.counts {
		total += count
	}
	return total
}

// nthIn returns the n-th wanted free match of one block of the section, counted
// from 1.
func (s *search) nthIn(b e164.Block, n uint64) (e164.Number, *catalogue.Range) {
	p := s.section
	var free bitset.Set
	s.found = s.found[:0]
	s.eachOffering(b, s.mask(s.blockState(digitsOf(uint64(b)))), p.spanFrom(b.First()), p.setFrom(b),
		func(p offering, places *bitset.Set) {
			free.Union(places)
			s.found = append(s.found, p)
		})
	if i, known := p.blockAt(b); known {
		p.blocks[i].removeFrom(&free)
	}
	for place := range free.All(0) {
		number := b.First() + e164.Number(place)
		hit, offered := s.hitOf(number, s.offeringOf(number))
		if !offered {
			continue
		}
		if n--; n == 0 {
			return number, hit.Range
		}
	}
	return 0, nil
}
