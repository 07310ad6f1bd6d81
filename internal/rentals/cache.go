package rentals

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Source reads rows.
type Source interface {
	// RowsBetween returns the customer's rows after some digits and up to others,
	// ascending, as many as one answer has; next is the digits to continue after,
	// "" at the end. upTo "" is no limit. They may be a moment late.
	RowsBetween(ctx context.Context, c ledger.Customer, after, upTo string, r *Reader) (rows []Row, next string, err error)
	// LastRow returns the digits of the customer's last row, "" for none.
	LastRow(ctx context.Context, c ledger.Customer) (string, error)
	// RentalChanges returns the entries of the customer's log from a moment on. The
	// read is consistent.
	RentalChanges(ctx context.Context, c ledger.Customer, since time.Time) ([]LogEntry, error)
	// OrderedLast returns the numbers of the customer's last orders. The read is
	// consistent.
	OrderedLast(ctx context.Context, c ledger.Customer, orders int) ([]e164.Number, error)
	// DIDs returns the stored DIDs, keyed by number; numbers without a record are
	// omitted. The read is consistent.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
}

// LogEntry is an entry of a customer's log: numbers whose rows changed. It is written
// after the numbers.
type LogEntry struct {
	ID      string // unique in the log
	Changes []Change
}

// Change is a number whose row changed, and the version that it was written at.
type Change struct {
	Digits string
	Ver    int
}

const (
	// keptFrom is the size from which rows are kept: fewer are read by one request
	// and about 20 read units.
	keptFrom = 1_000
	// MaxRows is the largest number of rows of one customer that are searched.
	MaxRows = 400_000
	// maxKept is the largest number of rows of all customers that are kept, about
	// 150 bytes each.
	maxKept = 500_000
	// idleAfter is the time for which rows are kept without a request.
	idleAfter = time.Minute
	// reloadAfter is the age at which all rows are read again, to find changes
	// whose entries were lost.
	reloadAfter = 10 * time.Minute
	// rereadFor is the last part of the log that is read again: an entry may be
	// this late, because its writer was slow or its clock is late.
	rereadFor = 15 * time.Second
	// maxChanges is the most changed numbers that are read one by one; with more, all
	// rows are read again.
	maxChanges = 20_000
	// maxOrders is the most new orders that are looked up.
	maxOrders = 20
)

// TooMany means that a customer has more than MaxRows rentals.
type TooMany struct{ Customer ledger.Customer }

func (e *TooMany) Error() string {
	return fmt.Sprintf("rentals: %s has more than %d rentals", e.Customer, MaxRows)
}

// Cache keeps the rows of large customers between requests. A copy follows the
// customer's log and the count of orders, so that the next read after a change by
// any writer shows it. Rows without requests are dropped after idleAfter.
type Cache struct {
	source Source
	now    func() time.Time
	most   int // MaxRows; fewer in a test

	mu   sync.Mutex // guards kept
	kept map[ledger.Customer]*copied
}

// copied is the copy of a customer's rows.
type copied struct {
	mu     sync.Mutex // held while reading, so that parallel requests read once
	rows   []Row      // never changed in place: searches run over it
	reader *Reader
	loaded time.Time // zero = not yet
	read   time.Time // when the log was read
	orders int       // the account's count of orders that the rows include
	heard  map[string]bool
	used   time.Time // guarded by Cache.mu
	size   int       // guarded by Cache.mu
}

// NewCache returns an empty cache of a source.
func NewCache(source Source, now func() time.Time) *Cache {
	return &Cache{source: source, now: now, most: MaxRows, kept: map[ledger.Customer]*copied{}}
}

// Rows returns the rows of a customer whose account has made that many orders.
// Don't change them. Errors: *TooMany.
func (c *Cache) Rows(ctx context.Context, of ledger.Customer, orders int) ([]Row, error) {
	k := c.of(of)
	k.mu.Lock()
	defer k.mu.Unlock()
	rows, err := c.follow(ctx, of, k, orders)
	c.keep(of, k, len(rows), err == nil && len(rows) >= keptFrom)
	return rows, err
}

// of returns the customer's copy, a new one if there is none, and drops the idle
// ones.
func (c *Cache) of(of ledger.Customer) *copied {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	for customer, k := range c.kept {
		if now.Sub(k.used) >= idleAfter {
			delete(c.kept, customer)
		}
	}
	if k := c.kept[of]; k != nil {
		k.used = now
		return k
	}
	return &copied{used: now}
}

