package rentals

import (
	"context"
	"strings"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

const (
	// maxWalked is the largest number of rows that a page over all customers reads:
	// some 400 read units.
	maxWalked = 20_000
	// maxCustomers is the largest number of customers that it reads.
	maxCustomers = 100
	// rowsAtOnce is the largest number of rows that it reads in one request.
	rowsAtOnce = 2_000
)

// Walk is a page of the rentals of all customers of a carrier.
type Walk struct {
	Rentals []did.DID // by customer, then by digits
	Next    string    // the place of the next page, "" after the last
	Counts  *Counts   // of all that match; nil if the walk has not seen every rental
}

// walker collects a page.
type walker struct {
	*Lists
	carrier  string
	query    Query
	limit    int
	counting bool // from the first row on, so that the counts may be complete
	reader   *Reader
	tally    *tally
	matches  []match
	rows     int
}

type match struct{ customer, digits string }

// Across returns a page of the rentals that match, of all customers of a carrier,
// by customer. It reads at most maxWalked rows and maxCustomers customers: the page
// may be short, even empty, and Next continues. The first page also counts. If it
// reaches the end, the counts are exact; otherwise there are none.
func (l *Lists) Across(ctx context.Context, carrier string, q Query, p Page) (Walk, error) {
	w := walker{Lists: l, carrier: carrier, query: q, limit: p.Limit, counting: p.After == "", reader: NewReader(),
		tally: newTally()}
	next, err := w.walk(ctx, p.After)
	if err != nil {
		return Walk{}, err
	}
	found := Walk{Next: next}
	if len(w.matches) > p.Limit {
		w.matches = w.matches[:p.Limit]
		last := w.matches[p.Limit-1]
		found.Next = last.customer + "/" + last.digits
	}
	if w.counting && next == "" {
		counts := w.tally.counts()
		found.Counts = &counts
	}
	found.Rentals, err = w.read(ctx)
	return found, err
}

// walk reads rows from a place on, and returns the place where it stopped, "" at
// the end.
func (w *walker) walk(ctx context.Context, from string) (place string, err error) {
	customer, after, within := strings.Cut(from, "/")
	for range maxCustomers {
		if !within {
			if customer, err = w.records.CustomerAfter(ctx, w.carrier, customer); err != nil || customer == "" {
				return "", err
			}
		}
		stopped, err := w.customer(ctx, ledger.Customer{Carrier: w.carrier, ID: customer}, after)
		if err != nil || stopped != "" {
			return stopped, err
		}
		within, after = false, ""
	}
	return customer, nil
}

// customer reads a customer's rows, and returns the place where it stopped, ""
// after the last.
func (w *walker) customer(ctx context.Context, c ledger.Customer, after string) (place string, err error) {
	for {
		if w.rows >= maxWalked || !w.counting && len(w.matches) > w.limit {
			return c.ID + "/" + after, nil
		}
		rows, next, err := w.records.RowsAfter(ctx, c, after, rowsAtOnce, w.reader)
		if err != nil {
			return "", err
		}
		w.rows += len(rows)
		for i := range rows {
			if r := &rows[i]; w.query.Matches(r) {
				w.tally.add(r)
				if len(w.matches) <= w.limit {
					w.matches = append(w.matches, match{c.ID, r.Digits})
				}
			}
		}
		if after = next; next == "" {
			return "", nil
		}
	}
}

// read reads the page's rentals from their items, customer by customer.
func (w *walker) read(ctx context.Context) (page []did.DID, err error) {
	for len(w.matches) > 0 {
		c := ledger.Customer{Carrier: w.carrier, ID: w.matches[0].customer}
		var numbers []e164.Number
		for len(w.matches) > 0 && w.matches[0].customer == c.ID {
			n, err := e164.Parse(w.matches[0].digits)
			if err != nil {
				return nil, err
			}
			numbers, w.matches = append(numbers, n), w.matches[1:]
		}
		owned, err := w.records.RentalsOf(ctx, c, numbers)
		if err != nil {
			return nil, err
		}
		page = append(page, owned...)
	}
	return page, nil
}
