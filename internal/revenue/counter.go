package revenue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// Counted is how far a customer's ledger is counted.
type Counted struct {
	Customer ledger.Customer
	UpTo     int // the last entry's seq
	Ver      int // +1 at each write; 0 = never written
}

// Progress moves a customer's Counted on, which still stands at SeenVer.
type Progress struct {
	SeenVer int
	To      Counted
}

// Target names the item.
func (p Progress) Target() string { return "counted revenue of " + p.To.Customer.String() }

// Earned adds to the sums of one month: to the customer's, or with no ID to the
// carrier's. It has no guard of its own: the Progress in the same batch is it.
type Earned struct {
	Of    ledger.Customer
	Month string
	Sums  Sums
}

// Target names the item.
func (e Earned) Target() string { return fmt.Sprintf("revenue of %s in %s", e.Of, e.Month) }

// Store is what counting needs of the database. All reads are consistent.
//
// The changes that it commits: Progress and Earned.
type Store interface {
	commit.Store
	// Counted is how far the customer's ledger is counted.
	Counted(context.Context, ledger.Customer) (Counted, error)
	// EarnedOf are the customer's sums as they were counted.
	EarnedOf(context.Context, ledger.Customer) (Sums, error)
	// EntriesAfter are up to limit entries behind the one of that seq, ascending.
	EntriesAfter(ctx context.Context, c ledger.Customer, seq, limit int) ([]ledger.Entry, error)
	// Carrier is the tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
}

// A batch is of at most together customers and months months of each: each has
// one Progress, and an Earned for each month, of its own and of its carrier.
const (
	together = 19
	months   = 2 // together * (1 + 2*months) <= commit.Limit
	page     = 100
)

// Counter counts.
type Counter struct {
	store Store
	now   func() time.Time
}

// New is a counter over a store and a clock, by which batches are named.
func New(store Store, now func() time.Time) *Counter { return &Counter{store, now} }

// Follow counts what the ledgers of the customers have that is not counted yet,
// and gives each one's error. No customer may be there twice.
func (c *Counter) Follow(ctx context.Context, customers []ledger.Customer) []error {
	errs := make([]error, 0, len(customers))
	for some := range slices.Chunk(customers, together) {
		err := c.follow(ctx, some)
		if err == nil || len(some) == 1 {
			errs = append(errs, slices.Repeat([]error{err}, len(some))...)
			continue
		}
		for _, one := range some { // one that can't be counted is no matter of the others
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

// step counts the next entries of each customer, all or none; more says whether
// one of them may have further ones.
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

// commit writes the changes at once; a refusal means that somebody else counted.
func (c *Counter) commit(ctx context.Context, changes []commit.Change) error {
	id := ulid.MustNew(ulid.Timestamp(c.now()), ulid.DefaultEntropy()).String()
	err := c.store.Commit(ctx, commit.Batch{ID: id, Changes: changes})
	if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
		return fmt.Errorf("%w: %v", commit.ErrMovedOn, err)
	}
	return err
}
