package history_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/event"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/report"
	"didpurchase/internal/repricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// SendAfter implements webhook.Queue.
func (q *queue) SendAfter(ctx context.Context, body string, _ time.Duration) error {
	return q.Send(ctx, []string{body})
}

// Every type in the document is sent, and each event fits its schema: it has its
// actor, if there is one, and no member that the schema lacks.
func TestEveryTypeIsSent(t *testing.T) {
	t.Parallel()
	sent := map[event.Type]string{} // a body of each
	keep := func(e event.Event, happened bool) {
		t.Helper()
		if !happened {
			t.Fatalf("%+v did not happen", e)
		}
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		sent[e.Type] = string(body)
	}
	for _, e := range eventsOfLives(t) {
		keep(e, true)
	}
	for _, e := range otherEvents() {
		keep(e, e.ID != "")
	}
	_, recorder := newEnv(t)
	hooks := webhook.NewService(recorder.Store, &queue{}, false, func() time.Time { return noon })
	h, err := hooks.Create(t.Context(), webhook.Owner{Carrier: "acme"}, "https://example.com/", []string{"*"}, true)
	if err != nil {
		t.Fatal(err)
	}
	d, err := hooks.Test(t.Context(), h.Owner, h.ID)
	if err != nil {
		t.Fatal(err)
	}
	sent[d.Type] = d.Body

	var described, seen []event.Type
	for _, kind := range event.Kinds {
		described = append(described, kind.Type)
		if body, ok := sent[kind.Type]; ok {
			seen = append(seen, kind.Type)
			fits(t, kind.Type, body)
		}
	}
	wanttest.Diff(t, "types that are sent", seen, described)
	for kind, body := range sent {
		wanttest.True(t, string(kind)+" is described", slices.Contains(described, kind))
		wanttest.Contains(t, string(kind)+" has data", body, `"data":{`)
	}
}

// eventsOfLives are the events of a number that is bought, edited, renewed and
// freed, and of one that is ported out; each has its actor, its version, and the
// values before and after.
func eventsOfLives(t *testing.T) (all []event.Event) {
	t.Helper()
	for _, moves := range [][]did.Move{life(t), portedOut(t)} {
		env, recorder := newEnv(t)
		for _, m := range moves {
			moved, err := recorder.Move(auth.ActingAs(t.Context(), auth.Actor{Kind: auth.ByUser, ID: "bob"}), m)
			if err != nil || !moved {
				t.Fatalf("%s: moved %v, %v", m.Event, moved, err)
			}
		}
		var q queue
		wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, history.With(env, to(&q)), recorder.Records...), "")
		for _, body := range q.bodies {
			var n event.Number
			e := event.Event{Data: &n}
			if err := json.Unmarshal([]byte(body), &e); err != nil {
				t.Fatal(err)
			}
			what := string(e.Type)
			wanttest.Equal(t, what+": has the values before", n.Old != nil, e.Type != event.Rented && e.Type != event.Available)
			wanttest.Equal(t, what+": has the values after", n.New != nil, e.Type != event.Available)
			wanttest.True(t, what+": has a version", n.Version > 0)
			wanttest.True(t, what+": has an actor", e.Actor != nil)
			all = append(all, e)
		}
	}
	return all
}

func portedOut(t *testing.T) []did.Move {
	t.Helper()
	moves := life(t)[:2]
	rented := moves[1].To
	rented.Ver = 2
	out, err := rented.LeaveCarrier(noon)
	if err != nil {
		t.Fatal(err)
	}
	return append(moves, out)
}

// otherEvents are the events of orders, money, imports, reports and webhooks.
func otherEvents() (all []event.Event) {
	usd := func(n string) money.Amount { return money.MustParse(n, "USD") }
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	by := auth.Actor{Kind: auth.ByUser, ID: "bob"}
	add := func(e event.Event, _ bool) { all = append(all, e) }
	for _, status := range []shop.OrderStatus{shop.Completed, "rejected"} {
		add(event.OfOrder(shop.Order{}, shop.Order{Customer: alice, ID: "01O", Number: "alice-1", Status: status,
			Lines: []shop.OrderLine{{Number: number}}, Total: usd("2.00"), CreatedAt: noon, By: by}))
	}
	waiting := shop.Order{Customer: alice, ID: "01W", Number: "alice-2", Status: shop.AwaitingApproval, Total: usd("0"),
		By:    by,
		Large: &shop.Large{At: noon, Deadline: noon, Approval: &shop.Approval{Total: usd("2.00")}}}
	approved := waiting
	approved.Status = shop.Assigning
	add(event.OfOrder(shop.Order{}, waiting))
	add(event.OfOrder(waiting, approved))
	add(event.OfEntry(ledger.Entry{Customer: alice, Seq: 2, Kind: ledger.Payment, Amount: usd("5.00"),
		BalanceAfter: usd("6.00"), At: noon, By: by}))
	add(event.OfInvoice(ledger.Invoice{}, ledger.Invoice{Customer: alice, ID: "alice-inv-1", Ver: 2, Net: usd("1.00"),
		Tax: usd("0.20"), Gross: usd("1.20"), Issued: ledger.Issued{Number: "INV-2026-000001", At: noon}, By: by}))
	add(event.OfInvoice(ledger.Invoice{}, ledger.Invoice{Customer: alice, ID: "alice-cn-2", Ver: 1, Net: usd("-1.00"),
		Tax: usd("-0.20"), Gross: usd("-1.20"), Issued: ledger.Issued{Number: "INV-CN-2026-000001", At: noon}, By: by,
		Corrects: ledger.Correction{Invoice: "alice-inv-1", Number: "INV-2026-000001", Reason: "it did not ring"}}))
	add(event.OfAccount(ledger.Account{Balance: usd("10.00")}, ledger.Account{Customer: alice, Ver: 3,
		Balance: usd("4.00"), CreditLimit: usd("0"), By: by}, noon))
	add(event.OfAnnouncement(repricing.Announcement{}, repricing.Announcement{Customer: alice,
		Change: repricing.Ref{ID: "01P"}, Ver: 1, At: noon, Terms: pricing.Terms{Package: "standard", Version: 2,
			Name: "Standard", Recurring: usd("3.00")},
		Lines: []repricing.Announced{{Old: usd("2.00"), Numbers: 3, First: noon}}, By: by}))
	for _, status := range []intake.Status{intake.Completed, intake.Failed} {
		add(event.OfImport(intake.Job{Status: intake.Running}, intake.Job{ID: "01J", Carrier: "acme", Ver: 4,
			Status: status, FinishedAt: noon, Object: intake.Object{Key: "inventory/acme/uk.csv"}, By: by}))
	}
	for _, failure := range []string{"", "no switch reports usage"} {
		done := report.Report{ID: "01R", Carrier: "acme", Ver: 3, Kind: report.Inventory, Format: report.CSV,
			Status: report.Completed, FinishedAt: noon, By: by}
		if failure != "" {
			done.Status, done.Error = report.Failed, failure
		}
		add(report.Finished(report.Report{Status: report.Running}, done))
	}
	add(webhook.Disabling(webhook.Webhook{}, webhook.Webhook{Owner: alice, ID: "01W", Ver: 1,
		URL: "https://example.com/", Disabled: "it answered 410 Gone", FailingSince: noon}, noon))
	return all
}
