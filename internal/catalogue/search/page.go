package search

import (
	"math"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// page lists the first matches after the query's cursor, once all are counted.
func (s *search) page() (hits []Hit, next Cursor) {
	if !s.expect() {
		return nil, Cursor{}
	}
	s.eachLayer(s.listLayer)
	rows, next := s.onPage()
	hits = make([]Hit, len(rows))
	for i, r := range rows {
		hits[i] = Hit{r.Start, r.Range, r.Rule}
	}
	return hits, next
}

// listLayer lists the rows of a layer.
func (s *search) listLayer() {
	matches, from := s.matchesIn(s.slot), s.query.after.Number
	s.end = 0
	for i := range s.tiers {
		if h := &s.tiers[i]; h.most > 0 {
			if h.most = int(min(uint64(h.most), matches[i])); h.most == 0 {
				continue
			}
			from, s.end = min(from, h.after), max(s.end, h.end)
		}
	}
	s.listFrom(from + 1)
}

// listFrom lists the wanted matches from a number on, ascending, until all
// tiers are full.
func (s *search) listFrom(from e164.Number) {
	sections := s.catalogue.sections
	for i := s.catalogue.sectionFrom(from); i < len(sections) && sections[i].first <= s.end && s.wantUnfilled(); i++ {
		if s.enter(sections[i]) {
			s.listSection(max(from, sections[i].first))
		}
	}
}

// listSection goes through the section block by block.
func (s *search) listSection(from e164.Number) {
	span, set := s.section.spanFrom(from), s.section.setFrom(from.Block())
	for {
		var block e164.Block
		if block, span, set = s.nextBlock(from, span, set); block == noBlock || block.First() > s.end {
			return
		}
		if s.listBlock(block, from, span, set) && !s.wantUnfilled() {
			return
		}
		from = block.Last() + 1
	}
}

const noBlock = e164.Block(math.MaxUint64)

// nextBlock returns the first block that offers a match at from or later (which
// may be taken), and the first spans and sets of it and later blocks.
func (s *search) nextBlock(from e164.Number, span, set int) (e164.Block, int, int) {
	p, block := s.section, noBlock
	for ; span < len(p.spans); span++ {
		e := &p.spans[span]
		if e.end < from || !s.wanted[e.group] {
			continue
		}
		if n := s.walker.first(max(e.start, from)); n > 0 && n <= e.end {
			block = n.Block()
			break
		}
	}
	for ; set < len(p.sets); set++ {
		e := &p.sets[set]
		if e.block.Last() < from || !s.wanted[e.group] {
			continue
		}
		if s.walker.completions(s.blockState(e.digits), 4) > 0 {
			block = min(block, e.block)
			break
		}
	}
	return block, span, set
}

// listBlock lists the free matches of one block, from a number on. It reports
// whether a tier is full now.
func (s *search) listBlock(b e164.Block, from e164.Number, span, set int) (full bool) {
	i, known := s.section.blockAt(b)
	if known && s.section.blocks[i].isFull() {
		return false
	}
	var free bitset.Set
	s.found = s.found[:0]
	s.eachOffering(b, s.mask(s.blockState(digitsOf(uint64(b)))), span, set, func(p offering, places *bitset.Set) {
		free.Union(places)
		s.found = append(s.found, p)
	})
	if known {
		s.section.blocks[i].removeFrom(&free)
	}
	for place := range free.All(max(from, b.First()).Suffix()) {
		n := b.First() + e164.Number(place)
		p := s.offeringOf(n)
		if !s.listing(p.group, n) {
			continue
		}
		s.list(Run{Start: n, End: n, Range: p.rng}, p.group)
		if full = full || s.tier(p.group).isFull(); full && len(s.tiers) == 1 {
			break
		}
	}
	return full
}

// offeringOf returns the offering, among those found in the block of n, that offers
// n.
func (s *search) offeringOf(n e164.Number) offering {
	for _, p := range s.found {
		if len(s.found) == 1 || p.rng.Contains(n) {
			return p
		}
	}
	return offering{}
}
