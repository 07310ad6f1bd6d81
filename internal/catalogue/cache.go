package catalogue

import (
	"maps"
	"slices"
	"sync"
	"time"

	"didpurchase/internal/e164"
)

// Cache keeps partitions of carriers' catalogues, as many as fit its memory: a
// partition that was not used for longest goes first. At no moment does it keep
// more, but for what searches under way use and one partition. Catalogues that
// it gave stay as they were. It decides nothing about how fresh they have to be.
type Cache struct {
	most     int // bytes
	lock     sync.Mutex
	carriers map[string]*kept
	bytes    int
	uses     uint64 // the clock by which least used is told
}

// kept is what a cache has of one carrier.
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

// NewCache is an empty cache for about so many bytes.
func NewCache(most int) *Cache { return &Cache{most: most, carriers: map[string]*kept{}} }

// Bytes is about how much memory is used.
func (c *Cache) Bytes() int {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.bytes
}

// Catalogue is what is kept of a carrier.
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

// Has says whether the partition is kept as it was loaded at a moment or later.
func (c *Cache) Has(carrier string, p e164.Partition, since time.Time) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	kept := c.of(carrier).partitions[p]
	return kept != nil && !kept.loaded.Before(since)
}

// Put keeps partitions as they were loaded at a moment, instead of what was
// kept of them. It makes room for them.
func (c *Cache) Put(carrier string, at time.Time, list ...Partition) {
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

// Update keeps newer versions of blocks. Those of partitions that are not kept
// are passed over.
func (c *Cache) Update(carrier string, blocks []Block) {
	c.lock.Lock()
	defer c.lock.Unlock()
	k := c.of(carrier)
	touched := map[e164.Partition]bool{}
	blocks = slices.DeleteFunc(slices.Clone(blocks), func(b Block) bool {
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

// weigh counts the memory of a partition anew.
func (c *Cache) weigh(k *kept, p e164.Partition) {
	kept := k.partitions[p]
	before := kept.bytes
	kept.bytes = k.catalogue.bytes(p)
	c.bytes += kept.bytes - before
}

// Begin is for a search in these partitions of a carrier: they stay until it
// calls end, whatever else comes.
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

// fit drops what was not used for longest until the rest fits.
func (c *Cache) fit() {
	for c.bytes > c.most && c.dropLeastUsed() {
	}
}

// dropLeastUsed drops a partition; false when all that are left are in use.
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

// Kept are the partitions that are kept of a carrier, ascending.
func (c *Cache) Kept(carrier string) []e164.Partition {
	c.lock.Lock()
	defer c.lock.Unlock()
	return slices.Sorted(maps.Keys(c.of(carrier).partitions))
}
