package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/rentals"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// unpaid is a rental of alice with every field that lists use.
func unpaid(n e164.Number) did.DID {
	d := did.DID{Carrier: "acme", Number: n, State: did.PastDue, Ver: 4, HoldID: "h", RentalID: "r", Customer: "alice",
		Offer: offer}
	d.Anchor, d.AssignedAt, d.UnpaidSince, d.NextAt, d.Zone = noon, noon.Add(time.Second), noon.AddDate(0, 1, 0), noon,
		"Europe/London"
	d.Label, d.Tags, d.Route = "Front | desk", []string{"vip", "north"}, destination.To("sip:desk@example.com")
	return d
}

// TestRowsOfTheIndex: the index has every field that lists need, for items that
// this program wrote and for older ones.
func TestRowsOfTheIndex(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	want := map[string]rentals.Row{}
	for i := range 30 {
		d := unpaid(number + e164.Number(i))
		if i == 7 {
			d.Customer = "bob"
		} else {
			row := rentals.RowOf(d)
			row.Ver = 0
			want[row.Digits] = row
		}
		wanttest.Equal(t, "error", store.Rewrite(ctx, d), nil)
	}
	wanttest.Equal(t, "error", store.ForgetBegun(ctx, "acme", number+9), nil)
	read := func(after, upTo string) []rentals.Row {
		rows, next, err := store.RowsBetween(ctx, alice, after, upTo, rentals.NewReader())
		wanttest.Equal(t, "error", err, nil)
		wanttest.Equal(t, "more", next, "")
		return rows
	}
	all := read("", "")
	wanttest.Equal(t, "rows", len(all), 29)
	for _, row := range all {
		row.Ver = 0
		wanttest.Diff(t, row.Digits, row, want[row.Digits])
	}
	digits := func(i int) string { return (number + e164.Number(i)).Digits() }
	some := read(digits(2), digits(5))
	wanttest.Equal(t, "rows after a number up to another", len(some), 3)
	wanttest.Equal(t, "the first of them", some[0].Digits, digits(3))
	last, err := store.LastRow(ctx, alice)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "the last row", last, digits(29))
	few, next, err := store.RowsAfter(ctx, alice, digits(2), 2, rentals.NewReader())
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "few rows", len(few), 2)
	wanttest.Equal(t, "where they end", next, digits(4))
}

// TestLogOfRentals: entries come back from a moment on, in parts, of one customer
// only.
func TestLogOfRentals(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	var changes []rentals.Change
	for i := range 150 {
		changes = append(changes, rentals.Change{Digits: (number + e164.Number(i)).Digits(), Ver: i})
	}
	wanttest.Equal(t, "error", store.LogRentals(ctx, alice, changes, noon), nil)
	wanttest.Equal(t, "error", store.LogRentals(ctx, ledger.Customer{Carrier: "acme", ID: "bob"}, changes[:1], noon), nil)
	entries, err := store.RentalChanges(ctx, alice, noon)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "entries", len(entries), 2)
	got := map[rentals.Change]bool{}
	for _, e := range entries {
		for _, c := range e.Changes {
			got[c] = true
		}
	}
	wanttest.Equal(t, "changes", len(got), 150)
	entries, err = store.RentalChanges(ctx, alice, noon.Add(time.Millisecond))
	wanttest.Equal(t, "error", err, nil)
	wanttest.Equal(t, "entries after a moment", len(entries), 0)
}

// TestRenewalsDoNotWriteTheIndex: a move costs the same as without the index
// rentals, so that a renewal in time costs one unit for its item and one for its
// timer.
func TestRenewalsDoNotWriteTheIndex(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	meter := new(dynamotest.Meter)
	store, ctx := dynamo.New(meter.Into(dynamotest.Config(t)), table), t.Context()
	d := unpaid(number)
	d.State, d.UnpaidSince = did.Assigned, time.Time{}
	d.PeriodStart, d.PeriodEnd = d.Terms.Period(noon, 0, time.UTC)
	wanttest.Equal(t, "error", store.Rewrite(ctx, d), nil)
	renew, err := d.Paid(1, d.PeriodEnd, time.UTC)
	wanttest.Equal(t, "error", err, nil)
	edit, err := renew.To.Edited(did.Settings{Label: "another"}, noon)
	wanttest.Equal(t, "error", err, nil)
	edit.Ver++
	for i, units := range []float64{3, 2} { // the timer moves: one write and one delete more
		before := meter.Write()
		wanttest.Equal(t, "error", store.Commit(ctx, batch([]did.Move{renew, edit}[i])), nil)
		wanttest.Equal(t, fmt.Sprintf("write units of move %d", i), meter.Write()-before, units)
	}
}

// TestOrderedLast returns the numbers of the newest orders.
func TestOrderedLast(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	for i := range 3 {
		o := shop.Order{Customer: alice, ID: fmt.Sprintf("01K%d", i), Number: "alice-1", Status: shop.Completed,
			Total: money.MustParse("3", "USD"),
			Lines: []shop.OrderLine{{Number: number + e164.Number(i), RentalID: "r", Offer: offer}}, CreatedAt: noon}
		wanttest.Equal(t, "error", store.Commit(ctx, batch(o)), nil)
	}
	got, err := store.OrderedLast(ctx, alice, 2)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Diff(t, "numbers", got, []e164.Number{number + 2, number + 1})
}
