package catalogue

import (
	"math"

	"didpurchase/internal/e164"
)

// page lists the first matches after the query's cursor, of total in all, and
// gives the cursor of the next page.
func (s *search) page(total uint64) (rows []Hit, next Cursor) {
	limit := s.query.limit
	most := limit + 1 // one more says whether there is another page
	if s.query.after == (Cursor{}) {
		most = int(min(uint64(most), total))
	}
	rows = make([]Hit, 0, most)
	s.inOrder(func(after e164.Number) (full bool) {
		rows = s.appendRows(rows, after, most)
		return len(rows) == most
	})
	if len(rows) <= limit {
		return rows, Cursor{}
	}
	return rows[:limit], s.cursorAt(rows[limit-1].Number, rows[limit-1].Range)
}

// appendRows adds the wanted matches after a number, ascending, until there are
// most rows.
func (s *search) appendRows(rows []Hit, after e164.Number, most int) []Hit {
	from := after + 1
	parts := s.catalogue.parts
	for i := s.catalogue.partFrom(from); i < len(parts) && len(rows) < most; i++ {
		if s.enter(parts[i]) {
			rows = s.appendPart(rows, max(from, parts[i].first), most)
		}
	}
	return rows
}

// appendPart goes through the part block by block.
func (s *search) appendPart(rows []Hit, from e164.Number, most int) []Hit {
	span, set := s.part.spanFrom(from), s.part.setFrom(from.Block())
	for len(rows) < most {
		var block e164.Block
		if block, span, set = s.nextBlock(from, span, set); block == noBlock {
			break
		}
		rows = s.appendBlock(rows, block, from, span, set, most)
		from = block.Last() + 1
	}
	return rows
}

const noBlock = e164.Block(math.MaxUint64)

// nextBlock is the first block that offers a match at from or later (which may
// be taken), and the spans and sets from which on it and later ones lie.
func (s *search) nextBlock(from e164.Number, span, set int) (e164.Block, int, int) {
	p, block := s.part, noBlock
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

// appendBlock adds the free matches of one block, from a number on.
func (s *search) appendBlock(rows []Hit, b e164.Block, from e164.Number, span, set, most int) []Hit {
	i, known := s.part.blockAt(b)
	if known && s.part.blocks[i].isFull() {
		return rows
	}
	var free bitset
	s.found = s.found[:0]
	s.eachPiece(b, s.blockState(digitsOf(uint64(b))), span, set, func(p piece, places *bitset) {
		free.union(places)
		s.found = append(s.found, p)
	})
	if known {
		s.part.blocks[i].removeFrom(&free)
	}
	for place := range free.all(max(from, b.First()).Suffix()) {
		n := b.First() + e164.Number(place)
		rows = append(rows, Hit{n, s.rangeOf(n)})
		if len(rows) == most {
			break
		}
	}
	return rows
}

// rangeOf is the one that offers n of the ranges found in its block.
func (s *search) rangeOf(n e164.Number) *Range {
	for _, p := range s.found {
		if len(s.found) == 1 || p.rng.Contains(n) {
			return p.rng
		}
	}
	return nil
}
