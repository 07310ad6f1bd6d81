package rentals

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Records reads the records that lists need besides the rows.
type Records interface {
	Source
	// Account returns the customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Carrier returns a tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// RentalsOf returns the numbers that the customer rents, in the given order. The
	// read is consistent.
	RentalsOf(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]did.DID, error)
	// RowsAfter returns at most limit of the customer's rows after some digits,
	// ascending; next is the digits to continue after, "" at the end. They may be a
	// moment late.
	RowsAfter(ctx context.Context, c ledger.Customer, after string, limit int, r *Reader) (rows []Row, next string,
		err error)
	// CustomerAfter returns the carrier's next customer by id, "" for none.
	CustomerAfter(ctx context.Context, carrier, after string) (string, error)
}

// Lists answers lists of rentals.
type Lists struct {
	records Records
	cache   *Cache
	now     func() time.Time
}

// NewLists returns the lists over records, with an empty cache.
func NewLists(records Records, now func() time.Time) *Lists {
	return &Lists{records: records, cache: NewCache(records, now), now: now}
}

// Find returns a page of the customer's rentals that match, with exact counts of
// all that match. The rentals are read afresh; one that ended a moment ago is left
// out. Errors: commit.ErrNotFound, *TooMany.
func (l *Lists) Find(ctx context.Context, c ledger.Customer, q Query, p Page) (page []did.DID, found Found, err error) {
	rows, clock, err := l.rows(ctx, c)
	if err != nil {
		return nil, Found{}, err
	}
	found = Find(rows, q, p, clock)
	numbers := make([]e164.Number, len(found.Digits))
	for i, digits := range found.Digits {
		if numbers[i], err = e164.Parse(digits); err != nil {
			return nil, Found{}, err
		}
	}
	page, err = l.records.RentalsOf(ctx, c, numbers)
	return page, found, err
}

// Listed is a row with the time of its next charge, zero if none will come.
type Listed struct {
	Row
	NextCharge time.Time
}

// All returns all of the customer's rentals that match, in an order. They are as in
// the rows, so changes by timers in the last seconds may be missing. Errors:
// commit.ErrNotFound, *TooMany.
func (l *Lists) All(ctx context.Context, c ledger.Customer, q Query, by Sort) ([]Listed, error) {
	rows, clock, err := l.rows(ctx, c)
	if err != nil {
		return nil, err
	}
	type placed struct {
		place
		row *Row
	}
	o := order{by: by, clock: clock, due: map[due]int64{}}
	var matches []placed
	for i := range rows {
		if r := &rows[i]; q.Matches(r) {
			matches = append(matches, placed{o.of(r), r})
		}
	}
	slices.SortFunc(matches, func(a, b placed) int { return a.compare(b.place) })
	all := make([]Listed, len(matches))
	for i, m := range matches {
		all[i] = Listed{Row: *m.row}
		if at := o.charge(m.row); at != never {
			all[i].NextCharge = time.Unix(at, 0).UTC()
		}
	}
	return all, nil
}

// rows returns the customer's rows. The account is read before them: its count of
// orders shows whether numbers were bought since the rows were read.
func (l *Lists) rows(ctx context.Context, c ledger.Customer) ([]Row, Clock, error) {
	account, err := l.records.Account(ctx, c)
	if err != nil {
		return nil, Clock{}, err
	}
	of, err := l.records.Carrier(ctx, c.Carrier)
	if err != nil {
		return nil, Clock{}, err
	}
	older, err := of.OlderLocation()
	if err != nil {
		return nil, Clock{}, err
	}
	rows, err := l.cache.Rows(ctx, c, account.Orders)
	return rows, Clock{Now: l.now(), Older: older}, err
}
