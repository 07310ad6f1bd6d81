package searchcache

import (
	"maps"
	"slices"
	"sync"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
)

// partitions keeps partitions of carriers' catalogues, as many as fit into its
// memory; it drops the least recently used ones first. Its memory exceeds the
// limit only by partitions that running searches use, and by one more.
// Catalogues that it returned never change. It does not decide how fresh they
// must be.
type partitions struct {
	maxBytes int
	mu       sync.Mutex // guards the fields below
	carriers map[string]*kept
	bytes    int
	uses     uint64 // counts uses, to find the least recently used
}

// kept has the cache's partitions of one carrier.
type kept struct {
	catalogue  *search.Catalogue
	partitions map[e164.Partition]*keptPartition
	inUse      map[e164.Partition]int // by how many searches
}

type keptPartition struct {
	loaded time.Time
	used   uint64
	bytes  int
}

// newPartitions returns an empty cache for about maxBytes bytes.
func newPartitions(maxBytes int) *partitions {
	return &partitions{maxBytes: maxBytes, carriers: map[string]*kept{}}
}

// size returns the approximate memory in use.
func (c *partitions) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

// catalogue returns the carrier's kept partitions.
func (c *partitions) catalogue(carrier string) *search.Catalogue {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(carrier).catalogue
}

func (c *partitions) of(carrier string) *kept {
	k := c.carriers[carrier]
	if k == nil {
		k = &kept{search.New(nil, nil), map[e164.Partition]*keptPartition{}, map[e164.Partition]int{}}
		c.carriers[carrier] = k
	}
	return k
}

// has reports whether the partition is kept, loaded at the given moment or
// later.
func (c *partitions) has(carrier string, p e164.Partition, since time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept := c.of(carrier).partitions[p]
	return kept != nil && !kept.loaded.Before(since)
}

// put stores partitions that were loaded at a moment, in place of earlier ones.
// It makes room for them.
func (c *partitions) put(carrier string, at time.Time, list ...catalogue.Partition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(carrier)
	k.catalogue = k.catalogue.WithPartitions(list...)
	for _, p := range list {
		c.uses++
		if k.partitions[p.Partition] == nil {
			k.partitions[p.Partition] = &keptPartition{}
		}
		k.partitions[p.Partition].loaded, k.partitions[p.Partition].used = at, c.uses
		c.weigh(k, p.Partition)
	}
	c.fit()
}

// rule gives the carrier's partitions other price rules.
func (c *partitions) rule(carrier string, book *search.Rulebook) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(carrier)
	k.catalogue = k.catalogue.WithRules(book)
	for p := range k.partitions {
		c.weigh(k, p)
	}
	c.fit()
}

// update stores newer versions of blocks. It skips blocks of partitions that
// are not kept.
func (c *partitions) update(carrier string, blocks []catalogue.Block) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(carrier)
	touched := map[e164.Partition]bool{}
	blocks = slices.DeleteFunc(slices.Clone(blocks), func(b catalogue.Block) bool {
		p := b.Block.Partition()
		touched[p] = k.partitions[p] != nil
		return !touched[p]
	})
	k.catalogue = k.catalogue.WithBlocks(blocks)
	for p, kept := range touched {
		if kept {
			c.weigh(k, p)
		}
	}
	c.fit()
}

// weigh counts the memory of a partition again.
func (c *partitions) weigh(k *kept, p e164.Partition) {
	kept := k.partitions[p]
	before := kept.bytes
	kept.bytes = k.catalogue.PartitionBytes(p)
	c.bytes += kept.bytes - before
}

// begin keeps these partitions of a carrier until the search calls end.
func (c *partitions) begin(carrier string, list []e164.Partition) (end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(carrier)
	c.uses++
	for _, p := range list {
		k.inUse[p]++
		if k.partitions[p] != nil {
			k.partitions[p].used = c.uses
		}
	}
	return func() { c.end(k, list) }
}

func (c *partitions) end(k *kept, list []e164.Partition) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range list {
		if k.inUse[p]--; k.inUse[p] == 0 {
			delete(k.inUse, p)
		}
	}
	c.fit()
}

// fit drops the least recently used partitions until the rest fits.
func (c *partitions) fit() {
	for c.bytes > c.maxBytes && c.dropLeastUsed() {
	}
}

// dropLeastUsed drops a partition; it returns false if all are in use.
func (c *partitions) dropLeastUsed() bool {
	var from *kept
	var least e164.Partition
	for _, k := range c.carriers {
		for p, kept := range k.partitions {
			if k.inUse[p] == 0 && (from == nil || kept.used < from.partitions[least].used) {
				from, least = k, p
			}
		}
	}
	if from == nil {
		return false
	}
	c.bytes -= from.partitions[least].bytes
	delete(from.partitions, least)
	from.catalogue = from.catalogue.Without(least)
	return true
}

// keptOf returns the kept partitions of a carrier, ascending.
func (c *partitions) keptOf(carrier string) []e164.Partition {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(maps.Keys(c.of(carrier).partitions))
}
