package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// Catalogue is what one carrier offers and what of it is taken, in the form
// that searches need. It never changes and may be searched concurrently.
type Catalogue struct {
	ranges []Range
	spans  []spanEntry  // ascending
	sets   []setEntry   // ascending by block
	blocks []blockEntry // ascending by block
	groups []group      // distinct combinations of what ranges say

	countries, areas, packages names
}

type spanEntry struct {
	start, end e164.Number
	lo, hi     digits
	length     int
	piece
}

type setEntry struct {
	blockEntry // its members are offered
	piece
}

// piece points to the range that a span or set comes from, and its group.
type piece struct{ rng, group int32 }

// blockEntry is a set of places in a block.
type blockEntry struct {
	block    e164.Block
	digits   digits // of the block, that is without the suffix
	length   int    // of the block's digits
	suffixes Suffixes
}

// group is what ranges say that filters and facets look at.
type group struct {
	country, area, pack int32 // in the catalogue's names
	kind                e164.Type
}

// New makes a catalogue of one carrier's ranges and blocks, in any order. The
// ranges are kept; they may not change afterwards. Where spans share numbers
// (they may while an import is writing), the one that starts first has them.
func New(ranges []Range, blocks []Block) *Catalogue {
	c := &Catalogue{ranges: ranges, blocks: make([]blockEntry, 0, len(blocks))}
	known := map[group]int32{}
	for i := range ranges {
		c.add(int32(i), c.groupOf(&ranges[i], known))
	}
	for _, b := range blocks {
		if b.Taken.Count() > 0 {
			c.blocks = append(c.blocks, newBlockEntry(b.Block, b.Taken))
		}
	}
	c.sort()
	return c
}

func (c *Catalogue) groupOf(r *Range, known map[group]int32) int32 {
	g := group{country: c.countries.id(r.Country), area: c.areas.id(r.Area), pack: c.packages.id(r.Package), kind: r.Type}
	id, ok := known[g]
	if !ok {
		id = int32(len(c.groups))
		known[g] = id
		c.groups = append(c.groups, g)
	}
	return id
}

func (c *Catalogue) add(rng, group int32) {
	r, p := &c.ranges[rng], piece{rng, group}
	if r.IsSet() {
		c.sets = append(c.sets, setEntry{newBlockEntry(r.Block(), r.Set), p})
		return
	}
	c.spans = append(c.spans, newSpanEntry(r.Span, p))
}

func newSpanEntry(s e164.Span, p piece) spanEntry {
	return spanEntry{s.Start, s.End, digitsOf(uint64(s.Start)), digitsOf(uint64(s.End)), s.Start.Len(), p}
}

func newBlockEntry(b e164.Block, s Suffixes) blockEntry {
	return blockEntry{b, digitsOf(uint64(b)), e164.Number(b).Len(), s}
}

func (c *Catalogue) sort() {
	slices.SortFunc(c.spans, func(a, b spanEntry) int { return cmp.Compare(a.start, b.start) })
	slices.SortStableFunc(c.sets, func(a, b setEntry) int { return cmp.Compare(a.block, b.block) })
	slices.SortFunc(c.blocks, func(a, b blockEntry) int { return cmp.Compare(a.block, b.block) })
	apart := c.spans[:0]
	for _, s := range c.spans {
		if len(apart) > 0 && s.start <= apart[len(apart)-1].end {
			s = newSpanEntry(e164.Span{Start: apart[len(apart)-1].end + 1, End: s.end}, s.piece)
		}
		if s.start <= s.end {
			apart = append(apart, s)
		}
	}
	c.spans = apart
}

// RangeFor is the range that offers the number, taken or not; nil when none does.
func (c *Catalogue) RangeFor(n e164.Number) *Range {
	if i := c.spanFrom(n); i < len(c.spans) && c.spans[i].start <= n {
		return &c.ranges[c.spans[i].rng]
	}
	for i := c.setFrom(n.Block()); i < len(c.sets) && c.sets[i].block == n.Block(); i++ {
		if c.sets[i].suffixes.Contains(n.Suffix()) {
			return &c.ranges[c.sets[i].rng]
		}
	}
	return nil
}

// spanFrom is the first span that ends at n or later.
func (c *Catalogue) spanFrom(n e164.Number) int {
	i, _ := slices.BinarySearchFunc(c.spans, n, func(s spanEntry, n e164.Number) int { return cmp.Compare(s.end, n) })
	return i
}

// setFrom is the first set in block b or a later one.
func (c *Catalogue) setFrom(b e164.Block) int {
	i, _ := slices.BinarySearchFunc(c.sets, b, func(s setEntry, b e164.Block) int { return cmp.Compare(s.block, b) })
	return i
}

// taken is what of the block is taken.
func (c *Catalogue) taken(b e164.Block) Suffixes {
	i, ok := slices.BinarySearchFunc(c.blocks, b, func(e blockEntry, b e164.Block) int { return cmp.Compare(e.block, b) })
	if !ok {
		return Suffixes{}
	}
	return c.blocks[i].suffixes
}

// names numbers distinct values.
type names struct {
	list []string
	ids  map[string]int32
}

func (n *names) id(value string) int32 {
	if n.ids == nil {
		n.ids = map[string]int32{}
	}
	id, ok := n.ids[value]
	if !ok {
		id = int32(len(n.list))
		n.list, n.ids[value] = append(n.list, value), id
	}
	return id
}
