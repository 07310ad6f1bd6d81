package catalogue

import (
	"cmp"
	"maps"
	"slices"
	"unsafe"

	"didpurchase/internal/e164"
)

// part is the numbers of one length in one partition: an interval, and every
// block lies whole in one. It never changes; what changes a block makes another
// part, which shares what stayed.
type part struct {
	partKey
	digits      digits // of the partition
	depth       int    // how many these are
	first, last e164.Number
	spans       []spanEntry  // ascending
	sets        []setEntry   // ascending by block
	blocks      []blockEntry // ascending by block
	bytes       int          // about how much memory all this takes
}

type partKey struct {
	partition e164.Partition
	length    int
}

type spanEntry struct {
	start, end e164.Number
	lo, hi     digits
	piece
}

type setEntry struct {
	blockEntry // its members are offered
	piece
}

// piece is the range that a span or set comes from, and its group.
type piece struct {
	rng   *Range
	group int32
}

// blockEntry is a set of places in a block.
type blockEntry struct {
	block  e164.Block
	digits digits // of the block, that is without the suffix
	ver    int64  // of what is taken
	places
	free freeRuns // of taken places that are not a list
}

func newPart(k partKey) *part {
	depth := e164.Number(k.partition).Len()
	width := pow10[k.length-depth]
	first := e164.Number(k.partition) * width
	return &part{partKey: k, digits: digitsOf(uint64(k.partition)), depth: depth, first: first, last: first + width - 1}
}

// newParts makes the parts in which ranges and blocks lie, ascending. They keep
// the ranges.
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

// newTaken is the entry of what is taken of a block.
func newTaken(b *Block, arena *[]uint16) blockEntry {
	e := newBlockEntry(b.Block, b.Taken, b.Ver, arena)
	if e.bits != nil {
		e.free = e.bits.runsOutside()
	}
	return e
}

// bytes is how much memory the entry refers to.
func (e *blockEntry) bytes() int {
	return e.places.bytes() + cap(e.free.steps)*int(unsafe.Sizeof(runStep{}))
}

// rangeBytes is about how much memory a range takes besides its entry.
func rangeBytes(r *Range) int {
	return int(unsafe.Sizeof(*r)) + len(r.Set.code) + len(r.ImportID)
}

// sort orders the entries, and cuts off spans what earlier ones have.
func (p *part) sort() {
	slices.SortFunc(p.spans, func(a, b spanEntry) int { return cmp.Compare(a.start, b.start) })
	slices.SortStableFunc(p.sets, func(a, b setEntry) int { return cmp.Compare(a.block, b.block) })
	slices.SortFunc(p.blocks, func(a, b blockEntry) int { return cmp.Compare(a.block, b.block) })
	apart := p.spans[:0]
	for _, s := range p.spans {
		if len(apart) > 0 && s.start <= apart[len(apart)-1].end {
			s = newSpanEntry(e164.Span{Start: apart[len(apart)-1].end + 1, End: s.end}, s.piece)
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

// withBlocks is the part after these blocks changed; the newest version of each
// counts.
func (p *part) withBlocks(blocks []Block) *part {
	q := *p
	q.blocks = slices.Clone(p.blocks)
	for i := range blocks {
		q.putBlock(&blocks[i])
	}
	return &q
}

func (p *part) putBlock(b *Block) {
	list := make([]uint16, 0, listed(b.Taken))
	entry := newTaken(b, &list)
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

// spanFrom is the first span that ends at n or later.
func (p *part) spanFrom(n e164.Number) int {
	i, _ := slices.BinarySearchFunc(p.spans, n, func(s spanEntry, n e164.Number) int { return cmp.Compare(s.end, n) })
	return i
}

// setFrom is the first set in block b or a later one.
func (p *part) setFrom(b e164.Block) int {
	i, _ := slices.BinarySearchFunc(p.sets, b, func(s setEntry, b e164.Block) int { return cmp.Compare(s.block, b) })
	return i
}

// blockAt is where block b is, or would be, among those with anything taken.
func (p *part) blockAt(b e164.Block) (i int, known bool) {
	return slices.BinarySearchFunc(p.blocks, b, func(e blockEntry, b e164.Block) int { return cmp.Compare(e.block, b) })
}

// pieceOf is what offers n; nil range when nothing does.
func (p *part) pieceOf(n e164.Number) piece {
	if i := p.spanFrom(n); i < len(p.spans) && p.spans[i].start <= n {
		return p.spans[i].piece
	}
	for i := p.setFrom(n.Block()); i < len(p.sets) && p.sets[i].block == n.Block(); i++ {
		if p.sets[i].contains(n.Suffix()) {
			return p.sets[i].piece
		}
	}
	return piece{}
}

// isTaken says whether n is taken, offered or not.
func (p *part) isTaken(n e164.Number) bool {
	i, known := p.blockAt(n.Block())
	return known && p.blocks[i].contains(n.Suffix())
}
