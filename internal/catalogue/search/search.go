// Package search finds the numbers that a customer asks for among those that a
// carrier can sell now. It combines ranges (the offered numbers), blocks (the
// taken numbers) and queries (the wanted numbers).
//
// A search tries no number. The conditions on the digits become one automaton
// (glob, condition, automaton). From its tables the matches inside a span are
// counted in the same time for any length (digits); then the taken matches are
// subtracted, which reads only blocks with taken numbers (search); a page jumps
// from match to match (page).
//
// It is pure: it knows neither the database nor customers or the clock. It does
// not decide whether a number can be bought, only whether it is shown: the DID's
// own item decides.
package search

import (
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Prices are the carrier's current package versions by id. A number of a
// package without a price can't be bought, so it is not found.
type Prices map[string]pricing.Package

// Search finds the available numbers at these prices: it counts all matches and
// lists a page.
func (c *Catalogue) Search(q *Query, prices Prices) Result {
	if len(q.classes) > 0 {
		return c.searchClasses(q, prices)
	}
	s := newSearch(c, q, prices)
	if q.consecutive > 0 {
		return s.searchRuns()
	}
	s.count()
	r := s.counted()
	if q.offset == 0 || s.skip(r.Total) {
		r.Rows, r.Next = s.page()
	}
	return r
}

// count counts the matches of each group.
func (s *search) count() {
	for _, p := range s.catalogue.sections {
		if s.enter(p) {
			s.countSpans()
			s.countSets()
			s.subtractTaken()
		}
	}
	s.settle()
}

// search is one running search.
type search struct {
	catalogue *Catalogue
	query     *Query
	walker    walker
	section   *section // that is being searched
	book      *Rulebook
	product   *product // of the query and the book; nil without rules
	border    border
	width     int      // the number of slots
	slot      int      // that is being searched
	groups    []group  // by offer
	offered   []bool   // by offer: passes the filters and has a price
	ruled     []string // by group: the currency of its rules, "" = none
	wanted    []bool   // by group: any of its offers
	prices    Prices
	monthly   []money.Amount // by package: its monthly equivalent
	counts    []uint64       // matches by offer: [group*width + slot]
	masks     []*bitset.Set
	slab      []bitset.Set // the next masks
	slabs     int          // how many masks there were in all
	places    bitset.Set   // of eachOffering
	found     []offering   // of listBlock
	tiers     []tier       // lowest price first
	tierAt    []int32      // by offer
	rows      []tierRow
	end       e164.Number // no row of the layer comes after it
}

func newSearch(c *Catalogue, q *Query, prices Prices) *search {
	s := &search{
		catalogue: c, query: q, prices: prices,
		walker: walker{automaton: q.automaton},
		book:   c.rules,
		width:  c.rules.width(),
		wanted: make([]bool, len(c.dictionary.groups)),
		counts: make([]uint64, len(c.dictionary.groups)*c.rules.width()),
		masks:  make([]*bitset.Set, len(q.automaton.finals)),
	}
	s.monthly = s.monthlyPrices()
	s.want()
	if s.book != nil {
		s.product = newProduct(c, q.automaton)
		s.border.product = s.product
	}
	s.arrange()
	return s
}

// enter begins with a section; it reports whether any number of it can match.
func (s *search) enter(p *section) bool {
	s.section = p
	s.walker.begin(p.length)
	if s.product != nil {
		s.border.enter(p, s.product.nodeOf(p))
	}
	return s.walker.completions(s.walker.state(p.digits, p.depth), p.length-p.depth) > 0
}

func (s *search) countSpans() {
	for i := range s.section.spans {
		if span := &s.section.spans[i]; s.wanted[span.group] {
			s.countSpan(span, span.end, span.hi)
		}
	}
}

// countSpan counts the matches of a span up to a number.
func (s *search) countSpan(span *spanEntry, end e164.Number, hi digits) {
	counts := s.counts[int(span.group)*s.width : int(span.group+1)*s.width]
	if s.product == nil {
		counts[0] += s.walker.count(span.lo, hi, s.section.length)
		return
	}
	s.border.count(counts, span, end, hi)
}

func (s *search) countSets() {
	for i := range s.section.sets {
		set := &s.section.sets[i]
		if s.wanted[set.group] {
			state := s.blockState(set.digits)
			s.counts[int(set.group)*s.width] += s.countIn(&set.blockEntry, state)
			for i := range set.ruled {
				s.counts[int(set.group)*s.width+set.ruled[i].slot] += s.countRuled(&set.ruled[i], state)
			}
		}
	}
}

// blockState returns the state after a block's digits.
func (s *search) blockState(block digits) uint32 { return s.walker.state(block, s.section.length-4) }

// countIn counts the matching places.
func (s *search) countIn(b *blockEntry, state uint32) uint64 {
	switch s.walker.completions(state, 4) {
	case 0:
		return 0
	case e164.BlockSize:
		return uint64(b.n)
	default:
		return uint64(b.places.countIn(s.mask(state)))
	}
}

// subtractTaken subtracts the taken matches. It reads only blocks with taken
// numbers, and only if their digits allow a match.
func (s *search) subtractTaken() {
	p := s.section
	span, set := 0, 0
	for i := range p.blocks {
		b := &p.blocks[i]
		state := s.blockState(b.digits)
		if s.walker.completions(state, 4) == 0 {
			continue
		}
		span, set = p.atBlock(b.block, span, set)
		s.subtractBlock(b, state, span, set)
	}
}

// atBlock moves on to the first span and set that can be in block b.
func (p *section) atBlock(b e164.Block, span, set int) (int, int) {
	for span < len(p.spans) && p.spans[span].end < b.First() {
		span++
	}
	for set < len(p.sets) && p.sets[set].block < b {
		set++
	}
	return span, set
}

// subtractBlock subtracts the taken matches of one block; span and set are the
// first ones that can be in it.
func (s *search) subtractBlock(b *blockEntry, state uint32, span, set int) {
	if whole := s.section.wholeIn(b.block, span, set); whole != nil {
		if s.wanted[whole.group] {
			s.counts[int(whole.group)*s.width] -= s.countIn(b, state)
			for i := range b.ruled {
				s.counts[int(whole.group)*s.width+b.ruled[i].slot] -= s.countRuled(&b.ruled[i], state)
			}
		}
		return
	}
	mask := s.mask(state)
	s.eachSpan(b.block, span, func(p offering, first, last uint16) {
		s.counts[int(p.group)*s.width] -= uint64(b.countWithin(mask, first, last))
		s.subtractRuled(b, p.group, mask, first, last)
	})
	s.eachSet(b.block, mask, set, func(p offering, places *bitset.Set) {
		s.counts[int(p.group)*s.width] -= uint64(b.countIn(places))
		s.subtractRuled(b, p.group, places, 0, e164.BlockSize-1)
	})
}

// wholeIn returns the one span that covers the whole block, nil if there is
// none.
func (p *section) wholeIn(b e164.Block, span, set int) *spanEntry {
	if span == len(p.spans) || set < len(p.sets) && p.sets[set].block == b {
		return nil
	}
	if e := &p.spans[span]; e.start <= b.First() && b.Last() <= e.end {
		return e
	}
	return nil
}

// eachOffering calls f, for each wanted span and set in a block, with its places
// there that the mask has. They are valid until f returns.
func (s *search) eachOffering(b e164.Block, mask *bitset.Set, span, set int, f func(offering, *bitset.Set)) {
	s.eachSpan(b, span, func(p offering, first, last uint16) {
		s.places = bitset.Set{}
		s.places.CopyWithin(mask, first, last)
		f(p, &s.places)
	})
	s.eachSet(b, mask, set, f)
}

// eachSpan calls f, for each wanted span in a block, with its first and its last
// place there.
func (s *search) eachSpan(b e164.Block, span int, f func(p offering, first, last uint16)) {
	spans := s.section.spans
	for ; span < len(spans) && spans[span].start <= b.Last(); span++ {
		if e := &spans[span]; s.wanted[e.group] {
			f(e.offering, max(e.start, b.First()).Suffix(), min(e.end, b.Last()).Suffix())
		}
	}
}

// eachSet calls f, for each wanted set of a block, with its places that the
// mask has. They are valid until f returns.
func (s *search) eachSet(b e164.Block, mask *bitset.Set, set int, f func(offering, *bitset.Set)) {
	sets := s.section.sets
	for ; set < len(sets) && sets[set].block == b; set++ {
		if e := &sets[set]; s.wanted[e.group] {
			s.places = bitset.Set{}
			e.addTo(&s.places)
			s.places.Intersect(mask)
			f(e.offering, &s.places)
		}
	}
}

// mask returns the matching places of a block, after the block's digits.
func (s *search) mask(state uint32) *bitset.Set {
	if s.masks[state] == nil {
		if len(s.slab) == 0 {
			s.slab = make([]bitset.Set, 4+s.slabs)
			s.slabs += len(s.slab)
		}
		s.masks[state], s.slab = &s.slab[0], s.slab[1:]
		s.walker.suffixes(state, s.masks[state])
	}
	return s.masks[state]
}
