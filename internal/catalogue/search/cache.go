package search

import (
	"maps"
	"slices"
	"sync"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Cache keeps partitions of carriers' catalogues, as many as fit into its
// memory; it drops the least recently used ones first. Its memory exceeds the
// limit only by partitions that running searches use, and by one more.
// Catalogues that it returned never change. It does not decide how fresh they
// must be.
type Cache struct {
	most     int // bytes
	lock     sync.Mutex
	carriers map[string]*kept
	bytes    int
	uses     uint64 // counts uses, to find the least recently used
}

// kept has the cache's partitions of one carrier.
type kept struct {
	catalogue  *Catalogue
	partitions map[e164.Partition]*keptPartition
	inUse      map[e164.Partition]int // by how many searches
}

type keptPartition struct {
	loaded time.Time
	used   uint64
	bytes  int
}

// NewCache returns an empty cache for about most bytes.
func NewCache(most int) *Cache { return &Cache{most: most, carriers: map[string]*kept{}} }

// Bytes returns the approximate memory in use.
func (c *Cache) Bytes() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.bytes
}

// Catalogue returns the carrier's kept partitions.
func (c *Cache) Catalogue(carrier string) *Catalogue {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.of(carrier).catalogue
}

func (c *Cache) of(carrier string) *kept {
	k := c.carriers[carrier]
	if k == nil {
		k = &kept{New(nil, nil), map[e164.Partition]*keptPartition{}, map[e164.Partition]int{}}
		c.carriers[carrier] = k
	}
	return k
}

// Has reports whether the partition is kept, loaded at the given moment or
// later.
func (c *Cache) Has(carrier string, p e164.Partition, since time.Time) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	kept := c.of(carrier).partitions[p]
	return kept != nil && !kept.loaded.Before(since)
}

// Put stores partitions that were loaded at a moment, in place of earlier ones.
// It makes room for them.
func (c *Cache) Put(carrier string, at time.Time, list ...catalogue.Partition) {
	c.lock.Lock()
	defer c.lock.Unlock()
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

// Update stores newer versions of blocks. It skips blocks of partitions that
// are not kept.
func (c *Cache) Update(carrier string, blocks []catalogue.Block) {
	c.lock.Lock()
	defer c.lock.Unlock()
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
func (c *Cache) weigh(k *kept, p e164.Partition) {
	kept := k.partitions[p]
	before := kept.bytes
	kept.bytes = k.catalogue.bytes(p)
	c.bytes += kept.bytes - before
}

// Begin keeps these partitions of a carrier until the search calls end.
func (c *Cache) Begin(carrier string, list []e164.Partition) (end func()) {
	c.lock.Lock()
	defer c.lock.Unlock()
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

func (c *Cache) end(k *kept, list []e164.Partition) {
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, p := range list {
		if k.inUse[p]--; k.inUse[p] == 0 {
			delete(k.inUse, p)
		}
	}
	c.fit()
}

// fit drops the least recently used partitions until the rest fits.
func (c *Cache) fit() {
	for c.bytes > c.most && c.dropLeastUsed() {
	}
}

// dropLeastUsed drops a partition; it returns false if all are in use.
func (c *Cache) dropLeastUsed() bool {
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

// Kept returns the kept partitions of a carrier, ascending.
func (c *Cache) Kept(carrier string) []e164.Partition {
	c.lock.Lock()
	defer c.lock.Unlock()
	return slices.Sorted(maps.Keys(c.of(carrier).partitions))
}
