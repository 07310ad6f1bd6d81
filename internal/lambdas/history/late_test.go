package history_test

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

// A hold that was written more than a minute after its line is sent to the worker:
// the line may be gone. An extension or a release is not a new hold.
func TestAHoldThatCameLateIsLookedAt(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	at := func(s int) time.Time { return noon.Add(time.Duration(s) * time.Second) }
	alices, bobs, hers := commit.NewID(noon), commit.NewID(at(1000)), commit.NewID(at(2000))
	for _, step := range []struct {
		recorded int // seconds after noon
		move     did.Move
	}{
		{59, did.HoldFor("acme", "alice", number, alices, at(900), offer, at(0))},
		{600, did.ExtendHold("acme", number, alices, at(950), at(600))},
		{1000, did.HoldFor("acme", "bob", number, bobs, at(1900), offer, at(1000))},
		{2180, did.HoldFor("acme", "alice", number, hers, at(2900), offer, at(2000))}, // late
		{2200, did.RemoveHold("acme", "alice", number, hers, at(2200))},
		{9000, did.HoldFor("acme", "alice", number, hers, at(2900), offer, at(2000))}, // late
	} {
		err := recorder.Item(t.Context(), "DID#acme#"+number.Block().Digits(), number.Digits(), at(step.recorded),
			func() error {
				return recorder.Store.Commit(t.Context(), commit.Batch{ID: commit.NewID(noon), Changes: []commit.Change{step.move}})
			})
		if err != nil {
			t.Fatal(err)
		}
	}
	var renewals queue
	handler := history.With(env, history.Queues{Events: &queue{}, Renewals: &renewals})
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "")
	wanttest.Equal(t, "messages", len(renewals.bodies), 2)
	for _, body := range renewals.bodies {
		var message renewal.Message
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			t.Fatal(err)
		}
		wanttest.Diff(t, "message", message, renewal.Message{Carrier: "acme", Customer: "alice", Late: []e164.Number{number}})
	}
	broken := history.With(env, history.Queues{Events: &queue{}, Renewals: &queue{broken: true}})
	wanttest.Equal(t, "record to go on from without the queue", streamtest.Deliver(t, broken, recorder.Records...),
		strconv.Itoa(4))
}
