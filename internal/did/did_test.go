package did_test

import (
	"errors"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

const number = 442071234567

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	offer = did.Offer{Country: "GB", Area: "London", Terms: pricing.Terms{
		Package: "standard", Version: 1, Name: "Standard",
		Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}
)

func held(holdID string, until time.Time) did.DID {
	return did.DID{Carrier: "acme", Number: number, State: did.Held, Ver: 3, HoldID: holdID, Customer: "alice",
		Until: until, Offer: offer}
}

func another(holdID string, until time.Time) did.DID {
	d := held(holdID, until)
	d.Customer = "bob"
	return d
}

// TestHolds tests the moves of holds at the borders of their time.
func TestHolds(t *testing.T) {
	live, lastMoment, inGrace, lapsed := noon.Add(time.Minute), noon, noon.Add(-did.Grace),
		noon.Add(-did.Grace-time.Nanosecond)
	rented := did.DID{Carrier: "acme", Number: number, State: did.Assigned, HoldID: "mine", RentalID: "r"}
	befores := map[string]did.DID{
		"available":               {},
		"my hold":                 held("mine", live),
		"my hold's last moment":   held("mine", lastMoment),
		"my hold in grace":        held("mine", inGrace),
		"my lapsed hold":          held("mine", lapsed),
		"my earlier hold":         held("earlier", live),
		"my later hold":           held("nine", live),
		"my longer hold":          held("mine", live.Add(time.Millisecond)),
		"another's hold":          another("earlier", live),
		"another's hold in grace": another("earlier", inGrace),
		"another's lapsed hold":   another("earlier", lapsed),
		"my rental":               rented,
		"reserved for my order":   {Carrier: "acme", Number: number, State: did.Reserved, HoldID: "mine", Customer: "alice"},
		"reserved for another": {Carrier: "acme", Number: number, State: did.Reserved, HoldID: "theirs",
			Customer: "alice"},
		"withheld from everybody":  {Carrier: "acme", Number: number, State: did.Withheld},
		"aging after my old hold":  {Carrier: "acme", Number: number, State: did.Aging, HoldID: "mine"},
		"another's suspended line": {Carrier: "acme", Number: number, State: did.Suspended, HoldID: "theirs"},
	}
	allowed := map[did.Event][]string{
		did.Hold: {"available", "my earlier hold", "my hold", "my hold's last moment", "my hold in grace",
			"my lapsed hold", "another's lapsed hold"},
		did.Extend: {"my hold", "my hold's last moment"},
		did.Remove: {"my earlier hold", "my longer hold", "my hold", "my hold's last moment", "my hold in grace",
			"my lapsed hold"},
		did.Lapse:    {"my lapsed hold"},
		did.Checkout: {"my longer hold", "my hold", "my hold's last moment"},
		did.Withhold: {"available"},
		did.Return:   {"withheld from everybody"},
		did.Adopt:    {"available", "my lapsed hold", "another's lapsed hold"},
		did.Allocate: {"available", "my lapsed hold", "another's lapsed hold"},

		did.Reserve:   {"available", "my lapsed hold", "another's lapsed hold"},
		did.Submit:    {"my longer hold", "my hold", "my hold's last moment"},
		did.Unreserve: {"reserved for my order"},
		did.Fulfil:    {"reserved for my order"},
	}
	assigned := held("mine", live)
	checkout, err := did.Assign(assigned, "r", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	allocate, err := did.AllocateTo("acme", "alice", number, did.DID{}, offer, "r3", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	moves := map[did.Event]did.Move{
		did.Allocate: allocate,
		did.Hold:     did.HoldFor("acme", "alice", number, "mine", live, offer, noon),
		did.Extend:   did.ExtendHold("acme", number, "mine", live, noon),
		did.Remove:   did.RemoveHold("acme", "alice", number, "mine", noon),
		did.Lapse:    did.LapseHold("acme", "alice", number, "mine", noon),
		did.Checkout: checkout,
		did.Withhold: did.WithholdBy("acme", number, "job", noon),
		did.Return:   did.ReturnToSale("acme", number, noon),
		did.Adopt:    did.TakeOver("acme", "alice", number, offer, "r2", noon.Add(time.Hour), "UTC", noon),

		did.Reserve:   did.ReserveFor("acme", "alice", number, "mine", offer, noon),
		did.Submit:    did.SubmitFor(assigned, "order", noon),
		did.Unreserve: did.FreeReserved("acme", "alice", number, "mine", noon),
		did.Fulfil: did.Fulfilled(did.ReserveFor("acme", "alice", number, "mine", offer, noon).To, "r4", noon,
			noon, time.UTC),
	}
	for event := range moves {
		want := map[string]bool{}
		for _, name := range allowed[event] {
			want[name] = true
		}
		for name, before := range befores {
			if got := moves[event].Allows(before); got != want[name] {
				t.Errorf("%s when %s: allowed %v, want %v", event, name, got, want[name])
			}
		}
	}
}

func TestAssign(t *testing.T) {
	m, err := did.Assign(held("h", noon), "r", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	got := m.To
	wanttest.Equal(t, "state", got.State, did.Assigned)
	wanttest.Equal(t, "rental id", got.RentalID, "r")
	wanttest.Equal(t, "customer", got.Customer, "alice")
	wanttest.Equal(t, "incarnation", got.Incarnation(), "r")
	wanttest.True(t, "a rental has no end of a hold", got.Until.IsZero())
	end := time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)
	wanttest.Diff(t, "period start", got.PeriodStart, noon)
	wanttest.Diff(t, "period end", got.PeriodEnd, end)
	wanttest.Diff(t, "next event", got.NextAt, end)
	if got.Offer != offer {
		t.Errorf("offer %+v", got.Offer)
	}
	if _, err := did.Assign(held("h", noon.Add(-1)), "r", noon, time.UTC); !errors.Is(err, did.ErrIllegalMove) {
		t.Errorf("a hold that is over: %v", err)
	}
	if _, err := did.Assign(m.To, "r2", noon, time.UTC); !errors.Is(err, did.ErrIllegalMove) {
		t.Errorf("a rental: %v", err)
	}
}
