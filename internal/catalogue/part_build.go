package catalogue

import (
	"cmp"
	"maps"
	"slices"

	"didpurchase/internal/e164"
)

func newPart(k partKey) *part {
	depth := e164.Number(k.partition).Len()
	width := pow10[k.length-depth]
	first := e164.Number(k.partition) * width
	return &part{partKey: k, digits: digitsOf(uint64(k.partition)), depth: depth, first: first, last: first + width - 1}
}

// newParts makes the parts of ranges and blocks, ascending. They keep the
// ranges.
func newParts(d *dictionary, ranges []Range, blocks []Block) []*part {
	b := builder{parts: map[partKey]*part{}}
	for i := range ranges {
		b.addRange(&ranges[i], d.add(&ranges[i]))
	}
	b.addBlocks(blocks)
	for _, p := range b.parts {
		p.sort()
	}
	return slices.SortedFunc(maps.Values(b.parts), func(a, b *part) int { return cmp.Compare(a.first, b.first) })
}

// builder fills parts.
type builder struct{ parts map[partKey]*part }

func (b *builder) part(n e164.Number) *part {
	k := partKey{n.Partition(), n.Len()}
	p := b.parts[k]
	if p == nil {
		p = newPart(k)
		b.parts[k] = p
	}
	return p
}

// addRange cuts a span where a part ends (imports have done so).
func (b *builder) addRange(r *Range, group int32) {
	if r.IsSet() {
		var list []uint16
		p := b.part(r.Span.Start)
		p.sets = append(p.sets, setEntry{newBlockEntry(r.Block(), r.Set, 0, &list), piece{r, group}})
		p.bytes += rangeBytes(r)
		return
	}
	for start := r.Span.Start; start <= r.Span.End; {
		p := b.part(start)
		end := min(r.Span.End, p.last)
		p.spans = append(p.spans, newSpanEntry(e164.Span{Start: start, End: end}, piece{r, group}))
		p.bytes += rangeBytes(r)
		start = end + 1
	}
}

func (b *builder) addBlocks(blocks []Block) {
	taken := make([]Suffixes, len(blocks))
	for i := range blocks {
		taken[i] = blocks[i].Taken
	}
	arena := make([]uint16, 0, listed(taken...))
	for i := range blocks {
		p := b.part(blocks[i].Block.First())
		p.blocks = append(p.blocks, newTaken(&blocks[i], &arena))
	}
}

func newSpanEntry(s e164.Span, p piece) spanEntry {
	return spanEntry{s.Start, s.End, digitsOf(uint64(s.Start)), digitsOf(uint64(s.End)), p}
}

func newBlockEntry(b e164.Block, s Suffixes, ver int64, arena *[]uint16) blockEntry {
	return blockEntry{block: b, digits: digitsOf(uint64(b)), ver: ver, places: placesOf(s, arena)}
}

// newTaken returns the entry of a block's taken places.
func newTaken(b *Block, arena *[]uint16) blockEntry {
	e := newBlockEntry(b.Block, b.Taken, b.Ver, arena)
	if e.bits != nil {
		e.free = e.bits.runsOutside()
	}
	return e
}
