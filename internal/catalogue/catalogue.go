package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// Catalogue is a carrier's ranges and taken numbers, in the form that searches
// need. It never changes and may be searched concurrently; methods such as
// WithPartitions make another one, which shares the unchanged parts.
type Catalogue struct {
	parts      []*part // ascending
	dictionary *dictionary
}

// Partition is the stored content of one partition.
type Partition struct {
	Partition e164.Partition
	Ranges    []Range
	Blocks    []Block
}

// New makes a catalogue of one carrier's ranges and blocks, in any order. It
// keeps the ranges, which must not change afterwards. If spans share numbers
// (they may while an import is writing), the span that starts first has them.
func New(ranges []Range, blocks []Block) *Catalogue {
	d := newDictionary()
	return &Catalogue{newParts(d, ranges, blocks), d}
}

// WithPartitions returns the catalogue with these partitions in place of its
// own. It keeps the ranges.
func (c *Catalogue) WithPartitions(list ...Partition) *Catalogue {
	dropped := make([]e164.Partition, len(list))
	for i, p := range list {
		dropped[i] = p.Partition
	}
	rest, d := c.Without(dropped...), c.dictionary.clone()
	for _, p := range list {
		rest.parts = append(rest.parts, newParts(d, p.Ranges, p.Blocks)...)
	}
	slices.SortFunc(rest.parts, func(a, b *part) int { return cmp.Compare(a.first, b.first) })
	return &Catalogue{rest.parts, d}
}

// Without returns the catalogue without these partitions.
func (c *Catalogue) Without(list ...e164.Partition) *Catalogue {
	parts := make([]*part, 0, len(c.parts))
	for _, p := range c.parts {
		if !slices.Contains(list, p.partition) {
			parts = append(parts, p)
		}
	}
	return &Catalogue{parts, c.dictionary}
}

// WithBlocks returns the catalogue after these blocks changed, in any order:
// the newest version of each counts. It copies the decoded neighbours in their
// partitions, and decodes only the changed blocks.
func (c *Catalogue) WithBlocks(blocks []Block) *Catalogue {
	byPart := map[partKey][]Block{}
	for _, b := range blocks {
		k := partKey{b.Block.Partition(), b.Block.First().Len()}
		byPart[k] = append(byPart[k], b)
	}
	parts := slices.Clone(c.parts)
	for k, changed := range byPart {
		i, known := slices.BinarySearchFunc(parts, newPart(k).first, func(p *part, n e164.Number) int { return cmp.Compare(p.first, n) })
		if !known {
			parts = slices.Insert(parts, i, newPart(k))
		}
		parts[i] = parts[i].withBlocks(changed)
	}
	return &Catalogue{parts, c.dictionary}
}

// Ranges returns the ranges in a partition.
func (c *Catalogue) Ranges(partition e164.Partition) (list []*Range) {
	for _, p := range c.parts {
		if p.partition != partition {
			continue
		}
		for i := range p.spans {
			list = append(list, p.spans[i].rng)
		}
		for i := range p.sets {
			list = append(list, p.sets[i].rng)
		}
	}
	return list
}

// BlockVer returns the version of a block in the catalogue, 0 if it has none.
func (c *Catalogue) BlockVer(b e164.Block) int64 {
	if p := c.partOf(b.First()); p != nil {
		if i, known := p.blockAt(b); known {
			return p.blocks[i].ver
		}
	}
	return 0
}

// bytes returns the approximate memory of a partition.
func (c *Catalogue) bytes(partition e164.Partition) (n int) {
	for _, p := range c.parts {
		if p.partition == partition {
			n += p.bytes
		}
	}
	return n
}

// RangeFor returns the range that offers the number, taken or not; nil if none
// does.
func (c *Catalogue) RangeFor(n e164.Number) *Range {
	if p := c.partOf(n); p != nil {
		return p.pieceOf(n).rng
	}
	return nil
}

// partOf returns the number's part, nil if there is none.
func (c *Catalogue) partOf(n e164.Number) *part {
	if i := c.partFrom(n); i < len(c.parts) && c.parts[i].first <= n {
		return c.parts[i]
	}
	return nil
}

// partFrom returns the index of the first part that ends at n or later.
func (c *Catalogue) partFrom(n e164.Number) int {
	i, _ := slices.BinarySearchFunc(c.parts, n, func(p *part, n e164.Number) int { return cmp.Compare(p.last, n) })
	return i
}

// Countries returns the countries of all ranges that the catalogue has had, in
// no order.
func (c *Catalogue) Countries() (list []string) {
	for _, country := range c.dictionary.countries.list {
		if country != "" {
			list = append(list, country)
		}
	}
	return list
}