// keep keeps a copy if it is large enough, and drops the least recently used copies
// while there are too many rows.
func (c *Cache) keep(of ledger.Customer, k *copied, size int, worth bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, of)
	if !worth {
		return
	}
	k.size = size
	for c.size()+size > maxKept && len(c.kept) > 0 {
		c.dropOldest()
	}
	c.kept[of] = k
}

func (c *Cache) size() (sum int) {
	for _, k := range c.kept {
		sum += k.size
	}
	return sum
}

func (c *Cache) dropOldest() {
	var oldest ledger.Customer
	for customer, k := range c.kept {
		if o := c.kept[oldest]; o == nil || k.used.Before(o.used) {
			oldest = customer
		}
	}
	delete(c.kept, oldest)
}

// follow brings a copy up to date, and returns its rows.
func (c *Cache) follow(ctx context.Context, of ledger.Customer, k *copied, orders int) ([]Row, error) {
	now := c.now()
	if k.loaded.IsZero() || now.Sub(k.loaded) >= reloadAfter || orders-k.orders > maxOrders {
		return c.reload(ctx, of, k, orders)
	}
	entries, err := c.source.RentalChanges(ctx, of, k.read.Add(-rereadFor))
	if err != nil {
		return nil, err
	}
	changed := k.news(entries)
	if len(changed) > maxChanges {
		return c.reload(ctx, of, k, orders)
	}
	if orders > k.orders {
		bought, err := c.source.OrderedLast(ctx, of, orders-k.orders)
		if err != nil {
			return nil, err
		}
		changed = append(changed, bought...)
	}
	if err := c.apply(ctx, of, k, changed); err != nil {
		return nil, err
	}
	k.hear(entries)
	k.read, k.orders = now, max(orders, k.orders)
	return k.rows, nil
}

// reload reads all rows, and applies the last part of the log to them, because the
// index may be late.
func (c *Cache) reload(ctx context.Context, of ledger.Customer, k *copied, orders int) ([]Row, error) {
	now := c.now()
	k.reader, k.heard, k.rows = NewReader(), map[string]bool{}, nil
	entries, rows, err := c.load(ctx, of, now, k.reader)
	if err != nil {
		return nil, err
	}
	k.rows = rows
	if changed := k.news(entries); len(changed) <= maxChanges {
		if err := c.apply(ctx, of, k, changed); err != nil {
			return nil, err
		}
	}
	k.hear(entries)
	k.loaded, k.read, k.orders = now, now, orders
	return k.rows, nil
}

// news lists the numbers of new entries that the rows don't have in the entry's
// version or a later one.
func (k *copied) news(entries []LogEntry) (numbers []e164.Number) {
	listed := map[string]bool{}
	for _, e := range entries {
		if k.heard[e.ID] {
			continue
		}
		for _, change := range e.Changes {
			i, found := k.find(change.Digits)
			if listed[change.Digits] || found && change.Ver > 0 && k.rows[i].Ver >= change.Ver {
				continue
			}
			if n, err := e164.Parse(change.Digits); err == nil {
				listed[change.Digits] = true
				numbers = append(numbers, n)
			}
		}
	}
	return numbers
}

// hear remembers the entries whose changes the rows have.
func (k *copied) hear(entries []LogEntry) {
	clear(k.heard) // older entries are not read again
	for _, e := range entries {
		k.heard[e.ID] = true
	}
}

func (k *copied) find(digits string) (i int, found bool) {
	return slices.BinarySearchFunc(k.rows, digits, func(r Row, digits string) int {
		switch {
		case r.Digits < digits:
			return -1
		case r.Digits > digits:
			return 1
		}
		return 0
	})
}

// apply reads numbers and replaces their rows. A number that the customer does not
// rent any more loses its row.
func (c *Cache) apply(ctx context.Context, of ledger.Customer, k *copied, numbers []e164.Number) error {
	if len(numbers) == 0 {
		return nil
	}
	items, err := c.source.DIDs(ctx, of.Carrier, numbers)
	if err != nil {
		return err
	}
	k.rows = slices.Clone(k.rows)
	for _, n := range numbers {
		d, i, found := items[n], 0, false
		i, found = k.find(n.Digits())
		if d.RentalID == "" || d.Customer != of.ID {
			if found {
				k.rows = slices.Delete(k.rows, i, i+1)
			}
			continue
		}
		row := RowOf(d)
		k.reader.Share(&row)
		if !found {
			k.rows = slices.Insert(k.rows, i, row)
		}
		k.rows[i] = row
	}
	return nil
}
