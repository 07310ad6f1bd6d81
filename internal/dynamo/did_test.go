package dynamo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/oklog/ulid/v2"
	"pgregory.net/rapid"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

const number e164.Number = 442071234567

var (
	noon  = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	terms = pricing.Terms{
		Package: "standard", Version: 1, Name: "Standard", Setup: usd("1"), Recurring: usd("2"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1}, MinTermDays: 30,
	}
	offer = did.Offer{Country: "GB", Area: "London", Type: e164.Geographic, Terms: terms}
)

func usd(n string) money.Amount { return money.MustParse(n, "USD") }

func newStore(t *testing.T) *dynamo.Store {
	t.Helper()
	_, table := dynamotest.New(t)
	return dynamo.New(dynamotest.Config(t), table)
}

func batch(changes ...commit.Change) commit.Batch {
	return commit.Batch{ID: ulid.Make().String(), Changes: changes}
}

// sameValue compares amounts and times by value.
var sameValue = cmp.Options{
	cmp.Comparer(money.Amount.Equal),
	cmp.Comparer(func(a, b money.Rate) bool { return a == b }),
	cmp.Comparer(func(a, b time.Time) bool { return a.Truncate(time.Millisecond).Equal(b.Truncate(time.Millisecond)) }),
}

// standing draws an item that some earlier move may have left.
func standing(t *rapid.T, now time.Time) did.DID {
	d := did.DID{Carrier: "acme", Number: number}
	d.State = rapid.SampledFrom([]did.State{
		did.None, did.Held, did.Held, did.Held, did.Assigned, did.PastDue, did.Suspended, did.PendingRelease, did.Aging,
		did.PortedOut, did.Withheld, did.Reserved,
	}).Draw(t, "state")
	if d.State == did.None {
		return d
	}
	d.Ver = rapid.IntRange(1, 1000).Draw(t, "ver")
	if d.State == did.Withheld {
		return d
	}
	d.HoldID, d.Customer, d.Offer = rapid.SampledFrom([]string{"earlier", "mine", "theirs"}).Draw(t, "hold"), "bob", offer
	if d.State == did.Reserved {
		return d
	}
	if d.State == did.Held {
		d.Customer = rapid.SampledFrom([]string{"alice", "bob"}).Draw(t, "holder")
		d.Until = now.Truncate(time.Millisecond).Add(time.Duration(rapid.IntRange(-10_000, 10_000).Draw(t,
			"until ms")) * time.Millisecond)
		if rapid.Bool().Draw(t, "long") {
			d.Until = d.Until.Add(15 * time.Minute)
		}
		return d
	}
	d.RentalID = "rental"
	d.Rental = did.Rental{
		Anchor: noon, Period: rapid.IntRange(0, 3).Draw(t, "period"), PeriodStart: noon, PeriodEnd: noon.Add(time.Hour),
		NextAt: noon.Add(time.Hour), AssignedAt: noon, Label: "front desk", Tags: []string{"a", "b"},
	}
	return d
}

// holdEvents are the events of holds, and of numbers without a rental.
var holdEvents = []did.Event{did.Hold, did.Extend, did.Remove, did.Lapse, did.Checkout, did.Withhold, did.Return,
	did.Adopt, did.Allocate, did.Reserve, did.Submit, did.Unreserve, did.Fulfil}

