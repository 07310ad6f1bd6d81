package did_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// rental is a monthly rental of 31 January in its paid period.
func rental(state did.State, period int) did.DID {
	d := held("h", noon)
	d.State, d.RentalID, d.Until = state, "r", time.Time{}
	d.Anchor, d.Period = noon, period
	d.PeriodStart, d.PeriodEnd = offer.Terms.Period(noon, period, time.UTC)
	d.NextAt, d.AssignedAt = d.PeriodEnd, noon
	return d
}

// makes lists the functions that make each move of a rental.
var makes = map[did.Event]func(d did.DID) (did.Move, error){
	did.Renew:   func(d did.DID) (did.Move, error) { return d.Paid(d.Period+1, d.NextAt, time.UTC) },
	did.Unpaid:  func(d did.DID) (did.Move, error) { return d.StartGrace(time.Hour, d.NextAt) },
	did.Suspend: func(d did.DID) (did.Move, error) { return d.SuspendUntil(d.NextAt.Add(time.Hour), d.NextAt) },
	did.Cancel:  func(d did.DID) (did.Move, error) { return d.CancelAtEnd(noon, time.UTC) },
	did.GiveUp:  func(d did.DID) (did.Move, error) { return d.GiveUpUnpaid(d.NextAt.Add(time.Hour), noon) },
	did.Restore: func(d did.DID) (did.Move, error) { return d.TakeCancellationBack(noon) },
	did.Age:     func(d did.DID) (did.Move, error) { return d.AgeUntil(d.NextAt.Add(time.Hour), d.NextAt) },
	did.Free:    func(d did.DID) (did.Move, error) { return d.FreeNow(d.NextAt) },
	did.Edit: func(d did.DID) (did.Move, error) {
		return d.Edited(did.Settings{Route: destination.To("sip:a@b"), Label: "desk"}, noon)
	},
	did.Reprice:   func(d did.DID) (did.Move, error) { return d.AgreeOn(did.NextPrice{Change: "c"}, noon) },
	did.KeepPrice: func(d did.DID) (did.Move, error) { return d.KeepPrice(noon) },
	did.PortOut:   func(d did.DID) (did.Move, error) { return d.LeaveCarrier(noon) },
	did.Postpone:  func(d did.DID) (did.Move, error) { return d.PostponeUntil(d.NextAt.Add(time.Hour), noon) },
	did.Reclaim: func(d did.DID) (did.Move, error) {
		return did.TakeBack(d, "alice", offer, "r2", noon, time.UTC)
	},
}

var states = []did.State{
	did.None, did.Held, did.Assigned, did.PastDue, did.Suspended, did.PendingRelease, did.Aging, did.PortedOut,
	did.Withheld,
}

// TestRentalsMove tries every move from every state: a move is made exactly
// from the states in the design's table, and leads to the state in that table.
func TestRentalsMove(t *testing.T) {
	legal := map[did.Event]map[did.State]did.State{
		did.Renew:   {did.Assigned: did.Assigned, did.PastDue: did.Assigned, did.Suspended: did.Assigned},
		did.Unpaid:  {did.Assigned: did.PastDue},
		did.Suspend: {did.PastDue: did.Suspended},
		did.Cancel:  {did.Assigned: did.PendingRelease},
		did.GiveUp:  {did.PastDue: did.Aging, did.Suspended: did.Aging},
		did.Restore: {did.PendingRelease: did.Assigned},
		did.Age:     {did.PendingRelease: did.Aging, did.Suspended: did.Aging},
		did.Reclaim: {did.Aging: did.Assigned},
		did.Free:    {did.Aging: did.None},
		did.Postpone: {
			did.Assigned: did.Assigned, did.PastDue: did.PastDue, did.Suspended: did.Suspended,
			did.PendingRelease: did.PendingRelease, did.Aging: did.Aging,
		},
		did.PortOut: {
			did.Assigned: did.PortedOut, did.PastDue: did.PortedOut, did.Suspended: did.PortedOut,
			did.PendingRelease: did.PortedOut,
		},
		did.Edit: {
			did.Assigned: did.Assigned, did.PastDue: did.PastDue, did.Suspended: did.Suspended,
			did.PendingRelease: did.PendingRelease,
		},
		did.Reprice: {did.Assigned: did.Assigned, did.PastDue: did.PastDue, did.Suspended: did.Suspended},
		did.KeepPrice: {
			did.Assigned: did.Assigned, did.PastDue: did.PastDue, did.Suspended: did.Suspended,
			did.PendingRelease: did.PendingRelease,
		},
	}
	for event, make := range makes {
		for _, from := range states {
			m, err := make(rental(from, 2))
			to, allowed := legal[event][from]
			switch {
			case allowed && (err != nil || m.To.State != to):
				t.Errorf("%s from %q: %q, %v; want %q", event, from, m.To.State, err, to)
			case !allowed && !errors.Is(err, did.ErrIllegalMove):
				t.Errorf("%s from %q: %v, want an illegal move", event, from, err)
			}
		}
	}
	holds := []did.Event{did.Hold, did.Extend, did.Remove, did.Lapse, did.Checkout, did.Withhold, did.Return, did.Adopt,
		did.Allocate, did.Reserve, did.Submit, did.Unreserve, did.Fulfil} // TestHolds
	for _, event := range did.Events() {
		if makes[event] == nil && !slices.Contains(holds, event) {
			t.Errorf("%s is not tested", event)
		}
	}
}

