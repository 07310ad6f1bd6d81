package searchcache

import (
	"context"
	"math/rand/v2"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// A partition of DynamoDB gives 3,000 read units a second, and a new table may have
// only one. A load stays below that, and functions that start at once load in
// different orders.
const (
	loadUnitsPerSecond = 2000
	loadUnitsAtOnce    = 500
)

// loadsAtOnce is the number of partitions that are read in parallel.
const loadsAtOnce = 16

// maxSlices is the number of slice reads of a partition after which it is read
// whole: a customer who types a prefix digit by digit reaches it.
const maxSlices = 4

// loadMissing loads whole partitions into the cache. If every match begins with
// more digits than theirs, it returns slices for this one search instead.
func (c *Cache) loadMissing(ctx context.Context, k *carrier, prefix string,
	missing []e164.Partition) ([]catalogue.Partition, error) {
	var whole []e164.Partition
	var slices []catalogue.Partition
	for _, p := range missing {
		k.sliced[p]++
		if len(prefix) <= len(p.Digits()) || k.sliced[p] > maxSlices {
			whole = append(whole, p)
			continue
		}
		slice, err := c.source.Slice(ctx, k.id, p, prefix)
		if err != nil {
			return nil, err
		}
		slices = append(slices, slice)
	}
	k.forget(whole)
	return slices, c.load(ctx, k.id, whole, false)
}

// load reads whole partitions into the cache, at a limited pace. At most
// loadsAtOnce partitions are read and not in the cache yet.
func (c *Cache) load(ctx context.Context, carrier string, list []e164.Partition, consistent bool) error {
	if len(list) == 0 {
		return nil
	}
	at := c.now()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(loadsAtOnce)
	pace := func(units float64) error { return c.pace.WaitN(ctx, min(int(units), loadUnitsAtOnce)) }
	for _, i := range rand.Perm(len(list)) {
		g.Go(func() error {
			loaded, err := c.source.Partition(ctx, carrier, list[i], consistent, pace)
			if err == nil {
				c.partitions.put(carrier, at, loaded)
			}
			return err
		})
	}
	return g.Wait()
}
