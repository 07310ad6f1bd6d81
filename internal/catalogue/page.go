package catalogue

import (
	"math"

	"didpurchase/internal/e164"
)

// page lists the first matches after the cursor, block by block, and the
// cursor of the next page.
func (s *search) page() (rows []Hit, next e164.Number) {
	c, limit := s.catalogue, s.query.limit
	rows = make([]Hit, 0, limit+1)
	from := s.query.after + 1
	span, set := c.spanFrom(from), c.setFrom(from.Block())
	for len(rows) <= limit {
		var block e164.Block
		if block, span, set = s.nextBlock(from, span, set); block == noBlock {
			return rows, 0
		}
		rows = s.appendBlock(rows, block, from, span, set)
		from = block.Last() + 1
	}
	return rows[:limit], rows[limit-1].Number
}

const noBlock = e164.Block(math.MaxUint64)

// nextBlock is the first block that offers a match at from or later (which may
// be taken), and the spans and sets from which on it and later ones lie.
func (s *search) nextBlock(from e164.Number, span, set int) (e164.Block, int, int) {
	c, block := s.catalogue, noBlock
	for ; span < len(c.spans); span++ {
		e := &c.spans[span]
		if e.end < from || !s.wanted[e.group] {
			continue
		}
		if n := s.walker.first(max(e.start, from)); n > 0 && n <= e.end {
			block = n.Block()
			break
		}
	}
	for ; set < len(c.sets); set++ {
		e := &c.sets[set]
		if e.block.Last() < from || !s.wanted[e.group] {
			continue
		}
		if s.walker.completions(s.walker.state(e.digits, e.length), 4) > 0 {
			block = min(block, e.block)
			break
		}
	}
	return block, span, set
}

// appendBlock adds the free matches of one block, from a number on, until one
// more than the page takes is found.
func (s *search) appendBlock(rows []Hit, b e164.Block, from e164.Number, span, set int) []Hit {
	digits := digitsOf(uint64(b))
	state := s.walker.state(digits, e164.Number(b).Len())
	var free bitset
	s.found = s.found[:0]
	s.eachPiece(b, state, span, set, func(p piece, places *bitset) {
		free.union(places)
		s.found = append(s.found, p)
	})
	taken := s.catalogue.taken(b).bitset()
	free.remove(&taken)
	for place := range free.all(max(from, b.First()).Suffix()) {
		n := b.First() + e164.Number(place)
		rows = append(rows, Hit{n, s.rangeOf(n)})
		if len(rows) > s.query.limit {
			break
		}
	}
	return rows
}

// rangeOf is the one that offers n of the ranges found in its block.
func (s *search) rangeOf(n e164.Number) *Range {
	for _, p := range s.found {
		if r := &s.catalogue.ranges[p.rng]; len(s.found) == 1 || r.Contains(n) {
			return r
		}
	}
	return nil
}
