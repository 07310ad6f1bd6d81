package revenue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// Counted is the position up to which a customer's ledger is counted.
type Counted struct {
	Customer ledger.Customer
	UpTo     int // the last entry's seq
	Ver      int // +1 at each write; 0 = never written
}

// Progress moves on a customer's Counted that still has version SeenVer.
type Progress struct {
	SeenVer int
	To      Counted
}

// Target names the item.
func (p Progress) Target() string { return "counted revenue of " + p.To.Customer.String() }

// Earned adds to the sums of one month: to the customer's, or without an ID to
// the carrier's. Its guard is the Progress in the same batch.
type Earned struct {
	Of    ledger.Customer
	Month string
	Sums  Sums
}

// Target names the item.
func (e Earned) Target() string { return fmt.Sprintf("revenue of %s in %s", e.Of, e.Month) }

// Store reads and writes sums in the database. All reads are consistent.
//
// The changes that it commits: Progress and Earned.
type Store interface {
	commit.Store
	// Counted returns the position up to which the customer's ledger is
	// counted.
	Counted(context.Context, ledger.Customer) (Counted, error)
	// EarnedOf returns the customer's counted sums.
	EarnedOf(context.Context, ledger.Customer) (Sums, error)
	// EntriesAfter returns up to limit entries after the one with that seq,
	// ascending.
	EntriesAfter(ctx context.Context, c ledger.Customer, seq, limit int) ([]ledger.Entry, error)
	// Carrier returns the tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
}

// A batch has at most maxCustomersPerBatch customers, and monthsPerCustomer months
// of each. Each customer has one Progress, and two Earned for each month: the
// customer's and the carrier's.
const (
	maxCustomersPerBatch = 19
	monthsPerCustomer    = 2 // maxCustomersPerBatch * (1 + 2*monthsPerCustomer) <= commit.Limit
	page                 = 100
)

// Counter counts entries.
type Counter struct {
	store Store
	now   func() time.Time
}

// New returns a counter over a store and a clock, which names the batches.
func New(store Store, now func() time.Time) *Counter { return &Counter{store, now} }

// Follow counts the new entries of the customers' ledgers, and returns an error
// for each customer. A customer may be listed only once.
func (c *Counter) Follow(ctx context.Context, customers []ledger.Customer) []error {
	errs := make([]error, 0, len(customers))
	for some := range slices.Chunk(customers, maxCustomersPerBatch) {
		err := c.follow(ctx, some)
		if err == nil || len(some) == 1 {
			errs = append(errs, slices.Repeat([]error{err}, len(some))...)
			continue
		}
		for _, one := range some { // a customer that can't be counted does not affect the others
			errs = append(errs, c.follow(ctx, []ledger.Customer{one}))
		}
	}
	return errs
}

func (c *Counter) follow(ctx context.Context, customers []ledger.Customer) error {
	for more := true; more; {
		var err error
		if more, err = commit.Insist(ctx, func() (bool, error) { return c.step(ctx, customers) }); err != nil {
			return err
		}
	}
	return nil
}

// step counts the next entries of each customer, all or none; more reports
// whether a customer may have further entries.
func (c *Counter) step(ctx context.Context, customers []ledger.Customer) (more bool, err error) {
	next := make([]portion, len(customers))
	g, within := errgroup.WithContext(ctx)
	for i, customer := range customers {
		g.Go(func() (err error) {
			next[i], err = c.portion(within, customer)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return false, err
	}
	var changes []commit.Change
	carriers := map[string]Sums{}
	for _, p := range next {
		if p.To.Ver == p.SeenVer {
			continue
		}
		more = more || p.more
		changes = append(changes, p.Progress)
		changes = append(changes, earned(p.To.Customer, p.sums)...)
		if err := into(carriers, p.To.Customer.Carrier, p.sums); err != nil {
			return false, err
		}
	}
	for id, sums := range carriers {
		changes = append(changes, earned(ledger.Customer{Carrier: id}, sums)...)
	}
	return more, c.commit(ctx, changes)
}

// commit writes the changes in one batch; a refusal means that another call
// counted.
func (c *Counter) commit(ctx context.Context, changes []commit.Change) error {
	err := commit.Write(ctx, c.store, c.now(), changes...)
	if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}