// TestStaleMoves: a move that was decided on an item that changed since is refused.
func TestStaleMoves(t *testing.T) {
	for event, make := range makes {
		for _, from := range event.From() {
			m, err := make(rental(from, 2))
			if err != nil {
				t.Fatal(err)
			}
			if !m.Allows(rental(from, 2)) {
				t.Errorf("%s from %q is not allowed on the item that it was decided on", event, from)
			}
			changed := map[string]func(*did.DID){
				"another rental": func(d *did.DID) { d.RentalID, d.Customer, d.Ver = "other", "bob", 99 },
				"another state":  func(d *did.DID) { d.State = did.PortedOut },
			}
			switch event {
			case did.Renew, did.Unpaid, did.Suspend, did.GiveUp, did.Age:
				changed["another period"] = func(d *did.DID) { d.Period++ }
				if event == did.Renew {
					changed["another price"] = func(d *did.DID) { d.NextPrice.Change = "c" }
				}
			case did.Cancel, did.Edit, did.Postpone, did.Reprice, did.KeepPrice:
				changed["another version"] = func(d *did.DID) { d.Ver++ }
			case did.Restore, did.Reclaim:
				changed["too late"] = func(d *did.DID) { d.NextAt = noon }
			case did.Free:
				changed["too early"] = func(d *did.DID) { d.NextAt = d.NextAt.Add(1) }
			}
			for what, change := range changed {
				d := rental(from, 2)
				if change(&d); m.Allows(d) {
					t.Errorf("%s from %q is allowed on %s", event, from, what)
				}
			}
		}
	}
}

func TestPaidKeepsTheAnchor(t *testing.T) {
	for period, end := range map[int]string{1: "2026-03-31", 2: "2026-04-30", 5: "2026-07-31", 13: "2027-03-31"} {
		d := rental(did.Suspended, 0)
		d.SuspendedAt = noon
		m, err := d.Paid(period, noon, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		got := m.To.PeriodEnd.Format(time.DateOnly)
		at := fmt.Sprintf("period %d", period)
		wanttest.Equal(t, at+": end", got, end)
		wanttest.Diff(t, at+": anchor", m.To.Anchor, noon)
		wanttest.Diff(t, at+": next event", m.To.NextAt, m.To.PeriodEnd)
		wanttest.True(t, at+": no suspension is left", m.To.SuspendedAt.IsZero())
	}
}

func TestMinimumTerm(t *testing.T) {
	for _, tc := range []struct {
		days, period int
		first        string // "" = may be cancelled
	}{
		{0, 0, ""},
		{28, 0, ""}, // 31 January to 28 February
		{29, 0, "2026-03-31"},
		{59, 0, "2026-03-31"},
		{59, 1, ""},
		{60, 1, "2026-04-30"},
		{365, 0, "2027-01-31"},
		{365, 10, "2027-01-31"},
		{365, 11, ""},
	} {
		d := rental(did.Assigned, tc.period)
		d.Terms.MinTermDays = tc.days
		m, err := d.CancelAtEnd(d.PeriodStart, time.UTC)
		var term *did.MinimumTerm
		switch {
		case tc.first == "" && (err != nil || !m.To.NextAt.Equal(d.PeriodEnd)):
			t.Errorf("%+v: %v", tc, err)
		case tc.first != "" && (!errors.As(err, &term) || term.First.Format(time.DateOnly) != tc.first):
			t.Errorf("%+v: %v", tc, err)
		}
	}
}

func TestReclaimBeginsAnew(t *testing.T) {
	d := rental(did.Aging, 4)
	d.Label, d.Tags, d.SuspendedAt = "desk", []string{"a"}, noon
	today := offer
	today.Terms.Interval = pricing.Interval{Unit: pricing.Week, Count: 1}
	now := d.NextAt.Add(-time.Hour)
	m, err := did.TakeBack(d, "alice", today, "r2", now, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	to := m.To
	wanttest.Equal(t, "rental id", to.RentalID, "r2")
	wanttest.Equal(t, "period", to.Period, 0)
	wanttest.Diff(t, "anchor", to.Anchor, now)
	wanttest.Diff(t, "period end", to.PeriodEnd, now.AddDate(0, 0, 7))
	wanttest.Equal(t, "label", to.Label, "desk")
	wanttest.True(t, "no suspension is left", to.SuspendedAt.IsZero())
	if _, err := did.TakeBack(d, "bob", today, "r2", now, time.UTC); !errors.Is(err, did.ErrIllegalMove) {
		t.Errorf("by another customer: %v", err)
	}
}

// The first charge of an adopted rental is for the time after the paid one, with
// months of any length.
func TestTakenOverIsPaidUntil(t *testing.T) {
	paid := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	d := did.TakeOver("acme", "alice", number, offer, "r", paid, "UTC", noon.Add(-24*time.Hour)).To
	wanttest.Equal(t, "period", d.Period, -1)
	wanttest.Diff(t, "next event", d.NextAt, paid)
	wanttest.Diff(t, "period end", d.PeriodEnd, paid)
	for k, want := range []string{"2026-01-31", "2026-02-28", "2026-03-31"} {
		if got := d.Terms.Due(d.Anchor, k, time.UTC).Format(time.DateOnly); got != want {
			t.Errorf("period %d begins on %s, want %s", k, got, want)
		}
	}
	first, err := d.Paid(d.Period+1, paid, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "period of the first charge", first.To.Period, 0)
	wanttest.Diff(t, "start of the first charge's period", first.To.PeriodStart, paid)
}
