package history_test

import (
	"encoding/json"
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

// The new invoices of checkouts are issued at once, by one message for a batch of
// the stream; an invoice with a timer of its own is left to the sweep. A broken
// queue does not hold the stream back.
func TestInvoicesOfCheckoutsAreIssuedAtOnce(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	write := func(customer string, guarded bool, number string, vers ...int) {
		for _, ver := range vers {
			i := ledger.Invoice{Customer: ledger.Customer{Carrier: "acme", ID: customer}, ID: customer + "-inv-7", Ver: ver,
				At: noon, NextAt: noon, Guarded: guarded, Net: money.Zero("USD"), Tax: money.Zero("USD"),
				Gross: money.Zero("USD"), Issued: ledger.Issued{Number: number}}
			err := recorder.Item(t.Context(), "CUSTOMER#acme#"+customer, "INVOICE#0000000007", noon, func() error {
				return recorder.Store.Commit(t.Context(), commit.Batch{ID: commit.NewID(noon), Changes: []commit.Change{i}})
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	write("alice", true, "", 1)
	write("bob", true, "", 1, 2)
	write("carol", false, "", 1)
	write("dave", true, "ACME-1", 1)
	var renewals, events queue
	handler := history.With(env, history.Queues{Events: &events, Renewals: &renewals})
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "")
	wanttest.Equal(t, "messages", len(renewals.bodies), 1)
	var message renewal.Message
	if err := json.Unmarshal([]byte(renewals.bodies[0]), &message); err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "message", message, renewal.Message{Carrier: "acme", Invoices: []renewal.InvoiceRef{
		{Customer: "alice", Number: 7}, {Customer: "bob", Number: 7}}})
	broken := history.With(env, history.Queues{Events: &queue{}, Renewals: &queue{broken: true}})
	wanttest.Equal(t, "record to go on from without the queue", streamtest.Deliver(t, broken, recorder.Records...), "")
}
