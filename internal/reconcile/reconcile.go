// Package reconcile compares records that must agree: balances and revenue with
// the ledger, charges with periods, rentals with orders, blocks with DIDs,
// holds with carts. It corrects projections, frees held numbers that no cart
// shows, and never changes money. It knows neither the database nor its
// callers.
package reconcile

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/projection"
	"didpurchase/internal/revenue"
	"didpurchase/internal/shop"
)

// Part is a part of the store: the customers, blocks and holds in it.
type Part struct {
	Customers []ledger.Customer
	Blocks    []catalogue.BlockRef
	Holds     map[ledger.Customer][]e164.Number // the held and the reserved numbers, by customer
	Next      string                            // where the next part begins; "" at the end
}

// Store is the database for reconciling. Its reads are consistent unless their
// comments state otherwise.
type Store interface {
	// Part returns the content of a part of the store, of one carrier or of all
	// for "".
	Part(ctx context.Context, carrier, cursor string) (Part, error)
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// EntriesAfter returns up to limit entries after the one with that seq,
	// ascending.
	EntriesAfter(ctx context.Context, c ledger.Customer, seq, limit int) ([]ledger.Entry, error)
	// Counted returns the position up to which the customer's ledger is counted
	// as revenue, and EarnedOf the sums.
	Counted(context.Context, ledger.Customer) (revenue.Counted, error)
	EarnedOf(context.Context, ledger.Customer) (revenue.Sums, error)
	// OrdersAfter returns up to limit orders after the one with that id,
	// ascending.
	OrdersAfter(ctx context.Context, c ledger.Customer, id string, limit int) ([]shop.Order, error)
	// Order returns one of the customer's orders. Errors: commit.ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (shop.Order, error)
	// Parts returns up to max parts of a large order, ascending, from an index
	// on.
	Parts(ctx context.Context, c ledger.Customer, orderID string, from, max int) ([]shop.Part, error)
	// Owned returns the numbers of the customer's rentals. It may be late.
	Owned(context.Context, ledger.Customer) ([]e164.Number, error)
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// History returns the steps of a number. It is some seconds late.
	History(ctx context.Context, carrier string, n e164.Number) ([]did.Passage, error)
	Block(ctx context.Context, carrier string, b e164.Block) (catalogue.Block, error)
	// TakenIn returns the numbers of a block that have an item.
	TakenIn(ctx context.Context, carrier string, b e164.Block) ([]e164.Number, error)
}

// Projector computes blocks again from their DIDs.
type Projector interface {
	Rebuild(ctx context.Context, refs []catalogue.BlockRef) (corrected int, err error)
}

// Counter counts revenue.
type Counter interface {
	// Follow counts the new entries.
	Follow(context.Context, []ledger.Customer) []error
	// Recount corrects the sums from the ledger.
	Recount(context.Context, ledger.Customer) (corrected bool, err error)
}

// Carts frees held numbers that no cart shows.
type Carts interface {
	// FreeUnlisted frees the given numbers that the customer holds without a
	// line in the cart, and returns their DIDs from before.
	FreeUnlisted(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]did.DID, error)
}

// Reconciler compares, part by part.
type Reconciler struct {
	store     Store
	projector Projector
	counter   Counter
	carts     Carts
	lateness  time.Duration
}

// New returns a reconciler. A late projection or index has the time lateness to
// catch up before it counts as a difference.
func New(store Store, projector Projector, counter Counter, carts Carts, lateness time.Duration) *Reconciler {
	return &Reconciler{store: store, projector: projector, counter: counter, carts: carts, lateness: lateness}
}

// Found is the result of the comparison of one part.
type Found struct {
	Customers   int
	Blocks      int
	Differences []Difference
	Next        string // where the next part begins; "" at the end
}

// comparedAtOnce is the number of customers or blocks that are compared in
// parallel.
const comparedAtOnce = 8

// Compare compares a part of the store, corrects its blocks and frees its held
// numbers that no cart shows. Holds come first, because they free numbers of
// blocks.
func (r *Reconciler) Compare(ctx context.Context, carrier, cursor string) (Found, error) {
	part, err := r.store.Part(ctx, carrier, cursor)
	if err != nil {
		return Found{}, err
	}
	found := Found{Customers: len(part.Customers), Blocks: len(part.Blocks), Next: part.Next}
	holds, err := each(ctx, slices.Collect(maps.Keys(part.Holds)),
		func(ctx context.Context, c ledger.Customer) ([]Difference, error) {
			return r.examineHolds(ctx, c, part.Holds[c])
		})
	if err != nil {
		return Found{}, err
	}
	books, err := each(ctx, part.Customers, r.examineBooks)
	if err != nil {
		return Found{}, err
	}
	blocks, err := r.compareBlocks(ctx, part.Blocks)
	found.Differences = slices.Concat(holds, books, blocks)
	return found, err
}

