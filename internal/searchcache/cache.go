package searchcache

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Cache keeps carriers' catalogues between requests. A partition is loaded when a
// search first needs it (load.go) and follows the change log from then on (log.go).
//
// A catalogue of the cache is at most freshFor older than the log, which is written
// after the blocks. It may miss a change only if the log's writer died between the
// two and the write was not retried; the full reload covers this case.
type Cache struct {
	source     Source
	now        func() time.Time
	partitions *partitions
	pace       *rate.Limiter

	mu         sync.Mutex // guards the maps below
	carriers   map[string]*carrier
	currencies map[ledger.Customer]string
}

const (
	// freshFor is the age of the cache at which the log is read again.
	freshFor = 500 * time.Millisecond
	// reloadAfter is the age at which everything is read again.
	reloadAfter = 10 * time.Minute
	// rereadFor is the last part of the log that is read again: an entry may be
	// this late, because its writer was slow or its clock is late.
	rereadFor = 15 * time.Second
)

// carrier has the data of one carrier other than its partitions.
type carrier struct {
	mu         sync.Mutex // held while reading, so that concurrent searches read once
	id         string
	listed     time.Time // time of the last complete reload
	refreshed  time.Time // when the log was read
	partitions []e164.Partition
	prices     search.PriceList
	recent     map[string]LogEntry    // the log's last entries, by id
	heard      map[heard]bool         // which of them the loaded partitions have
	sliced     map[e164.Partition]int // how often slices of it were read
}

// New returns an empty cache of a source, for about maxBytes of memory.
func New(source Source, maxBytes int, now func() time.Time) *Cache {
	return &Cache{
		source: source, now: now, partitions: newPartitions(maxBytes),
		pace: rate.NewLimiter(loadUnitsPerSecond, loadUnitsAtOnce), carriers: map[string]*carrier{},
		currencies: map[ledger.Customer]string{},
	}
}

// Bytes returns the approximate memory of the partitions.
func (c *Cache) Bytes() int { return c.partitions.size() }

// For returns a carrier's catalogue, complete for all numbers that the query
// can match, and its prices.
func (c *Cache) For(ctx context.Context, carrier string, q *search.Query) (*search.Catalogue, search.Prices, error) {
	return c.read(ctx, carrier, q.Prefix(), q.Partitions)
}

// Around returns a carrier's catalogue, complete for the numbers' partitions,
// and its prices.
func (c *Cache) Around(ctx context.Context, carrier string,
	numbers []e164.Number) (*search.Catalogue, search.Prices, error) {
	wanted := map[e164.Partition]bool{}
	for _, n := range numbers {
		wanted[n.Partition()] = true
	}
	return c.read(ctx, carrier, "", func(all []e164.Partition) []e164.Partition {
		return slices.DeleteFunc(slices.Clone(all), func(p e164.Partition) bool { return !wanted[p] })
	})
}

// chosen returns the partitions that a search needs.
type chosen func(all []e164.Partition) []e164.Partition

// read refreshes the cache and loads the missing partitions; if only few
// searches have used them so far, it reads only the slices with the prefix.
func (c *Cache) read(ctx context.Context, id, prefix string, choose chosen) (*search.Catalogue, search.Prices, error) {
	k := c.of(id)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := c.refresh(ctx, k); err != nil {
		return nil, nil, err
	}
	wanted := choose(k.partitions)
	defer c.partitions.begin(id, wanted)()
	missing := slices.DeleteFunc(slices.Clone(wanted),
		func(p e164.Partition) bool { return c.partitions.has(id, p, k.listed) })
	slices, err := c.loadMissing(ctx, k, prefix, missing)
	if err != nil {
		return nil, nil, err
	}
	if err := c.catchUp(ctx, k); err != nil {
		return nil, nil, err
	}
	found := c.partitions.catalogue(id)
	if len(slices) > 0 {
		found = found.WithPartitions(slices...)
	}
	return found, pricing.OnSale(k.prices.Versions, c.now()), nil
}

func (c *Cache) of(id string) *carrier {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.carriers[id]
	if k == nil {
		k = &carrier{id: id, recent: map[string]LogEntry{}, heard: map[heard]bool{}, sliced: map[e164.Partition]int{}}
		c.carriers[id] = k
	}
	return k
}

// refresh reads the log, and the lists if they are too old.
func (c *Cache) refresh(ctx context.Context, k *carrier) error {
	now := c.now()
	reload := k.listed.IsZero() || now.Sub(k.listed) >= reloadAfter
	if !reload && now.Sub(k.refreshed) < freshFor {
		return nil
	}
	since := k.refreshed
	if reload {
		since = now // older changes are in the partitions, which are loaded from now on
	}
	var entries []LogEntry
	lists := carrier{partitions: k.partitions, prices: k.prices}
	g, groupCtx := errgroup.WithContext(ctx)
	g.Go(func() (err error) {
		entries, err = c.source.Changes(groupCtx, k.id, since.Add(-rereadFor))
		return err
	})
	if reload {
		c.readLists(groupCtx, g, k.id, &lists)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := c.price(k, lists.prices); err != nil {
		return err
	}
	k.partitions, k.refreshed = lists.partitions, now
	if reload {
		k.listed, k.sliced = now, map[e164.Partition]int{}
	}
	k.note(entries, now)
	return nil
}

// readLists reads a carrier's partitions and prices, in parallel.
func (c *Cache) readLists(ctx context.Context, g *errgroup.Group, id string, lists *carrier) {
	g.Go(func() (err error) {
		lists.partitions, err = c.source.Partitions(ctx, id)
		slices.Sort(lists.partitions)
		return err
	})
	g.Go(func() (err error) {
		lists.prices, err = c.source.LatePriceList(ctx, id)
		return err
	})
}
