package history_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/wanttest"
)

// Only changes that matter to a switch are in the feed: no holds, renewals or
// labels. Versions grow, even when the number is rented again.
func TestFeed(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	var d did.DID
	at := noon
	step := func(decide func() (did.Move, error)) {
		t.Helper()
		at = at.Add(time.Second)
		m, err := decide()
		if err != nil {
			t.Fatal(err)
		}
		if moved, err := recorder.Move(t.Context(), m); err != nil || !moved {
			t.Fatalf("%s: moved %v, %v", m.Event, moved, err)
		}
		if d, err = recorder.Store.DID(t.Context(), "acme", number); err != nil {
			t.Fatal(err)
		}
	}
	settings := did.Settings{Route: destination.To("sip:a@x")}
	for range 2 {
		step(func() (did.Move, error) {
			return did.HoldFor("acme", "alice", number, at.String(), at.Add(time.Hour), offer, at), nil
		})
		step(func() (did.Move, error) { return did.Assign(d, at.String(), at, time.UTC) })
		step(func() (did.Move, error) { return d.Edited(settings, at) })
		step(func() (did.Move, error) { return d.Edited(did.Settings{Route: settings.Route, Label: "desk"}, at) })
		step(func() (did.Move, error) { return d.Paid(1, at, time.UTC) })
		step(func() (did.Move, error) { return d.StartGrace(time.Hour, at) })
		step(func() (did.Move, error) { return d.SuspendUntil(at.Add(time.Hour), at) })
		step(func() (did.Move, error) { return d.AgeUntil(at, at) })
		step(func() (did.Move, error) { return d.FreeNow(at) })
	}
	streamtest.Deliver(t, history.With(env, to(&queue{})), recorder.Records...)
	entries, err := recorder.Store.FeedOf(t.Context(), "acme", noon, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	returned := map[string]string{} // by version
	for _, e := range entries {
		returned[e.Version] = string(e.Status) + " " + e.Route.First() + " " + e.Customer
	}
	want := map[string]string{}
	for _, began := range []string{"20260131T120002.000", "20260131T120011.000"} {
		for version, text := range map[string]string{
			".0000000002": "active  alice", ".0000000003": "active sip:a@x alice", ".0000000006": "past_due sip:a@x alice",
			".0000000007": "suspended sip:a@x alice", ".0000000008": "not_rented  ",
		} {
			want[began+version] = text
		}
	}
	if diff := cmp.Diff(want, returned); diff != "" {
		t.Error(diff)
	}
}

// The numbers of an order are in few items of the feed, because a write unit for
// each would double the costs of the history. An entry of another customer is in
// another item.
func TestAnOrderIsFewItemsOfTheFeed(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	const ordered = 40
	buy := func(customer string, n e164.Number) {
		held := did.DID{Carrier: "acme", Number: n, State: did.Held, HoldID: "01H", Customer: customer,
			Until: noon.Add(time.Hour), Offer: offer}
		assigned, err := did.Assign(held, "01R", noon, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range []did.Move{did.HoldFor("acme", customer, n, "01H", held.Until, offer, noon), assigned} {
			if moved, err := recorder.Move(t.Context(), m); err != nil || !moved {
				t.Fatalf("%s: moved %v, %v", m.Event, moved, err)
			}
		}
	}
	for i := range e164.Number(ordered) {
		buy("alice", number+i)
	}
	buy("bob", number+ordered)
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&queue{})), recorder.Records...),
		"")
	entries, err := recorder.Store.FeedOf(t.Context(), "acme", noon, "", 100)
	if err != nil {
		t.Fatal(err)
	}
	returned, items := map[e164.Number]string{}, map[string]bool{}
	for _, e := range entries {
		returned[e.Number], items[e.Position] = e.Customer, true
	}
	wanttest.Equal(t, "numbers", len(returned), ordered+1)
	wanttest.Equal(t, "customer of the last", returned[number+ordered], "bob")
	wanttest.Equal(t, "items", len(items), 4)
	page, err := recorder.Store.FeedOf(t.Context(), "acme", noon, "", 20)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.True(t, "a page ends with an item", len(page) >= 20 && len(page) < ordered &&
		entries[len(page)].Position != page[len(page)-1].Position)
}