// moveTo returns a move of the event, by the holder of "mine".
func moveTo(t rapid.TB, event did.Event, now time.Time) did.Move {
	until := now.Add(15 * time.Minute)
	switch event {
	case did.Hold:
		return did.HoldFor("acme", "alice", number, "mine", until, offer, now)
	case did.Reserve:
		return did.ReserveFor("acme", "alice", number, "mine", offer, now)
	case did.Submit:
		return did.SubmitFor(did.HoldFor("acme", "alice", number, "mine", until, offer, now).To, "order", now)
	case did.Unreserve:
		return did.FreeReserved("acme", "alice", number, "mine", now)
	case did.Fulfil:
		reserved := did.ReserveFor("acme", "alice", number, "mine", offer, now).To
		return did.Fulfilled(reserved, "rental", noon, now, time.UTC)
	case did.Extend:
		return did.ExtendHold("acme", number, "mine", until, now)
	case did.Remove:
		return did.RemoveHold("acme", "alice", number, "mine", now)
	case did.Lapse:
		return did.LapseHold("acme", "alice", number, "mine", now)
	case did.Checkout:
		held := did.HoldFor("acme", "alice", number, "mine", until, offer, now).To
		m, err := did.Assign(held, "rental", now, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		return m
	case did.Withhold:
		return did.WithholdBy("acme", number, "job", now)
	case did.Return:
		return did.ReturnToSale("acme", number, now)
	case did.Adopt:
		return did.TakeOver("acme", "alice", number, offer, "rental", until, "UTC", now)
	case did.Allocate:
		move, err := did.AllocateTo("acme", "alice", number, did.DID{}, offer, "rental", now, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		return move
	default:
		t.Fatalf("no move for %q: say here how it is made", event)
		return did.Move{}
	}
}

// TestDatabaseAgreesWithTableOfMoves compares did's table of moves with the
// database's conditions: for items that any move may have left, and for holds at
// every border of their time.
func TestDatabaseAgreesWithTableOfMoves(t *testing.T) {
	t.Parallel()
	for _, event := range holdEvents {
		t.Run(string(event), func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			rapid.Check(t, func(t *rapid.T) {
				now := noon.Add(time.Duration(rapid.IntRange(0, 999_999).Draw(t, "ns")))
				agree(t, store, standing(t, now), moveTo(t, event, now))
			})
			for _, until := range []time.Duration{-did.Grace, 0} {
				for _, off := range []time.Duration{-time.Millisecond, 0, time.Millisecond} {
					for _, ns := range []time.Duration{0, 1, 999_999} {
						for holdID, holder := range map[string]string{"earlier": "alice", "mine": "alice", "nine": "alice",
							"theirs": "bob"} {
							held := did.DID{
								Carrier: "acme", Number: number, State: did.Held, Ver: 7, HoldID: holdID, Customer: holder,
								Until: noon.Add(until + off), Offer: offer,
							}
							agree(t, store, held, moveTo(t, event, noon.Add(ns)))
						}
					}
				}
			}
		})
	}
}

// agree writes the item before and commits the move. The database must decide as
// the domain does, and write or return the item accordingly.
func agree(t rapid.TB, store *dynamo.Store, before did.DID, move did.Move) {
	t.Helper()
	ctx := context.Background()
	if err := store.Rewrite(ctx, before); err != nil {
		t.Fatal(err)
	}
	err := store.Commit(ctx, batch(move))
	found, readErr := store.DIDs(ctx, "acme", []e164.Number{number})
	if readErr != nil {
		t.Fatal(readErr)
	}
	wanted := before
	if before.State == did.None {
		wanted = did.DID{}
	}
	var refused *commit.Refused
	switch {
	case move.Allows(before):
		wanted = expected(before, move)
		if err != nil {
			t.Fatalf("%s of %+v at %v is allowed: %v", move.Event, before, move.At, err)
		}
	case !errors.As(err, &refused):
		t.Fatalf("%s of %+v at %v is not allowed: %v", move.Event, before, move.At, err)
	default:
		if diff := cmp.Diff(wanted, refused.Refusals[0].Current, sameValue); diff != "" {
			t.Fatalf("the refusal's item differs:\n%s", diff)
		}
	}
	if diff := cmp.Diff(wanted, found[number], sameValue); diff != "" {
		t.Fatalf("%s of %+v leaves another item:\n%s", move.Event, before, diff)
	}
}

// allows writes the item before: the database must write the move.
func allows(t rapid.TB, store *dynamo.Store, before did.DID, move did.Move) {
	t.Helper()
	if err := store.Rewrite(context.Background(), before); err != nil {
		t.Fatal(err)
	}
	if err := store.Commit(context.Background(), batch(move)); err != nil {
		t.Fatalf("%s of %+v at %v is allowed: %v", move.Event, before, move.At, err)
	}
}

// expected returns the item after a move: its written attributes over the
// earlier ones.
func expected(before did.DID, m did.Move) did.DID {
	if m.To.State == did.None {
		return did.DID{}
	}
	after := m.To
	if m.Event == did.Extend {
		after = before
		after.Until = m.To.Until
	}
	after.Ver, after.MovedAt = before.Ver+1, m.At
	return after
}

// TestTimersAndOwners: a hold is on no index, a rental on both.
func TestTimersAndOwners(t *testing.T) {
	t.Parallel()
	store, ctx := newStore(t), t.Context()
	hold := did.HoldFor("acme", "alice", number, "h", noon.Add(time.Minute), offer, noon)
	if err := store.Commit(ctx, batch(hold)); err != nil {
		t.Fatal(err)
	}
	raw, err := store.RawDID(ctx, "acme", number)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"duePK", "nextAt", "owner"} {
		if value, ok := raw[name]; ok {
			t.Errorf("a held DID has %s = %v", name, value)
		}
	}
	assign, err := did.Assign(hold.To, "r", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Commit(ctx, batch(assign)); err != nil {
		t.Fatal(err)
	}
	if raw, err = store.RawDID(ctx, "acme", number); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"pk": "DID#acme#44207123", "sk": "442071234567", "state": "assigned", "ver": 2.0, "holdId": "h", "rentalId": "r",
		"carrier": "acme", "customer": "alice", "owner": "OWNER#acme#alice", "duePK": raw["duePK"],
		"nextAt": "2026-02-28T12:00:00.000Z",
		"began":  "t9q9c0|t9q9c0|UTC|month|1|0|0|geographic|GB|standard|London",
		"anchor": "2026-01-31T12:00:00.000Z", "period": 0.0, "start": "2026-01-31T12:00:00.000Z",
		"end":   "2026-02-28T12:00:00.000Z",
		"since": "2026-01-31T12:00:00.000Z", "zone": "UTC", "at": "2026-01-31T12:00:00.000Z",
		"offer": map[string]any{
			"pkg": "standard", "v": 1.0, "name": "Standard", "nrc": "1.00 USD", "mrc": "2.00 USD", "unit": "month", "n": 1.0,
			"min": 30.0,
			"cc":  "GB", "area": "London", "type": "geographic",
		},
	}
	if diff := cmp.Diff(want, raw); diff != "" {
		t.Error(diff)
	}
	if raw["duePK"] == nil || len(raw["duePK"].(string)) != len("DUE#00") {
		t.Errorf("duePK = %v", raw["duePK"])
	}
}
