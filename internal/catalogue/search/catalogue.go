package search

import (
	"cmp"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Catalogue is a carrier's ranges and taken numbers, in the form that searches
// need. It never changes and may be searched concurrently; methods such as
// WithPartitions make another one, which shares the unchanged sections.
type Catalogue struct {
	sections   []*section // ascending
	dictionary *dictionary
	rules      *Rulebook
}

// New makes a catalogue of one carrier's ranges and blocks, in any order. It
// keeps the ranges, which must not change afterwards. If spans share numbers
// (they may while an import is writing), the span that starts first has them.
func New(ranges []catalogue.Range, blocks []catalogue.Block) *Catalogue {
	d := newDictionary()
	return &Catalogue{newSections(d, ranges, blocks), d, nil}
}

// WithPartitions returns the catalogue with these partitions in place of its
// own. It keeps the ranges.
func (c *Catalogue) WithPartitions(list ...catalogue.Partition) *Catalogue {
	dropped := make([]e164.Partition, len(list))
	for i, p := range list {
		dropped[i] = p.Partition
	}
	rest, d := c.Without(dropped...), c.dictionary.clone()
	for _, p := range list {
		for _, s := range newSections(d, p.Ranges, p.Blocks) {
			rest.sections = append(rest.sections, s.withRules(c.rules))
		}
	}
	slices.SortFunc(rest.sections, func(a, b *section) int { return cmp.Compare(a.first, b.first) })
	return &Catalogue{rest.sections, d, c.rules}
}

// Without returns the catalogue without these partitions.
func (c *Catalogue) Without(list ...e164.Partition) *Catalogue {
	sections := make([]*section, 0, len(c.sections))
	for _, p := range c.sections {
		if !slices.Contains(list, p.partition) {
			sections = append(sections, p)
		}
	}
	return &Catalogue{sections, c.dictionary, c.rules}
}

// WithRules returns the catalogue with these price rules in place of its own.
func (c *Catalogue) WithRules(rules *Rulebook) *Catalogue {
	d, sections := c.dictionary.clone(), make([]*section, len(c.sections))
	for i, p := range c.sections {
		sections[i] = p.withRules(rules)
	}
	for i := 1; i < rules.width(); i++ {
		d.packages.id(rules.slots[i].pack)
	}
	return &Catalogue{sections, d, rules}
}

// Rules returns the price rules of the catalogue.
func (c *Catalogue) Rules() *Rulebook { return c.rules }

// WithBlocks returns the catalogue after these blocks changed, in any order:
// the newest version of each counts. It copies the decoded neighbours in their
// partitions, and decodes only the changed blocks.
func (c *Catalogue) WithBlocks(blocks []catalogue.Block) *Catalogue {
	bySection := map[sectionKey][]catalogue.Block{}
	for _, b := range blocks {
		k := sectionKey{b.Block.Partition(), b.Block.First().Len()}
		bySection[k] = append(bySection[k], b)
	}
	sections := slices.Clone(c.sections)
	for k, changed := range bySection {
		i, known := slices.BinarySearchFunc(sections, newSection(k).first,
			func(p *section, n e164.Number) int { return cmp.Compare(p.first, n) })
		if !known {
			sections = slices.Insert(sections, i, newSection(k))
		}
		sections[i] = sections[i].withBlocks(changed, c.rules)
	}
	return &Catalogue{sections, c.dictionary, c.rules}
}

// Ranges returns the ranges in a partition.
func (c *Catalogue) Ranges(partition e164.Partition) (list []*catalogue.Range) {
	for _, p := range c.sections {
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
	if p := c.sectionOf(b.First()); p != nil {
		if i, known := p.blockAt(b); known {
			return p.blocks[i].ver
		}
	}
	return 0
}

// PartitionBytes returns the approximate memory of a partition.
func (c *Catalogue) PartitionBytes(partition e164.Partition) (n int) {
	for _, p := range c.sections {
		if p.partition == partition {
			n += p.bytes
		}
	}
	return n
}

// RangeFor returns the range that offers the number, taken or not; nil if none
// does.
func (c *Catalogue) RangeFor(n e164.Number) *catalogue.Range {
	if p := c.sectionOf(n); p != nil {
		return p.offeringOf(n).rng
	}
	return nil
}

// sectionOf returns the number's section, nil if there is none.
func (c *Catalogue) sectionOf(n e164.Number) *section {
	if i := c.sectionFrom(n); i < len(c.sections) && c.sections[i].first <= n {
		return c.sections[i]
	}
	return nil
}

// sectionFrom returns the index of the first section that ends at n or later.
func (c *Catalogue) sectionFrom(n e164.Number) int {
	i, _ := slices.BinarySearchFunc(c.sections, n, func(p *section, n e164.Number) int { return cmp.Compare(p.last, n) })
	return i
}

// Countries returns the countries of all ranges that the catalogue has had,
// ascending.
func (c *Catalogue) Countries() (list []string) {
	for _, country := range c.dictionary.countries.list {
		if country != "" {
			list = append(list, country)
		}
	}
	slices.Sort(list)
	return list
}