// examineHolds frees the numbers that the customer holds without a line in the
// cart, and those that an ended order left reserved: otherwise they could be
// neither bought nor released.
func (r *Reconciler) examineHolds(ctx context.Context, c ledger.Customer,
	numbers []e164.Number) (found []Difference, err error) {
	freed, err := r.carts.FreeUnlisted(ctx, c, numbers)
	for _, d := range freed {
		detail := fmt.Sprintf("%s was held until %s and in no cart (freed)", d.Number, moment(d.Until))
		if d.State == did.Reserved {
			detail = fmt.Sprintf("%s was reserved for order %s, which has ended (freed)", d.Number, d.HoldID)
		}
		found = append(found, Difference{Kind: Hold, Carrier: c.Carrier, Customer: c.ID, Detail: detail})
	}
	return orDamaged(found, err, Difference{Kind: Damaged, Carrier: c.Carrier, Customer: c.ID})
}

// each compares the subjects in parallel.
func each[S any](ctx context.Context, subjects []S,
	compare func(context.Context, S) ([]Difference, error)) ([]Difference, error) {
	found := make([][]Difference, len(subjects))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(comparedAtOnce)
	for i, s := range subjects {
		g.Go(func() (err error) {
			found[i], err = compare(ctx, s)
			return err
		})
	}
	err := g.Wait()
	var all []Difference
	for _, some := range found {
		all = append(all, some...)
	}
	return all, err
}

// compareBlocks corrects a block that is wrong twice, and so is not only late.
func (r *Reconciler) compareBlocks(ctx context.Context, refs []catalogue.BlockRef) ([]Difference, error) {
	late, err := each(ctx, refs, r.examineBlock)
	if err != nil || len(late) == 0 {
		return nil, err
	}
	select {
	case <-time.After(r.lateness):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	wrong, err := each(ctx, refs, func(ctx context.Context, ref catalogue.BlockRef) ([]Difference, error) {
		found, err := r.examineBlock(ctx, ref)
		if err != nil || len(found) == 0 || found[0].Kind == Damaged {
			return found, err
		}
		_, err = r.projector.Rebuild(ctx, []catalogue.BlockRef{ref})
		return found, err
	})
	return wrong, err
}

// examineBlock is compareBlock with a damaged item as a difference.
func (r *Reconciler) examineBlock(ctx context.Context, ref catalogue.BlockRef) ([]Difference, error) {
	found, err := r.compareBlock(ctx, ref)
	return orDamaged(found, err, Difference{Kind: Damaged, Carrier: ref.Carrier})
}

// orDamaged turns the error of a damaged item into a difference, so that the
// rest of the store is still compared.
func orDamaged(found []Difference, err error, damage Difference) ([]Difference, error) {
	if !errors.Is(err, commit.ErrDamaged) {
		return found, err
	}
	damage.Detail = err.Error()
	return []Difference{damage}, nil
}

func (r *Reconciler) compareBlock(ctx context.Context, ref catalogue.BlockRef) ([]Difference, error) {
	stored, err := r.store.Block(ctx, ref.Carrier, ref.Block)
	if err != nil {
		return nil, err
	}
	touched, err := r.store.TakenIn(ctx, ref.Carrier, ref.Block)
	if err != nil {
		return nil, err
	}
	after, changed, err := projection.Project(stored, touched)
	if err != nil || !changed {
		return nil, err
	}
	return []Difference{{
		Kind: Block, Carrier: ref.Carrier,
		Detail: fmt.Sprintf("block %s has %d taken numbers, its DIDs have %d (corrected)", ref.Block.Digits(),
			stored.Taken.Count(), after.Taken.Count()),
	}}, nil
}

// examineBooks is compareBooks with a damaged item as a difference.
func (r *Reconciler) examineBooks(ctx context.Context, c ledger.Customer) ([]Difference, error) {
	found, err := r.compareBooks(ctx, c)
	return orDamaged(found, err, Difference{Kind: Damaged, Carrier: c.Carrier, Customer: c.ID})
}

// compareRevenue counts new entries, which are only late, and corrects sums
// that differ from their entries.
func (r *Reconciler) compareRevenue(ctx context.Context, b *books) error {
	c := b.account.Customer
	if b.counted.UpTo < b.seq {
		if err := errors.Join(r.counter.Follow(ctx, []ledger.Customer{c})...); err != nil {
			return err
		}
	}
	if b.earned.AreZero() {
		return nil
	}
	wrong, err := r.counter.Recount(ctx, c)
	if wrong {
		b.differs(Revenue, "the counted revenue differs from the ledger (corrected)")
	}
	return err
}
