package search

import (
	"cmp"
	"maps"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

func newSection(k sectionKey) *section {
	depth := e164.Number(k.partition).Len()
	width := pow10[k.length-depth]
	first := e164.Number(k.partition) * width
	return &section{sectionKey: k, digits: digitsOf(uint64(k.partition)), depth: depth, first: first,
		last: first + width - 1}
}

// newSections makes the sections of ranges and blocks, ascending. They keep the
// ranges.
func newSections(d *dictionary, ranges []catalogue.Range, blocks []catalogue.Block) []*section {
	b := builder{sections: map[sectionKey]*section{}}
	for i := range ranges {
		b.addRange(&ranges[i], d.add(&ranges[i]))
	}
	b.addBlocks(blocks)
	for _, p := range b.sections {
		p.sort()
	}
	return slices.SortedFunc(maps.Values(b.sections), func(a, b *section) int { return cmp.Compare(a.first, b.first) })
}

// builder fills sections.
type builder struct{ sections map[sectionKey]*section }

func (b *builder) section(n e164.Number) *section {
	k := sectionKey{n.Partition(), n.Len()}
	p := b.sections[k]
	if p == nil {
		p = newSection(k)
		b.sections[k] = p
	}
	return p
}

// addRange cuts a span where a section ends (imports have done so).
func (b *builder) addRange(r *catalogue.Range, group int32) {
	if r.IsSet() {
		var list []uint16
		p := b.section(r.Span.Start)
		p.sets = append(p.sets, setEntry{newBlockEntry(r.Block(), r.Set, 0, &list), offering{r, group}})
		p.bytes += rangeBytes(r)
		return
	}
	for start := r.Span.Start; start <= r.Span.End; {
		p := b.section(start)
		end := min(r.Span.End, p.last)
		p.spans = append(p.spans, newSpanEntry(e164.Span{Start: start, End: end}, offering{r, group}))
		p.bytes += rangeBytes(r)
		start = end + 1
	}
}

func (b *builder) addBlocks(blocks []catalogue.Block) {
	taken := make([]catalogue.Suffixes, len(blocks))
	for i := range blocks {
		taken[i] = blocks[i].Taken
	}
	arena := make([]uint16, 0, listed(taken...))
	for i := range blocks {
		p := b.section(blocks[i].Block.First())
		p.blocks = append(p.blocks, newTaken(&blocks[i], &arena))
	}
}

func newSpanEntry(s e164.Span, p offering) spanEntry {
	return spanEntry{s.Start, s.End, digitsOf(uint64(s.Start)), digitsOf(uint64(s.End)), p}
}

func newBlockEntry(b e164.Block, s catalogue.Suffixes, ver int64, arena *[]uint16) blockEntry {
	return blockEntry{block: b, digits: digitsOf(uint64(b)), ver: ver, places: placesOf(s, arena)}
}

// newTaken returns the entry of a block's taken places.
func newTaken(b *catalogue.Block, arena *[]uint16) blockEntry {
	e := newBlockEntry(b.Block, b.Taken, b.Ver, arena)
	if e.bits != nil {
		e.free = runsOutside(e.bits)
	}
	return e
}
