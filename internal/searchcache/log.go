package searchcache

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// note keeps the log's entries as long as loaded data may be older than they
// are: reads that are not consistent may be late. New partitions are known from
// the entries.
func (k *carrier) note(entries []LogEntry, now time.Time) {
	for _, e := range entries {
		k.recent[e.ID] = e
		for _, r := range e.Ranges {
			k.list(r.Range.Partition(), r.Ver)
		}
		for _, b := range e.Blocks {
			k.list(b.Block.Partition(), b.Ver)
		}
	}
	oldest := now.Add(-2 * rereadFor)
	maps.DeleteFunc(k.recent, func(_ string, e LogEntry) bool { return e.At.Before(oldest) })
	maps.DeleteFunc(k.heard, func(h heard, _ bool) bool { _, known := k.recent[h.entry]; return !known })
}

// list adds the partition of an item that was written at a version, 0 for one
// that was deleted.
func (k *carrier) list(p e164.Partition, ver int64) {
	if i, known := slices.BinarySearch(k.partitions, p); !known && ver > 0 {
		k.partitions = slices.Insert(slices.Clone(k.partitions), i, p)
	}
}

// maxBlocksAlone is the most changed blocks of a partition that are read one by
// one; with more, the partition is read whole.
const maxBlocksAlone = 50

// outdated lists the parts of the cache that are older than the log.
type outdated struct {
	blocks     map[e164.Partition]map[e164.Block]bool
	partitions map[e164.Partition]bool // to read whole
	prices     bool
}

// catchUp reads again the parts that are older than the log. The entries were
// written after the items that they name, so consistent reads find these.
func (c *Cache) catchUp(ctx context.Context, k *carrier) (err error) {
	old := c.compare(k)
	whole, alone := old.reads()
	if err := c.load(ctx, k.id, whole, true); err != nil {
		return err
	}
	k.hear(whole)
	if old.prices {
		list, err := c.source.PriceList(ctx, k.id)
		if err != nil {
			return err
		}
		if err := c.price(k, list); err != nil {
			return err
		}
	}
	if len(alone) == 0 {
		return nil
	}
	blocks, err := c.source.Blocks(ctx, k.id, alone)
	if err != nil {
		return err
	}
	c.partitions.update(k.id, blocks)
	return nil
}

// price takes over a price list. The kept partitions get its rules if they changed.
func (c *Cache) price(k *carrier, list search.PriceList) error {
	if list.Rules.Ver != k.prices.Rules.Ver {
		book, err := search.NewRulebook(list.Rules.Rules)
		if err != nil {
			return fmt.Errorf("price rules %d of %s: %w", list.Rules.Ver, k.id, err)
		}
		c.partitions.rule(k.id, book)
	}
	k.prices = list
	return nil
}

// reads returns the partitions to read whole, and the blocks of the others to
// read one by one.
func (o *outdated) reads() (whole []e164.Partition, alone []e164.Block) {
	for p, blocks := range o.blocks {
		switch {
		case o.partitions[p]:
		case len(blocks) > maxBlocksAlone:
			o.partitions[p] = true
		default:
			alone = slices.AppendSeq(alone, maps.Keys(blocks))
		}
	}
	return slices.Sorted(maps.Keys(o.partitions)), alone
}

// compare returns the kept data that is older than the log's recent entries.
func (c *Cache) compare(k *carrier) outdated {
	old := outdated{blocks: map[e164.Partition]map[e164.Block]bool{}, partitions: map[e164.Partition]bool{}}
	kept := keptVersions{c.partitions.catalogue(k.id), map[e164.Partition]map[catalogue.RangeRef]int64{}}
	for id, e := range k.recent {
		old.prices = old.prices || slices.ContainsFunc(e.Packages, k.isNew) || e.Rules > k.prices.Rules.Ver
		for _, b := range e.Blocks {
			if p := b.Block.Partition(); c.partitions.has(k.id, p, time.Time{}) && kept.BlockVer(b.Block) < b.Ver {
				old.addBlock(p, b.Block)
			}
		}
		for _, r := range e.Ranges {
			p := r.Range.Partition()
			if c.partitions.has(k.id, p, time.Time{}) && !k.heard[heard{id, p}] && kept.rangeVer(r.Range) != r.Ver {
				old.partitions[p] = true
			}
		}
	}
	return old
}

func (o *outdated) addBlock(p e164.Partition, b e164.Block) {
	if o.blocks[p] == nil {
		o.blocks[p] = map[e164.Block]bool{}
	}
	o.blocks[p][b] = true
}

// keptVersions looks up the versions of a catalogue's items.
type keptVersions struct {
	*search.Catalogue
	ranges map[e164.Partition]map[catalogue.RangeRef]int64 // of the wanted partitions
}

// rangeVer returns the version of a range, 0 if the catalogue has none.
func (v *keptVersions) rangeVer(ref catalogue.RangeRef) int64 {
	p := ref.Partition()
	if v.ranges[p] == nil {
		v.ranges[p] = map[catalogue.RangeRef]int64{}
		for _, r := range v.Ranges(p) {
			v.ranges[p][r.Ref()] = r.Ver
		}
	}
	return v.ranges[p][ref]
}

// heard is an entry of the log about ranges of a partition that was read
// consistently after it. A deleted range may come again with a lower version, so
// versions don't show whether the kept data is newer than an entry.
type heard struct {
	entry     string
	partition e164.Partition
}

// hear records that the partitions were read consistently after the recent
// entries.
func (k *carrier) hear(list []e164.Partition) {
	for id := range k.recent {
		for _, p := range list {
			k.heard[heard{id, p}] = true
		}
	}
}

// forget drops the log entries of partitions that reads loaded which may be late.
func (k *carrier) forget(list []e164.Partition) {
	maps.DeleteFunc(k.heard, func(h heard, _ bool) bool { return slices.Contains(list, h.partition) })
}

// isNew reports whether a package version is unknown.
func (k *carrier) isNew(v PackageVersion) bool {
	return !slices.ContainsFunc(k.prices.Versions,
		func(p pricing.Package) bool { return p.Package == v.Package && p.Version == v.Version })
}
