package repricing

import (
	"context"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/rentals"
)

// Store is the database for price changes. It commits Update, Part, Announcement,
// did.Move and audit.Entry.
type Store interface {
	commit.Store
	// Carrier returns a tenant and its settings.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// PackageVersions returns all versions of the carrier's packages, ascending.
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
	// CustomersAfter returns the ids of at most max customers after one, ascending.
	CustomersAfter(ctx context.Context, carrier, after string, max int) ([]string, error)
	// RowsAfter returns at most limit of the customer's rows after some digits,
	// ascending; next is the digits to continue after, "" at the end. They may be a
	// moment late.
	RowsAfter(ctx context.Context, c ledger.Customer, after string, limit int, r *rentals.Reader) (rows []rentals.Row,
		next string, err error)
	// DIDs returns the stored DIDs, keyed by number. The read is consistent.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// PriceChange returns a price change. Errors: commit.ErrNotFound.
	PriceChange(ctx context.Context, ref Ref) (Change, error)
	// PriceChanges returns the changes of a package, newest first; next is the id to
	// continue after, "" at the end.
	PriceChanges(ctx context.Context, carrier, pkg, after string, limit int) (changes []Change, next string, err error)
	// PriceParts returns up to max parts of a change's report, from an index on.
	PriceParts(ctx context.Context, ref Ref, from, max int) ([]Part, error)
}

// walk looks at the rentals of a change's selection.
type walk struct {
	store      Store
	change     Change
	query      rentals.Query
	loc, older *time.Location // the carrier's; the zone of rentals that have none of their own
	now        time.Time
	reader     *rentals.Reader
	perStep    int
}

// walk returns the walk of a change. Errors: *rentals.InvalidFilter.
func (s *Service) walk(ctx context.Context, c Change) (*walk, error) {
	of, err := s.store.Carrier(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	w := &walk{store: s.store, change: c, now: s.now(), reader: rentals.NewReader(), perStep: s.perStep}
	if w.loc, err = of.Location(); err != nil {
		return nil, err
	}
	if w.older, err = of.OlderLocation(); err != nil {
		return nil, err
	}
	filters := rentals.Filters{Package: c.Package}
	if c.Status != Cancelling { // a selected rental may have lost the tag since
		filters.Country, filters.Area, filters.Type, filters.Tag = c.Select.Country, c.Select.Area, c.Select.Type,
			c.Select.Tag
	}
	w.query, err = rentals.Parse(filters)
	return w, err
}

// nextCustomers returns the next customers of the selection after one, at most max.
func (w *walk) nextCustomers(ctx context.Context, after string, max int) ([]string, error) {
	chosen := w.change.Select.Customers
	if chosen == nil {
		return w.store.CustomersAfter(ctx, w.change.Carrier, after, max)
	}
	first, found := slices.BinarySearch(chosen, after)
	if found {
		first++
	}
	return chosen[first:min(len(chosen), first+max)], nil
}

// found is a selected rental with its outcome.
type found struct {
	rental did.DID
	line   Line
	move   did.Move // the zero Move for none
}

// rowsPerRental is the number of rows that are read for each rental of a step,
// because some rows are not selected.
const rowsPerRental = 4

// look decides on the customer's selected rentals after some digits, on at most max
// of them. next is the digits to continue after, "" after the customer's last.
func (w *walk) look(ctx context.Context, customer, after string, max int) (all []found, next string, err error) {
	c := ledger.Customer{Carrier: w.change.Carrier, ID: customer}
	rows, next, err := w.store.RowsAfter(ctx, c, after, max*rowsPerRental, w.reader)
	if err != nil {
		return nil, "", err
	}
	numbers, err := w.chosen(rows)
	if err != nil {
		return nil, "", err
	}
	if len(numbers) > max {
		numbers, next = numbers[:max], numbers[max-1].Digits()
	}
	items, err := w.store.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, "", err
	}
	for _, n := range numbers {
		f, err := w.find(customer, items[n])
		if err != nil {
			return nil, "", err
		}
		if f.line.Outcome != notChosen {
			all = append(all, f)
		}
	}
	return all, next, nil
}

// chosen returns the numbers of the rows that are selected.
func (w *walk) chosen(rows []rentals.Row) (numbers []e164.Number, err error) {
	for i := range rows {
		n, err := rows[i].Number()
		if err != nil {
			return nil, err
		}
		if w.query.Matches(&rows[i]) && w.selects(n) {
			numbers = append(numbers, n)
		}
	}
	return numbers, nil
}

// selects reports whether a list of numbers, if there is one, has the number.
func (w *walk) selects(n e164.Number) bool {
	if w.change.Select.Numbers == nil {
		return true
	}
	_, listed := slices.BinarySearch(w.change.Select.Numbers, n)
	return listed
}

// find returns the outcome for a stored rental.
func (w *walk) find(customer string, d did.DID) (found, error) {
	versions := w.change.Select.Versions
	isChosen := versions == nil || w.change.Status == Cancelling || slices.Contains(versions, d.Terms.Version)
	if d.Customer != customer || !isChosen {
		return found{}, nil
	}
	outcome, move, err := w.change.moveOf(d, w.loc, w.older, w.now)
	if err != nil {
		return found{}, fmt.Errorf("repricing: %w", err)
	}
	f := found{rental: d, move: move, line: Line{Customer: customer, Number: d.Number, Outcome: outcome,
		Old: d.Terms.Recurring}}
	switch {
	case outcome == Agreed && move.Event != "":
		f.line.From = move.To.NextPriceAt(w.older)
	case outcome == Agreed, outcome == TakenBack:
		f.line.From = d.NextPriceAt(w.older)
	}
	return f, nil
}
