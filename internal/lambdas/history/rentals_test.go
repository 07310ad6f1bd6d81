package history_test

import (
	"slices"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
	"didpurchase/internal/wanttest"
)

// TestLogOfRentals: the log has each step that changed a row, from the purchase to
// the end; a hold and a renewal in time change none.
func TestLogOfRentals(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	var d did.DID
	at := noon
	for _, decide := range []func() (did.Move, error){
		func() (did.Move, error) {
			return did.HoldFor("acme", "alice", number, "h", at.Add(time.Hour), offer, at), nil
		},
		func() (did.Move, error) { return did.Assign(d, "r", at, time.UTC) },
		func() (did.Move, error) { return d.Paid(1, at, time.UTC) },
		func() (did.Move, error) { return d.Edited(did.Settings{Tags: []string{"vip"}}, at) },
		func() (did.Move, error) { return d.StartGrace(time.Hour, at) },
		func() (did.Move, error) { return d.SuspendUntil(at.Add(time.Hour), at) },
		func() (did.Move, error) { return d.AgeUntil(at, at) },
		func() (did.Move, error) { return d.FreeNow(at) },
	} {
		at = at.Add(time.Second)
		m, err := decide()
		wanttest.Equal(t, "error", err, nil)
		_, err = recorder.Move(t.Context(), m)
		wanttest.Equal(t, "error", err, nil)
		d, err = recorder.Store.DID(t.Context(), "acme", number)
		wanttest.Equal(t, "error", err, nil)
	}
	streamtest.Deliver(t, history.With(env, to(&queue{})), recorder.Records...)
	entries, err := recorder.Store.RentalChanges(t.Context(), ledger.Customer{Carrier: "acme", ID: "alice"}, time.Time{})
	wanttest.Equal(t, "error", err, nil)
	var versions []int
	for _, e := range entries {
		for _, c := range e.Changes {
			versions = append(versions, c.Ver)
		}
	}
	slices.Sort(versions)
	wanttest.Diff(t, "versions: the end, purchase, edit, grace, suspension, release", versions, []int{0, 2, 4, 5, 6, 7})
	wanttest.Diff(t, "the number", entries[0].Changes[0],
		rentals.Change{Digits: number.Digits(), Ver: entries[0].Changes[0].Ver})
}
