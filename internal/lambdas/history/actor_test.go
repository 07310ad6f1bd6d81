package history_test

import (
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// Each step and each event has its actor. A deletion leaves no item with the actor:
// timers free numbers after quarantine and lapsed holds, and a customer empties the
// cart.
func TestActorsOfSteps(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	bob := auth.Actor{Kind: auth.ByUser, ID: "bob", Name: "Bob"}
	program := auth.Actor{Kind: auth.ByKey, ID: "01K", Name: "shop"}
	until := noon.Add(time.Minute)
	early := []did.Move{
		did.HoldFor("acme", "bob", number, "01A", until, offer, noon),
		did.RemoveHold("acme", "bob", number, "01A", noon),
		did.HoldFor("acme", "bob", number, "01B", until, offer, noon),
		did.LapseHold("acme", "bob", number, "01B", until.Add(time.Minute)),
	}
	bought := life(t)
	moves := append(early, bought...)
	by := []auth.Actor{bob, bob, program, auth.Renewals, bob, program, bob, auth.Renewals, auth.Renewals, auth.Renewals,
		auth.Renewals, bob, bob, bob, auth.Renewals, auth.Renewals}
	for i, m := range moves {
		if moved, err := recorder.Move(auth.ActingAs(t.Context(), by[i]), m); err != nil || !moved {
			t.Fatalf("%d %s: moved %v, %v", i, m.Event, moved, err)
		}
	}
	var q queue
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&q)), recorder.Records...), "")
	steps, err := recorder.Store.History(t.Context(), "acme", number)
	if err != nil {
		t.Fatal(err)
	}
	var actors []auth.Actor
	for _, s := range steps {
		actors = append(actors, s.By)
	}
	by[1] = auth.Actor{} // a removal that the cart does not know any more
	wanttest.Diff(t, "actors of the steps", actors, by)
	var ends []did.Release
	for _, s := range steps {
		if s.From != did.Aging && s.To == did.Aging {
			ends = append(ends, did.Release{Number: number, At: s.At, Customer: "bob"})
		}
	}
	released, _, err := recorder.Store.Releases(t.Context(), "acme", ends[0].At.Format("2006-01"), shop.Page{Limit: 10})
	wanttest.Equal(t, "error of the releases", err, nil)
	wanttest.Diff(t, "releases of the month", released, ends[:1])
	wanttest.Diff(t, "changes of the edit", steps[6].Changes, []did.Difference{{Field: "label", New: "desk"}})
	wanttest.Diff(t, "changes of the renewal", steps[7].Changes, []did.Difference{{Field: "period", Old: "0", New: "1"}})
	wanttest.Diff(t, "actor of the first event", q.sent(t)[0].Actor, &event.ActorRef{Kind: "api_key", ID: "01K"})
}
