package dynamo_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/did"
)

// rentalMoves has, for each move of a rental, the function that makes it from the
// item that was read.
var rentalMoves = map[did.Event]func(d did.DID) (did.Move, error){
	did.Renew:   func(d did.DID) (did.Move, error) { return d.Paid(d.Period+2, noon, time.UTC) },
	did.Unpaid:  func(d did.DID) (did.Move, error) { return d.StartGrace(3*time.Hour, noon) },
	did.Suspend: func(d did.DID) (did.Move, error) { return d.SuspendUntil(noon.Add(3*time.Hour), noon) },
	did.Cancel:  func(d did.DID) (did.Move, error) { return d.CancelAtEnd(noon, time.UTC) },
	did.GiveUp:  func(d did.DID) (did.Move, error) { return d.GiveUpUnpaid(noon.Add(3*time.Hour), noon) },
	did.Restore: func(d did.DID) (did.Move, error) { return d.TakeCancellationBack(noon) },
	did.Age:     func(d did.DID) (did.Move, error) { return d.AgeUntil(noon.Add(3*time.Hour), noon) },
	did.Free:    func(d did.DID) (did.Move, error) { return d.FreeNow(d.NextAt) },
	did.Edit: func(d did.DID) (did.Move, error) {
		return d.Edited(did.Settings{Route: several, Tags: []string{"x"}}, noon)
	},
	did.Reprice:   func(d did.DID) (did.Move, error) { return d.AgreeOn(dearer, noon) },
	did.KeepPrice: func(d did.DID) (did.Move, error) { return d.KeepPrice(noon) },
	did.PortOut:   func(d did.DID) (did.Move, error) { return d.LeaveCarrier(noon) },
	did.Postpone:  func(d did.DID) (did.Move, error) { return d.PostponeUntil(noon.Add(3*time.Hour), noon) },
	did.Reclaim:   func(d did.DID) (did.Move, error) { return did.TakeBack(d, "bob", offer, "rental2", noon, time.UTC) },
}

// staleness lists differences between the item that a move was decided on and
// the current one.
var staleness = []func(*did.Move){
	func(*did.Move) {},
	func(m *did.Move) { m.RentalID = "other" },
	func(m *did.Move) { m.Period++ },
	func(m *did.Move) { m.Ver++ },
	func(m *did.Move) { m.Change = "another" },
	func(m *did.Move) { m.Change = "" },
	func(m *did.Move) { m.At = m.At.Add(-time.Nanosecond) },
	func(m *did.Move) { m.At = noon.Add(time.Hour) },
	func(m *did.Move) { m.At = noon.Add(time.Hour - time.Nanosecond) },
	func(m *did.Move) {
		if m.Event == did.Reclaim {
			m.To.Customer = "alice"
		}
	},
}

// dearer is a price that holds from the period after the next.
var dearer = did.NextPrice{Change: "change", Version: 2, Name: "Standard", Recurring: usd("3"),
	From: noon.AddDate(0, 2, 0)}

// rented draws a rental without a minimum term.
func rented(t *rapid.T, state did.State) did.DID {
	d := did.DID{
		Carrier: "acme", Number: number, State: state, Ver: rapid.IntRange(1, 9).Draw(t, "ver"),
		HoldID: "h", RentalID: "rental", Customer: "bob", Offer: offer,
	}
	d.Terms.MinTermDays = 0
	d.Rental = did.Rental{
		Anchor: noon, Period: rapid.IntRange(0, 3).Draw(t, "period"), PeriodStart: noon, PeriodEnd: noon.Add(time.Hour),
		NextAt: noon.Add(time.Hour), AssignedAt: noon, Label: "front desk", Tags: []string{"a", "b"},
	}
	if rapid.Bool().Draw(t, "next price") {
		d.NextPrice = dearer
	}
	if state == did.Suspended {
		d.SuspendedAt = noon
	}
	return d
}

// TestDatabaseAgreesOnRentals compares did's table of moves with the database's
// conditions for rentals: for fresh moves and stale ones, on the state that was
// read and on every other.
func TestDatabaseAgreesOnRentals(t *testing.T) {
	t.Parallel()
	for event, make := range rentalMoves {
		t.Run(string(event), func(t *testing.T) {
			t.Parallel()
			store := newStore(t)
			rapid.Check(t, func(t *rapid.T) {
				seen := rented(t, rapid.SampledFrom(event.From()).Draw(t, "seen"))
				move, err := make(seen)
				if err != nil {
					t.Fatal(err)
				}
				if rapid.Bool().Draw(t, "fresh") {
					agree(t, store, seen, move)
					return
				}
				stored, same := standing(t, noon), rapid.Bool().Draw(t, "same item")
				if same {
					stored = seen
				}
				rapid.SampledFrom(staleness).Draw(t, "stale")(&move)
				// attributes that the move does not write stay as they are, and
				// differ from To
				if !same && move.Allows(stored) {
					allows(t, store, stored, move)
					return
				}
				agree(t, store, stored, move)
			})
		})
	}
	for _, event := range did.Events() {
		if rentalMoves[event] == nil && !slices.Contains(holdEvents, event) {
			t.Errorf("no test makes a move of %s", event)
		}
	}
}
