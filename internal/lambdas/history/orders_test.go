package history_test

import (
	"encoding/json"
	"testing"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/edits"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// A large order is worked on as soon as it is placed or cancelled; a worker's own
// writes send nothing. Without the queue it is left to the sweep.
func TestALargeOrderIsWorkedOnAtOnce(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	order := shop.Order{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, ID: "01ORDER", Number: "alice-1", Status: shop.Reserving,
		Total: money.Zero("USD"), CreatedAt: noon,
		Large: &shop.Large{Wanted: shop.Wanted{Quantity: 200, MaxTotal: money.Zero("USD")}, NextAt: noon},
	}
	for _, change := range []func(*shop.Order){
		func(*shop.Order) {}, // placed
		func(o *shop.Order) { o.Large.Reserved = 90 },
		func(o *shop.Order) { // waits for an approval, and is declined
			o.Status, o.Large.Approval, o.Large.Deadline = shop.AwaitingApproval, &shop.Approval{Total: money.Zero("USD")}, noon
		},
		func(o *shop.Order) {
			o.Status, o.Large.DecidedBy = shop.Releasing, auth.Actor{Kind: auth.ByUser, ID: "olive"}
		},
		func(o *shop.Order) { o.Large.Done = 1 },
		func(o *shop.Order) { o.Status = shop.Rejected },
	} {
		large := *order.Large
		order.Large = &large
		change(&order)
		order.Large.Ver++
		err := recorder.Item(t.Context(), "CUSTOMER#acme#alice", "ORDER#01ORDER", noon, func() error {
			return recorder.Store.Commit(t.Context(), commit.Batch{ID: commit.NewID(noon),
				Changes: []commit.Change{shop.OrderUpdate{SeenVer: order.Large.Ver - 1, To: order}}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var renewals, events queue
	handler := history.With(env, history.Queues{Events: &events, Renewals: &renewals})
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "")
	wanttest.Equal(t, "messages", len(renewals.bodies), 2)
	wanttest.Equal(t, "events", len(events.bodies), 2)
	for _, body := range renewals.bodies {
		var message renewal.Message
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			t.Fatal(err)
		}
		wanttest.Diff(t, "message", message, renewal.Message{Carrier: "acme", Customer: "alice", Orders: []string{"01ORDER"}})
	}
	broken := history.With(env, history.Queues{Events: &queue{}, Renewals: &queue{broken: true}})
	wanttest.Equal(t, "record to go on from without the queue", streamtest.Deliver(t, broken, recorder.Records...), "")
}

// An edit of many rentals is worked on as soon as it is made; a worker's own steps
// send nothing. Without the queue it is left to the sweep.
func TestAnEditIsWorkedOnAtOnce(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	job := edits.Job{ID: "01EDIT", Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Kind: edits.Direct,
		Status: edits.Running, CreatedAt: noon, At: noon, NextAt: noon}
	for _, status := range []edits.Status{edits.Running, edits.Running, edits.Completed} {
		seen := job.Ver
		job.Ver, job.Status = seen+1, status
		err := recorder.Item(t.Context(), "CUSTOMER#acme#alice", "EDIT#01EDIT", noon, func() error {
			return recorder.Store.Commit(t.Context(), commit.Batch{ID: commit.NewID(noon),
				Changes: []commit.Change{edits.Update{SeenVer: seen, To: job}}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var renewals, events queue
	handler := history.With(env, history.Queues{Events: &events, Renewals: &renewals})
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "")
	wanttest.Diff(t, "messages", renewals.bodies, []string{`{"carrier":"acme","customer":"alice","edits":["01EDIT"]}`})
	wanttest.Equal(t, "events", len(events.bodies), 0)
	broken := history.With(env, history.Queues{Events: &queue{}, Renewals: &queue{broken: true}})
	wanttest.Equal(t, "record to go on from without the queue", streamtest.Deliver(t, broken, recorder.Records...), "")
}
