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

// portion is what of a customer is counted at once.
type portion struct {
	Progress
	sums Sums
	more bool
}

func (c *Counter) portion(ctx context.Context, of ledger.Customer) (portion, error) {
	counted, err := c.store.Counted(ctx, of)
	if err != nil {
		return portion{}, err
	}
	entries, err := c.store.EntriesAfter(ctx, of, counted.UpTo, page)
	p := portion{Progress: Progress{SeenVer: counted.Ver, To: counted}, sums: Sums{}, more: len(entries) == page}
	if err != nil || len(entries) == 0 {
		return p, err
	}
	loc, err := c.location(ctx, of.Carrier)
	if err != nil {
		return portion{}, err
	}
	seen := map[string]bool{}
	for _, e := range entries {
		seen[MonthOf(e.At.In(loc))] = true
		if p.more = p.more || len(seen) > months; len(seen) > months {
			break
		}
		if err := p.sums.count(e, loc); err != nil {
			return portion{}, err
		}
		p.To.UpTo = e.Seq
	}
	p.To.Ver++
	return p, nil
}

// Recount makes the sums of a customer what its ledger says, and the carrier's
// with them; corrected says whether they were not.
func (c *Counter) Recount(ctx context.Context, of ledger.Customer) (corrected bool, err error) {
	loc, err := c.location(ctx, of.Carrier)
	if err != nil {
		return false, err
	}
	for {
		wrong, err := commit.Insist(ctx, func() (bool, error) { return c.correct(ctx, of, loc) })
		if err != nil {
			return corrected, err
		}
		if !wrong {
			break
		}
		corrected = true
	}
	before, err := c.store.Counted(ctx, of)
	if err != nil {
		return corrected, err
	}
	if err := c.follow(ctx, []ledger.Customer{of}); err != nil {
		return corrected, err
	}
	after, err := c.store.Counted(ctx, of)
	return corrected || after != before, err
}

// correct mends months of a customer whose sums are not what the entries counted
// so far say, as many as one batch takes.
func (c *Counter) correct(ctx context.Context, of ledger.Customer, loc *time.Location) (wrong bool, err error) {
	counted, err := c.store.Counted(ctx, of)
	if err != nil {
		return false, err
	}
	stand, err := c.store.EarnedOf(ctx, of)
	if err != nil {
		return false, err
	}
	should, err := c.total(ctx, counted, loc)
	if err != nil {
		return false, err
	}
	off, err := should.over(stand)
	if err != nil || len(off) == 0 {
		return false, err
	}
	progress := Progress{SeenVer: counted.Ver, To: counted}
	progress.To.Ver++
	changes := []commit.Change{progress}
	for month, sums := range off.byMonth() {
		if len(changes)+2 > commit.Limit {
			break
		}
		changes = append(changes, Earned{of, month, sums}, Earned{ledger.Customer{Carrier: of.Carrier}, month, sums})
	}
	return true, c.commit(ctx, changes)
}

// total adds up the customer's entries that are counted.
func (c *Counter) total(ctx context.Context, counted Counted, loc *time.Location) (Sums, error) {
	sums := Sums{}
	for seq := 0; seq < counted.UpTo; {
		entries, err := c.store.EntriesAfter(ctx, counted.Customer, seq, min(page, counted.UpTo-seq))
		if err != nil {
			return nil, err
		}
		if len(entries) == 0 { // the last ones are lost, which is for others to find
			return sums, nil
		}
		for _, e := range entries {
			if seq = e.Seq; seq > counted.UpTo {
				break
			}
			if err := sums.count(e, loc); err != nil {
				return nil, err
			}
		}
	}
	return sums, nil
}

func (c *Counter) location(ctx context.Context, id string) (*time.Location, error) {
	of, err := c.store.Carrier(ctx, id)
	if err != nil {
		return nil, err
	}
	return of.Location()
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

// earned are the changes that add the sums.
func earned(of ledger.Customer, sums Sums) (changes []commit.Change) {
	for month, part := range sums.byMonth() {
		changes = append(changes, Earned{of, month, part})
	}
	return changes
}

func into(carriers map[string]Sums, id string, sums Sums) error {
	if carriers[id] == nil {
		carriers[id] = Sums{}
	}
	for l, a := range sums {
		if err := carriers[id].add(l, a); err != nil {
			return err
		}
	}
	return nil
}
