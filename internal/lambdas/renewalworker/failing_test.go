package renewalworker_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/infra/local/pump"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/localaws/sqs"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// Unreadable messages of a batch end in the dead-letter queue, and the others
// are processed.
func TestPoisonEndsInDeadLetters(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	must(t, w.queues.Declare(sqs.Queue{Name: "dead"}))
	must(t, w.queues.Declare(sqs.Queue{Name: "poisoned", Visibility: time.Minute, DeadLetterQueue: "dead",
		MaxReceiveCount: 3}))
	alice, n := w.customer(t, "alice", "2"), blocks["weekly"]
	w.rent(t, alice, n)
	*w.now = noon.AddDate(0, 0, 7)
	for _, body := range []string{"nonsense", fmt.Sprintf(`{"carrier":"acme","customer":"alice","dids":[%q]}`, n)} {
		_, err := w.queues.Send("poisoned", body, nil, -1)
		must(t, err)
	}
	worker, received := renewalworker.New(w.env), 0
	for range 5 {
		batch, err := w.queues.Receive(t.Context(), "poisoned", 10, -1, 0)
		must(t, err)
		received += len(batch)
		w.answer(t, worker, batch)
		*w.now = w.now.Add(time.Minute)
	}
	if got := w.did(t, n); got.Period != 1 || received != 1+3 {
		t.Errorf("period %d after %d deliveries", got.Period, received)
	}
	if dead := w.receive(t, "dead"); !slices.Equal(dead, []string{"nonsense"}) {
		t.Errorf("dead letters %q", dead)
	}
}

// answer lets the worker process a batch, as the queue delivers it, and deletes the
// messages that it does not report as failed.
func (w renewals) answer(t *testing.T, h renewalworker.Handler, batch []sqs.Message) {
	t.Helper()
	answer, err := h(t.Context(), pump.QueueEvent("poisoned", batch))
	must(t, err)
	wire, err := json.Marshal(answer)
	must(t, err)
	for _, m := range batch {
		if !strings.Contains(string(wire), m.ID) {
			must(t, w.queues.Delete("poisoned", m.Receipt))
		}
	}
}

// refusing is a store that always refuses to move a number.
type refusing struct {
	*dynamo.Store
	number e164.Number
}

var errRefused = errors.New("this item can't be written")

func (r refusing) Commit(ctx context.Context, b commit.Batch) error {
	for _, change := range b.Changes {
		if m, ok := change.(did.Move); ok && m.To.Number == r.number && m.Event != did.Postpone {
			return errRefused
		}
	}
	return r.Store.Commit(ctx, b)
}

// A DID whose move is always refused waits, and does not affect others: neither
// those that are charged with it, nor those that are moved.
func TestFailingDIDWaits(t *testing.T) {
	t.Parallel()
	for balance, others := range map[string]did.State{"10": did.Assigned, "5": did.PastDue} {
		t.Run(string(others), func(t *testing.T) {
			t.Parallel()
			w := newMarket(t, rules)
			alice, list := w.customer(t, "alice", balance), numbers("weekly", 0, 5)
			w.rent(t, alice, list...)
			store := refusing{w.store, list[2]}
			worker := renewal.NewWorker(shop.NewLargeOrders(w.store, nil, w.env.Now), nil, store, w.env.Now)
			for hours := range 3 {
				*w.now = noon.AddDate(0, 0, 7).Add(time.Duration(hours) * time.Hour)
				for _, wantErr := range []error{errRefused, nil} {
					err := worker.Work(t.Context(), renewal.Message{Carrier: "acme", Customer: "alice", DIDs: list})
					if !errors.Is(err, wantErr) {
						t.Errorf("%v, want %v", err, wantErr)
					}
				}
				d := w.did(t, list[2])
				wanttest.Equal(t, "state", d.State, did.Assigned)
				wanttest.Equal(t, "period", d.Period, 0)
				wanttest.Equal(t, "attempts", d.Attempts, hours+1)
				wanttest.Diff(t, "next event", d.NextAt, w.now.Add(time.Hour))
				rest := slices.Delete(slices.Clone(list), 2, 3)
				w.wantStates(t, "the others", rest, map[did.State]int{others: 4})
				for _, n := range rest {
					if d := w.did(t, n); d.Attempts != 0 || (d.Period == 1) != (others == did.Assigned) {
						t.Errorf("%s: period %d, %d attempts", n, d.Period, d.Attempts)
					}
				}
			}
			w.checkBooks(t, alice)
		})
	}
}
