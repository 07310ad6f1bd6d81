package dynamo_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
)

// several is a route that does not fit into one attribute.
var several = destination.Route{
	Targets: []destination.Target{{URI: "sip:a@b", Priority: 1}, {URI: "+442079460000", Priority: 2},
		{URI: "sip:c@d", Priority: 2}},
	MaxChannels: 30,
}

// A route is the same after it was stored. One target of priority 1 is the
// attribute dest alone, as in items from before there were several.
func TestRouteIsKept(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	store := dynamo.New(dynamotest.Config(t), table)
	rapid.Check(t, func(rt *rapid.T) {
		target := rapid.Custom(func(t *rapid.T) destination.Target {
			return destination.Target{URI: rapid.StringMatching(`sip:[a-z]{1,3}@x`).Draw(t, "uri"),
				Priority: rapid.IntRange(1, 3).Draw(t, "priority")}
		})
		want := did.DID{Carrier: "acme", Number: 442071234567, State: did.Assigned, RentalID: "r", Customer: "bob", Ver: 1,
			Offer: offer}
		want.Route = destination.Route{
			Targets:     rapid.SliceOfN(target, 0, 3).Draw(rt, "targets"),
			MaxChannels: rapid.IntRange(0, 2).Draw(rt, "channels"),
		}
		if err := store.Rewrite(t.Context(), want); err != nil {
			rt.Fatal(err)
		}
		found, err := store.DIDs(t.Context(), "acme", []e164.Number{want.Number})
		if err != nil {
			rt.Fatal(err)
		}
		if got := found[want.Number].Route; !got.Equal(want.Route) {
			rt.Fatalf("got %+v, want %+v", got, want.Route)
		}
	})
	old := did.DID{Carrier: "acme", Number: 442071234567, State: did.Assigned, RentalID: "r", Offer: offer,
		Rental: did.Rental{Route: destination.To("sip:a@b")}}
	if err := store.Rewrite(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	raw, err := store.RawDID(t.Context(), "acme", old.Number)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{"dest": raw["dest"], "targets": raw["targets"], "channels": raw["channels"]}
	if diff := cmp.Diff(map[string]any{"dest": "sip:a@b", "targets": nil, "channels": nil}, got); diff != "" {
		t.Error(diff)
	}
}
