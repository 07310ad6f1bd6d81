package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/event"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// The disabling of a webhook is one event of its owner; its earlier failures and
// later edits are not.
func TestADisabledWebhookIsAnEvent(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	w := webhook.Webhook{Owner: webhook.Owner{Carrier: "acme", ID: "alice"}, ID: "01W", Ver: 1,
		URL: "https://example.com/", Events: []string{"*"}, Enabled: true}
	put := func(seen int) func() error {
		return func() error { return recorder.Store.PutWebhook(t.Context(), w, seen) }
	}
	health := func() error { return recorder.Store.PutHealth(t.Context(), w) }
	step := func(write func() error) {
		t.Helper()
		if err := recorder.Item(t.Context(), "HOOK#acme#alice", "01W", noon, write); err != nil {
			t.Fatal(err)
		}
	}
	step(put(0))
	w.FailingSince = noon.Add(-72 * time.Hour)
	step(health)
	w.Enabled, w.Disabled = false, "it failed for three days"
	step(health)
	w.Ver, w.Events = 2, []string{"did.*"}
	step(put(1))
	var q queue
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&q)), recorder.Records...), "")
	all := q.sent(t)
	wanttest.Diff(t, "events", types(all), []event.Type{event.HookDisabled})
	wanttest.Equal(t, "customer", all[0].Customer, "alice")
	data, err := json.Marshal(all[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Contains(t, "data", string(data), `"reason":"it failed for three days"`)
	wanttest.Equal(t, "kind of the item", dynamo.KindOf("HOOK#acme#alice", "01W"), dynamo.WebhookItem)
	wanttest.Equal(t, "kind of a place for a delivery", dynamo.KindOf("HOOKSLOT#acme#01W", "0"), dynamo.OtherItem)
}
