package history_test

import (
	"encoding/json"
	"testing"
	"time"

	"didpurchase/internal/lambdas/history"
	"didpurchase/internal/lambdas/stream/streamtest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

// After a payment the customer's unpaid charges are tried once, at once; another
// write of the account does not try them. Without the queue it is left to the
// sweep.
func TestAPaymentIsCollectedForAtOnce(t *testing.T) {
	t.Parallel()
	env, recorder := newEnv(t)
	account := ledger.Account{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, Status: ledger.Active, Currency: "USD",
		Balance: money.Zero("USD"), CreditLimit: money.Zero("USD"),
	}
	if err := recorder.Store.CreateCustomer(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	account, err := recorder.Store.Account(t.Context(), account.Customer)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range []func(*ledger.Account){
		func(a *ledger.Account) { a.Name = "Alice" },
		func(a *ledger.Account) { a.CollectAt = noon },
		func(a *ledger.Account) { a.Name = "Alice Ltd" }, // still to be collected for
		func(a *ledger.Account) { a.CollectAt = time.Time{} },
	} {
		seen := account.Ver
		change(&account)
		account.Ver++
		if err := recorder.Account(t.Context(), account.Customer, noon,
			ledger.Update{SeenVer: seen, To: account}); err != nil {
			t.Fatal(err)
		}
	}
	var renewals queue
	handler := history.With(env, history.Queues{Events: &queue{}, Renewals: &renewals})
	wanttest.Equal(t, "record to go on from", streamtest.Deliver(t, handler, recorder.Records...), "")
	wanttest.Equal(t, "messages", len(renewals.bodies), 1)
	for _, body := range renewals.bodies {
		var message renewal.Message
		if err := json.Unmarshal([]byte(body), &message); err != nil {
			t.Fatal(err)
		}
		wanttest.Diff(t, "message", message, renewal.Message{Carrier: "acme", Customer: "alice", Account: true})
	}
	broken := history.With(env, history.Queues{Events: &queue{}, Renewals: &queue{broken: true}})
	wanttest.Equal(t, "record to go on from without the queue", streamtest.Deliver(t, broken, recorder.Records...), "")
}
