package history_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/did"
	"didpurchase/internal/event"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// queue stores the events that are sent to it; while broken it accepts none.
type queue struct {
	mu     sync.Mutex // guards the fields below
	bodies []string
	broken bool
}

func (q *queue) Send(_ context.Context, bodies []string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken {
		return errors.New("the queue is away")
	}
	q.bodies = append(q.bodies, bodies...)
	return nil
}

// to returns the history with the queue for its events, and drops its messages to
// renewals.
func to(q *queue) history.Queues { return history.Queues{Events: q, Renewals: &queue{}} }

// sent returns the events, after checking each against its schema.
func (q *queue) sent(t *testing.T) []event.Event {
	t.Helper()
	all := make([]event.Event, len(q.bodies))
	for i, body := range q.bodies {
		if err := json.Unmarshal([]byte(body), &all[i]); err != nil {
			t.Fatal(err)
		}
		fits(t, all[i].Type, body)
	}
	return all
}

var document = sync.OnceValue(openapi.Document)

// fits compares an event with the schema of its type in the API's document.
func fits(t *testing.T, kind event.Type, body string) {
	t.Helper()
	described := document().Webhooks[string(kind)]
	if described == nil {
		t.Errorf("%s is not in the document", kind)
		return
	}
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatal(err)
	}
	var result huma.ValidateResult
	huma.Validate(document().Components.Schemas, described.Post.RequestBody.Content["application/json"].Schema,
		huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, value, &result)
	if len(result.Errors) > 0 {
		t.Errorf("%s does not fit its schema: %v\n%s", kind, result.Errors, body)
	}
}

func types(all []event.Event) (t []event.Type) {
	for _, e := range all {
		t = append(t, e.Type)
	}
	return t
}

// life is the moves of a number that is bought, edited, renewed, unpaid, suspended,
// paid, cancelled, restored, cancelled again and freed.
func life(t *testing.T) []did.Move {
	t.Helper()
	held := did.DID{Carrier: "acme", Number: number, State: did.Held, HoldID: "01H", Customer: "bob",
		Until: noon.Add(time.Hour), Offer: offer}
	moves := []did.Move{did.HoldFor("acme", "bob", number, "01H", held.Until, offer, noon)}
	current, ver := held, 1
	then := func(m did.Move, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		moves = append(moves, m)
		current = m.To
		ver++
		current.Ver = ver
	}
	then(did.Assign(held, "01R", noon, time.UTC))
	settings := current.Settings()
	settings.Label = "desk"
	then(current.Edited(settings, noon))
	then(current.Paid(current.Period+1, current.NextAt, time.UTC))
	then(current.StartGrace(time.Hour, current.NextAt))
	then(current.SuspendUntil(current.NextAt.Add(time.Hour), current.NextAt))
	then(current.Paid(current.Period+1, current.NextAt, time.UTC))
	then(current.CancelAtEnd(current.NextAt.Add(-time.Hour), time.UTC))
	then(current.TakeCancellationBack(current.NextAt.Add(-time.Hour)))
	then(current.CancelAtEnd(current.NextAt.Add(-time.Hour), time.UTC))
	then(current.AgeUntil(current.NextAt.Add(time.Hour), current.NextAt))
	then(current.FreeNow(current.NextAt))
	return moves
}

// Each step of a number's life except a hold is one event, which fits its schema. A
// repeat has the same id.
func TestEventsOfANumber(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	for _, m := range life(t) {
		if moved, err := recorder.Move(t.Context(), m); err != nil || !moved {
			t.Fatalf("%s: moved %v, %v", m.Event, moved, err)
		}
	}
	var q queue
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&q)), recorder.Records...), "")
	all := q.sent(t)
	wanttest.Diff(t, "events", types(all), []event.Type{
		event.Rented, event.Updated, event.Renewed, event.PastDue, event.Suspended, event.Reactivated,
		event.Cancelled, event.Restored, event.Cancelled, event.Released, event.Available,
	})
	wanttest.Equal(t, "customer of the rental", all[0].Customer, "bob")
	wanttest.Equal(t, "customer of the available number", all[len(all)-1].Customer, "")
	var again queue
	streamtest.Deliver(t, history.With(env, to(&again)), slices.Concat(recorder.Records, recorder.Records)...)
	ids := map[string]bool{}
	for _, e := range again.sent(t) {
		ids[e.ID] = true
	}
	wanttest.Equal(t, "different ids of repeated events", len(ids), len(all))
}

