package desk_test

import (
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// The renewals of many rentals are not added up again at each request.
func TestManyRenewalsAreKept(t *testing.T) {
	t.Parallel()
	_, store, _, _ := newDesk(t)
	clock := noon
	now := func() time.Time { return clock }
	s, rents := desk.New(store, now), shop.New(store, now)
	must(t, store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "monthly", Version: 1, Setup: money.Zero("USD"), Recurring: money.MustParse("0.01", "USD"),
		Interval: pricing.Interval{Unit: pricing.Day, Count: 30},
	}}))
	const first e164.Number = 442071230000
	must(t, store.Commit(t.Context(), commit.Batch{ID: "range",
		Changes: []commit.Change{intake.Placed{Range: catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: first, End: first + 9_999}, Package: "monthly", ImportID: "i", Ver: 1,
		}}}}))
	alice, err := s.OpenAccount(t.Context(), "acme",
		desk.Opening{ID: "alice", Name: "Alice", CreditLimit: money.MustParse("100", "USD")})
	must(t, err)
	rented := first
	rent := func() {
		t.Helper()
		var numbers []e164.Number
		for range 90 {
			numbers, rented = append(numbers, rented), rented+1
		}
		_, err := rents.Allocate(t.Context(), alice.Customer, numbers, rented.String(), money.MustParse("0.90", "USD"))
		must(t, err)
	}
	renewals := func() desk.Ahead {
		t.Helper()
		a, err := s.Renewals(t.Context(), "acme")
		must(t, err)
		return a
	}
	for range 11 {
		rent()
	}
	few := renewals()
	rent()
	many := renewals()
	wanttest.Equal(t, "rentals at first", few.Rentals, 990)
	wanttest.Equal(t, "rentals after one more", many.Rentals, 1080)
	wanttest.Equal(t, "count of day 30", many.Days[30].Count, 1080)
	wanttest.Equal(t, "amount of day 30", many.Days[30].Amounts[0].Number(), "10.80")
	rent()
	clock = noon.Add(9 * time.Minute)
	kept := renewals()
	wanttest.Equal(t, "nine minutes later: rentals", kept.Rentals, 1080)
	wanttest.Diff(t, "nine minutes later: time of the report", kept.AsOf, noon)
	wanttest.Equal(t, "nine minutes later: time zone of day 30", kept.Days[30].Begins.Location(),
		many.Days[30].Begins.Location())
	clock = noon.Add(10 * time.Minute)
	if fresh := renewals(); fresh.Rentals != 1170 || !fresh.AsOf.Equal(clock) {
		t.Errorf("ten minutes later: %+v", fresh)
	}
	clock = noon.Add(12*time.Hour + time.Minute)
	renewals()
	clock = noon.Add(11*time.Hour + 59*time.Minute)
	if other := renewals(); !other.Days[0].Begins.Equal(noon.Add(-12 * time.Hour)) {
		t.Errorf("of another day: %+v", other.Days[0])
	}
}
