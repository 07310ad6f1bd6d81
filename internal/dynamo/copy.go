package dynamo

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"golang.org/x/time/rate"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Copy keeps the catalogue between requests, so that a search reads only
// changes. A partition is loaded when a search first needs it (copy_load.go)
// and follows the change log from then on (copy_log.go).
//
// A catalogue of the copy is at most freshFor older than the log, which is
// written after the blocks. It may miss a change only if the log's writer died
// between the two and the write was not retried: therefore the full reload.
type Copy struct {
	store    *Store
	now      func() time.Time
	cache    *search.Cache
	pace     *rate.Limiter
	lock     sync.Mutex // guards the fields below
	carriers map[string]*carrierCopy

	currencies map[ledger.Customer]string
}

const (
	// freshFor is the age of a copy at which the log is read again.
	freshFor = 500 * time.Millisecond
	// reloadAfter is the age at which a copy is read again completely.
	reloadAfter = 10 * time.Minute
	// rereadFor is the last part of the log that is read again: an entry may
	// come so late, because its writer was slow or its clock is late.
	rereadFor = 15 * time.Second
)

// carrierCopy has the data of one carrier other than the cached partitions.
type carrierCopy struct {
	lock       sync.Mutex // held while reading: who comes meanwhile finds it done
	carrier    string
	listed     time.Time // time of the last complete reload
	refreshed  time.Time // when the log was read
	partitions []e164.Partition
	packages   []pricing.Package        // all versions
	recent     map[string][]changedItem // the log's last entries, by sort key
	heard      map[told]bool            // which of them are known
	sliced     map[e164.Partition]int   // how often slices of it were read
}

// NewCopy returns an empty copy of the catalogue in a store, for about most
// bytes.
func NewCopy(store *Store, most int, now func() time.Time) *Copy {
	return &Copy{
		store: store, now: now, cache: search.NewCache(most),
		pace: rate.NewLimiter(loadUnitsPerSecond, loadUnitsAtOnce), carriers: map[string]*carrierCopy{},
		currencies: map[ledger.Customer]string{},
	}
}

// Bytes returns the approximate memory of the copy.
func (c *Copy) Bytes() int { return c.cache.Bytes() }

// For returns a carrier's catalogue, complete for all numbers that the query
// can match, and its prices.
func (c *Copy) For(ctx context.Context, carrier string, q *search.Query) (*search.Catalogue, search.Prices, error) {
	return c.read(ctx, carrier, q.Prefix(), q.Partitions)
}

// DIDs returns DIDs from the table itself: see Store.DIDs.
func (c *Copy) DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	return c.store.DIDs(ctx, carrier, numbers)
}

// Around returns a carrier's catalogue, complete for the numbers' partitions,
// and its prices.
func (c *Copy) Around(ctx context.Context, carrier string, numbers []e164.Number) (*search.Catalogue, search.Prices, error) {
	wanted := map[e164.Partition]bool{}
	for _, n := range numbers {
		wanted[n.Partition()] = true
	}
	return c.read(ctx, carrier, "", func(all []e164.Partition) []e164.Partition {
		return slices.DeleteFunc(slices.Clone(all), func(p e164.Partition) bool { return !wanted[p] })
	})
}

// read updates the copy and loads the missing wanted partitions; if only few
// searches have used them so far, it reads only the wanted slices.
func (c *Copy) read(ctx context.Context, carrier, prefix string, wanted func(all []e164.Partition) []e164.Partition) (*search.Catalogue, search.Prices, error) {
	k := c.of(carrier)
	k.lock.Lock()
	defer k.lock.Unlock()
	if err := c.refresh(ctx, k); err != nil {
		return nil, nil, err
	}
	partitions := wanted(k.partitions)
	defer c.cache.Begin(carrier, partitions)()
	missing := slices.DeleteFunc(slices.Clone(partitions), func(p e164.Partition) bool { return c.cache.Has(carrier, p, k.listed) })
	slices, err := c.loadMissing(ctx, k, prefix, missing)
	if err != nil {
		return nil, nil, err
	}
	if err := c.catchUp(ctx, k); err != nil {
		return nil, nil, err
	}
	found := c.cache.Catalogue(carrier)
	if len(slices) > 0 {
		found = found.WithPartitions(slices...)
	}
	return found, pricing.OnSale(k.packages, c.now()), nil
}

func (c *Copy) of(carrier string) *carrierCopy {
	c.lock.Lock()
	defer c.lock.Unlock()
	k := c.carriers[carrier]
	if k == nil {
		k = &carrierCopy{carrier: carrier, recent: map[string][]changedItem{}, heard: map[told]bool{}, sliced: map[e164.Partition]int{}}
		c.carriers[carrier] = k
	}
	return k
}

// refresh reads the log, and the lists if they are too old.
func (c *Copy) refresh(ctx context.Context, k *carrierCopy) error {
	now := c.now()
	anew := k.listed.IsZero() || now.Sub(k.listed) >= reloadAfter
	if !anew && now.Sub(k.refreshed) < freshFor {
		return nil
	}
	since := k.refreshed
	if anew {
		since = now // what comes is loaded from now on
	}
	fresh := carrierCopy{partitions: k.partitions, packages: k.packages}
	g, groupCtx := errgroup.WithContext(ctx)
	if anew {
		g.Go(func() (err error) {
			fresh.partitions, err = c.store.Partitions(groupCtx, k.carrier)
			slices.Sort(fresh.partitions)
			return err
		})
		g.Go(func() (err error) {
			fresh.packages, err = c.store.packageVersions(groupCtx, k.carrier, true)
			return err
		})
	}
	g.Go(func() (err error) {
		fresh.recent, err = c.store.logSince(groupCtx, k.carrier, since.Add(-rereadFor))
		return err
	})
	if err := g.Wait(); err != nil {
		return err
	}
	k.partitions, k.packages, k.refreshed = fresh.partitions, fresh.packages, now
	if anew {
		k.listed, k.sliced = now, map[e164.Partition]int{}
	}
	k.note(fresh.recent, now)
	return nil
}
