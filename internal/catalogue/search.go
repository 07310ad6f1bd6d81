package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// Search finds what can be bought: it counts all matches and lists a page.
func (c *Catalogue) Search(q *Query) Result {
	s := &search{
		catalogue: c, query: q,
		walker: walker{automaton: q.automaton},
		wanted: make([]bool, len(c.groups)),
		counts: make([]uint64, len(c.groups)),
		masks:  make([]*bitset, len(q.automaton.finals)),
	}
	for i, g := range c.groups {
		s.wanted[i] = (q.country == "" || q.country == c.countries.list[g.country]) &&
			(q.area == "" || q.area == c.areas.list[g.area]) &&
			(q.pack == "" || q.pack == c.packages.list[g.pack]) &&
			(q.kind == "" || q.kind == g.kind)
	}
	s.countSpans()
	s.countSets()
	s.subtractTaken()
	return s.result()
}

// search is one search under way.
type search struct {
	catalogue *Catalogue
	query     *Query
	walker    walker
	wanted    []bool   // by group
	counts    []uint64 // matches by group
	masks     []*bitset
	slab      []bitset // the next masks
	places    bitset   // of eachPiece
	found     []piece  // of appendBlock
}

func (s *search) countSpans() {
	for i := range s.catalogue.spans {
		if span := &s.catalogue.spans[i]; s.wanted[span.group] {
			s.counts[span.group] += s.walker.count(span.lo, span.hi, span.length)
		}
	}
}

func (s *search) countSets() {
	for i := range s.catalogue.sets {
		set := &s.catalogue.sets[i]
		if s.wanted[set.group] {
			s.counts[set.group] += uint64(s.countIn(&set.blockEntry))
		}
	}
}

// countIn is how many of the places match.
func (s *search) countIn(b *blockEntry) int {
	state := s.walker.state(b.digits, b.length)
	switch s.walker.completions(state, 4) {
	case 0:
		return 0
	case e164.BlockSize:
		return b.suffixes.Count()
	default:
		return b.suffixes.countIn(s.mask(state))
	}
}

// subtractTaken takes off the matches that are taken. Only blocks with any are
// looked at, and only those whose digits leave a match possible.
func (s *search) subtractTaken() {
	c := s.catalogue
	span, set := 0, 0
	for i := range c.blocks {
		b := &c.blocks[i]
		state := s.walker.state(b.digits, b.length)
		if s.walker.completions(state, 4) == 0 {
			continue
		}
		for span < len(c.spans) && c.spans[span].end < b.block.First() {
			span++
		}
		for set < len(c.sets) && c.sets[set].block < b.block {
			set++
		}
		s.subtractBlock(b, state, span, set)
	}
}

// subtractBlock takes off what is taken of one block; span and set are the
// first ones that can lie in it.
func (s *search) subtractBlock(b *blockEntry, state uint16, span, set int) {
	c := s.catalogue
	hasSet := set < len(c.sets) && c.sets[set].block == b.block
	if span < len(c.spans) && !hasSet && c.spans[span].start <= b.block.First() && b.block.Last() <= c.spans[span].end {
		if group := c.spans[span].group; s.wanted[group] {
			s.counts[group] -= uint64(s.countIn(b))
		}
		return
	}
	s.eachPiece(b.block, state, span, set, func(p piece, places *bitset) {
		s.counts[p.group] -= uint64(b.suffixes.countIn(places))
	})
}

// eachPiece calls f, for each wanted span and set in a block, with the places
// that it offers there and that match. They are good until f returns.
func (s *search) eachPiece(b e164.Block, state uint16, span, set int, f func(piece, *bitset)) {
	c, mask, places := s.catalogue, s.mask(state), &s.places
	for ; span < len(c.spans) && c.spans[span].start <= b.Last(); span++ {
		if e := &c.spans[span]; s.wanted[e.group] {
			*places = *mask
			places.clip(max(e.start, b.First()).Suffix(), min(e.end, b.Last()).Suffix())
			f(e.piece, places)
		}
	}
	for ; set < len(c.sets) && c.sets[set].block == b; set++ {
		if e := &c.sets[set]; s.wanted[e.group] {
			*places = e.suffixes.bitset()
			places.intersect(mask)
			f(e.piece, places)
		}
	}
}

// mask is the places of a block that match after the block's digits.
func (s *search) mask(state uint16) *bitset {
	if s.masks[state] == nil {
		if len(s.slab) == 0 {
			s.slab = make([]bitset, 16)
		}
		s.masks[state], s.slab = &s.slab[0], s.slab[1:]
		s.walker.suffixes(state, s.masks[state])
	}
	return s.masks[state]
}

func (s *search) result() (r Result) {
	c := s.catalogue
	countries := make([]uint64, len(c.countries.list))
	areas := make([]uint64, len(c.areas.list))
	packages := make([]uint64, len(c.packages.list))
	for i, g := range c.groups {
		r.Total += s.counts[i]
		countries[g.country] += s.counts[i]
		areas[g.area] += s.counts[i]
		packages[g.pack] += s.counts[i]
	}
	r.Facets = Facets{c.countries.counts(countries), c.areas.counts(areas), c.packages.counts(packages)}
	if r.Total > 0 {
		r.Rows, r.Next = s.page()
	}
	return r
}

// counts lists the values that have a name and a count, greatest first.
func (n *names) counts(counts []uint64) []Count {
	list := make([]Count, 0, len(counts))
	for id, count := range counts {
		if count > 0 && n.list[id] != "" {
			list = append(list, Count{n.list[id], count})
		}
	}
	slices.SortFunc(list, func(a, b Count) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return list
}
