package billing

import (
	"slices"
	"testing"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

var anchor = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func daily(state did.State, period int) did.DID {
	d := did.DID{Carrier: "acme", Number: 442071234567, State: state, RentalID: "r", Customer: "alice",
		Offer: did.Offer{Terms: pricing.Terms{
			Package: "daily", Version: 1, Recurring: money.MustParse("1", "USD"),
			Interval: pricing.Interval{Unit: pricing.Day, Count: 1},
		}}}
	d.Anchor, d.Period = anchor, period
	d.PeriodStart, d.PeriodEnd = d.Terms.Period(anchor, period, time.UTC)
	d.NextAt = d.PeriodEnd
	return d
}

func TestOwed(t *testing.T) {
	day := func(n int) time.Time { return anchor.AddDate(0, 0, n) }
	suspended := daily(did.Suspended, 2)
	suspended.SuspendedAt = day(5).Add(time.Hour) // 3, 4 and 5 had begun
	atOnce := daily(did.Suspended, 2)
	atOnce.SuspendedAt = day(3)
	unpaid := func(d did.DID, since int) did.DID {
		d.UnpaidSince = day(since)
		return d
	}
	lateSuspended := unpaid(daily(did.Suspended, 2), 3)
	lateSuspended.SuspendedAt = day(30).Add(time.Hour)
	for _, tc := range []struct {
		what string
		d    did.DID
		now  time.Time
		want []int
	}{
		{"paid", daily(did.Assigned, 2), day(3).Add(-1), nil},
		{"due", daily(did.Assigned, 2), day(3), []int{3}},
		{"one by one", daily(did.Assigned, 2), day(5), []int{3}},
		{"as many as are caught up on", daily(did.Assigned, 2), day(6), []int{3}},
		{"after a long outage", daily(did.Assigned, 2), day(20), []int{17}},
		{"in grace, the one that was due", unpaid(daily(did.PastDue, 2), 3), day(10), []int{3}},
		{"in grace, after another was paid", unpaid(daily(did.Assigned, 3), 3), day(10), []int{4}},
		{"in grace since a long outage", unpaid(daily(did.PastDue, 2), 20), day(25), []int{17}},
		{"an outage in the grace", unpaid(daily(did.PastDue, 2), 3), day(30), []int{20}},
		{"an outage before the suspension", lateSuspended, day(33), []int{20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 33}},
		{"suspended", suspended, day(5).Add(2 * time.Hour), []int{3, 4, 5}},
		{"later, without those that passed", suspended, day(9), []int{3, 4, 5, 9}},
		{"suspended at the due moment", atOnce, day(3), []int{3}},
		{"cancelled", daily(did.PendingRelease, 2), day(9), nil},
		{"aging", daily(did.Aging, 2), day(9), nil},
	} {
		if got := Owed(tc.d, carrier.Carrier{Dunning: carrier.Dunning{CatchUp: 4, GraceDays: 7}}, time.UTC,
			tc.now); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, want %v", tc.what, got, tc.want)
		}
	}
}
