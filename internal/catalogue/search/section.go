package search

import (
	"cmp"
	"slices"
	"unsafe"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// section is the numbers of one length in one partition: an interval of whole
// blocks. It never changes; a change of a block makes another section, which
// shares the rest.
type section struct {
	sectionKey
	digits      digits // of the partition
	depth       int    // the number of these digits
	first, last e164.Number
	spans       []spanEntry  // ascending
	sets        []setEntry   // ascending by block
	blocks      []blockEntry // ascending by block
	bytes       int          // approximate memory of the section
	hasRuled    bool         // its entries are sorted out by rules
}

type sectionKey struct {
	partition e164.Partition
	length    int
}

type spanEntry struct {
	start, end e164.Number
	lo, hi     digits
	offering
}

type setEntry struct {
	blockEntry // its members are offered
	offering
}

// offering is the range of a span or set, and its group.
type offering struct {
	rng   *catalogue.Range
	group int32
}

// blockEntry is a set of places in a block.
type blockEntry struct {
	block  e164.Block
	digits digits // of the block, that is without the suffix
	ver    int64  // of the taken places
	places
	free  freeRuns // of taken places that are not a list
	ruled []ruled  // by the catalogue's price rules
}

// bytes returns the memory that the entry refers to.
func (e *blockEntry) bytes() int {
	n := e.places.bytes() + cap(e.free.steps)*int(unsafe.Sizeof(runStep{})) + cap(e.ruled)*int(unsafe.Sizeof(ruled{}))
	for _, r := range e.ruled {
		n += cap(r.list) * 2
	}
	return n
}

// rangeBytes returns the approximate memory of a range without its entry.
func rangeBytes(r *catalogue.Range) int {
	return int(unsafe.Sizeof(*r)) + len(r.Set.Bytes()) + len(r.ImportID)
}

// sort orders the entries, and removes from spans the numbers of earlier ones.
func (p *section) sort() {
	slices.SortFunc(p.spans, func(a, b spanEntry) int { return cmp.Compare(a.start, b.start) })
	slices.SortStableFunc(p.sets, func(a, b setEntry) int { return cmp.Compare(a.block, b.block) })
	slices.SortFunc(p.blocks, func(a, b blockEntry) int { return cmp.Compare(a.block, b.block) })
	apart := p.spans[:0]
	for _, s := range p.spans {
		if len(apart) > 0 && s.start <= apart[len(apart)-1].end {
			s = newSpanEntry(e164.Span{Start: apart[len(apart)-1].end + 1, End: s.end}, s.offering)
		}
		if s.start <= s.end {
			apart = append(apart, s)
		}
	}
	p.spans = apart
	p.bytes += int(unsafe.Sizeof(*p)) + cap(p.spans)*int(unsafe.Sizeof(spanEntry{})) +
		cap(p.sets)*int(unsafe.Sizeof(setEntry{})) + cap(p.blocks)*int(unsafe.Sizeof(blockEntry{}))
	for i := range p.sets {
		p.bytes += p.sets[i].bytes()
	}
	for i := range p.blocks {
		p.bytes += p.blocks[i].bytes()
	}
}

// withBlocks returns the section after these blocks changed; the newest version of
// each counts.
func (p *section) withBlocks(blocks []catalogue.Block, rules *Rulebook) *section {
	q := *p
	q.blocks = slices.Clone(p.blocks)
	for i := range blocks {
		q.putBlock(&blocks[i], rules)
	}
	return &q
}

func (p *section) putBlock(b *catalogue.Block, rules *Rulebook) {
	list := make([]uint16, 0, listed(b.Taken))
	entry := newTaken(b, &list)
	rules.apply(&entry)
	i, known := p.blockAt(b.Block)
	switch {
	case !known:
		p.blocks = slices.Insert(p.blocks, i, entry)
		p.bytes += int(unsafe.Sizeof(entry)) + entry.bytes()
	case p.blocks[i].ver <= b.Ver:
		p.bytes += entry.bytes() - p.blocks[i].bytes()
		p.blocks[i] = entry
	}
}

// spanFrom returns the index of the first span that ends at n or later.
func (p *section) spanFrom(n e164.Number) int {
	i, _ := slices.BinarySearchFunc(p.spans, n, func(s spanEntry, n e164.Number) int { return cmp.Compare(s.end, n) })
	return i
}

// setFrom returns the index of the first set in block b or a later one.
func (p *section) setFrom(b e164.Block) int {
	i, _ := slices.BinarySearchFunc(p.sets, b, func(s setEntry, b e164.Block) int { return cmp.Compare(s.block, b) })
	return i
}

// blockAt returns the index of block b among the blocks with taken places, or
// the index at which it would be.
func (p *section) blockAt(b e164.Block) (i int, known bool) {
	return slices.BinarySearchFunc(p.blocks, b, func(e blockEntry, b e164.Block) int { return cmp.Compare(e.block, b) })
}

// offeringOf returns the offering that offers n; its range is nil if none does.
func (p *section) offeringOf(n e164.Number) offering {
	if i := p.spanFrom(n); i < len(p.spans) && p.spans[i].start <= n {
		return p.spans[i].offering
	}
	for i := p.setFrom(n.Block()); i < len(p.sets) && p.sets[i].block == n.Block(); i++ {
		if p.sets[i].contains(n.Suffix()) {
			return p.sets[i].offering
		}
	}
	return offering{}
}

// isTaken reports whether n is taken, offered or not.
func (p *section) isTaken(n e164.Number) bool {
	i, known := p.blockAt(n.Block())
	return known && p.blocks[i].contains(n.Suffix())
}