// If the queue is down, the records come again, and no event is lost.
func TestEventsOutliveTheQueue(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	for _, m := range life(t)[:2] {
		if _, err := recorder.Move(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	q := queue{broken: true}
	handler := history.With(env, to(&q))
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "2")
	q.broken = false
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records[1:]...), "")
	wanttest.Diff(t, "events", types(q.sent(t)), []event.Type{event.Rented})
}

// Changes of money and imports are events, too, of their own types.
func TestEventsOfAccountsAndImports(t *testing.T) {
	t.Parallel()
	usd := func(number string) money.Amount { return money.MustParse(number, "USD") }
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	with := func(balance string) ledger.Account {
		return ledger.Account{Customer: alice, Ver: 3, Balance: usd(balance), CreditLimit: usd("1.00")}
	}
	order := shop.Order{Customer: alice, ID: "01O", Number: "alice-1", Status: shop.Completed,
		Lines: []shop.OrderLine{{Number: number}}, Total: usd("2.00"), CreatedAt: noon}
	job := func(status intake.Status) intake.Job {
		return intake.Job{ID: "01J", Carrier: "acme", Ver: 4, Status: status, FinishedAt: noon,
			Object: intake.Object{Key: "inventory/acme/uk.csv"}}
	}
	for _, c := range []struct {
		what string
		of   func() (event.Event, bool)
		want event.Type // "" for none
	}{
		{"a new order", func() (event.Event, bool) { return event.OfOrder(shop.Order{}, order) }, event.OrderCompleted},
		{"an order that was complete before", func() (event.Event, bool) { return event.OfOrder(order, order) }, ""},
		{"a payment", func() (event.Event, bool) {
			return event.OfEntry(ledger.Entry{Customer: alice, Seq: 2, Kind: ledger.Payment, Amount: usd("5.00"),
				BalanceAfter: usd("6.00"), At: noon})
		}, event.Paid},
		{"a renewal", func() (event.Event, bool) {
			return event.OfEntry(ledger.Entry{Customer: alice,
				Kind: ledger.Renewal})
		}, ""},
		{"an invoice", func() (event.Event, bool) {
			return event.OfInvoice(ledger.Invoice{}, ledger.Invoice{Customer: alice, ID: "alice-inv-1", Ver: 2, Net: usd("1.00"),
				Tax: usd("0.20"), Gross: usd("1.20"), Issued: ledger.Issued{Number: "INV-2026-000001", At: noon}})
		}, event.Invoiced},
		{"more on a draft", func() (event.Event, bool) {
			return event.OfInvoice(ledger.Invoice{}, ledger.Invoice{Customer: alice, Ver: 2, NextAt: noon})
		}, ""},
		{"an invoice that was issued before", func() (event.Event, bool) {
			issued := ledger.Invoice{Customer: alice, Ver: 3, Issued: ledger.Issued{Number: "INV-2026-000001", At: noon}}
			return event.OfInvoice(issued, issued)
		}, ""},
		{"a charge that leaves too little",
			func() (event.Event, bool) {
				return event.OfAccount(with("10.00"), with("4.00"), noon)
			}, event.BalanceLow},
		{"a charge that leaves as much as it took",
			func() (event.Event, bool) { return event.OfAccount(with("10.00"), with("4.50"), noon) }, ""},
		{"a payment into a low account",
			func() (event.Event, bool) {
				return event.OfAccount(with("0.00"), with("0.50"), noon)
			}, ""},
		{"a finished import", func() (event.Event,
			bool) {
			return event.OfImport(job(intake.Running), job(intake.Completed))
		}, event.ImportFinished},
		{"a failed import", func() (event.Event, bool) { return event.OfImport(job(intake.Running), job(intake.Failed)) },
			event.ImportFailed},
		{"a running import", func() (event.Event, bool) { return event.OfImport(job(intake.Queued), job(intake.Running)) },
			""},
	} {
		e, happened := c.of()
		wanttest.Equal(t, c.what+": happened", happened, c.want != "")
		if !happened {
			continue
		}
		wanttest.Equal(t, c.what+": type", e.Type, c.want)
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		fits(t, e.Type, string(body))
	}
}
