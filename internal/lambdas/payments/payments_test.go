package payments_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"didpurchase/infra/local/pay"
	"didpurchase/internal/auth"
	"didpurchase/internal/desk"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/topup"
	"didpurchase/internal/wanttest"
)

func (w *system) wantBalance(label, balance, entries string) {
	w.Helper()
	gotBalance, gotEntries := w.balance()
	wanttest.Equal(w, label+": the balance", gotBalance, balance)
	wanttest.Equal(w, label+": the ledger", gotEntries, entries)
}

func TestTopUpIsCreditedWithoutTheCustomersReturn(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	made, session := w.begin("k1", "25.00")
	wanttest.Equal[any](t, "status", made.Status, "open")
	again, _ := w.begin("k1", "25.00")
	wanttest.Equal(t, "the id of the same key", again.ID, made.ID)
	wanttest.Equal(t, "the page of the same key", again.URL, made.URL)
	other := w.ask(422, "POST", "/v1/account/top-ups", `{"amount":{"amount":"26.00","currency":"USD"}}`, "idempotency-key",
		"k1")
	wanttest.Equal(t, "the code of the key with another amount", other.Code, "idempotency_key_reused")
	w.wantBalance("before the payment", "0.00", "")

	paid := w.press(session, pay.Pay, 204)
	wanttest.Equal(t, "where the customer goes", paid.SuccessURL, "https://shop.example/account/top-ups/"+made.ID)
	after := w.ask(200, "GET", "/v1/account/top-ups/"+made.ID, "")
	wanttest.Equal[any](t, "status", after.Status, "paid")
	wanttest.Equal(t, "the page of a paid one", after.URL, "")
	wanttest.Equal(t, "the balance after it", after.BalanceAfter.Amount, "25.00")
	w.again(paid, paid.Events[0])
	w.wantBalance("told twice", "25.00", "payment 25.00")
}

func TestTransferIsCreditedWhenItArrives(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	made, session := w.begin("k1", "25.00")
	w.press(session, pay.PayLater, 204)
	wanttest.Equal[any](t, "status", w.status(made.ID), "processing")
	w.wantBalance("on its way", "0.00", "")
	w.clock = w.clock.AddDate(0, 0, 3)
	w.press(session, pay.Arrive, 204)
	wanttest.Equal[any](t, "status", w.status(made.ID), "paid")
	w.wantBalance("arrived", "25.00", "payment 25.00")

	declined, session := w.begin("k2", "10.00")
	w.press(session, pay.Decline, 204)
	wanttest.Equal[any](t, "status of a declined one", w.status(declined.ID), "failed")
	w.wantBalance("declined", "25.00", "payment 25.00")
}

func TestRefundsAndDisputesEnterTheLedger(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	_, refunded := w.begin("k1", "25.00")
	w.press(refunded, pay.Pay, 204)
	w.press(refunded, pay.Refund, 204)
	w.wantBalance("refunded", "0.00", "refund -25.00, payment 25.00")

	_, disputed := w.begin("k2", "10.00")
	w.press(disputed, pay.Pay, 204)
	w.spend("10.00")
	w.press(disputed, pay.Dispute, 204)
	balance, _ := w.balance()
	wanttest.Equal(t, "the balance after a dispute of spent money", balance, "-10.00")
	w.press(disputed, pay.Reinstate, 204)
	balance, entries := w.balance()
	wanttest.Equal(t, "the balance after the dispute was won", balance, "0.00")
	wanttest.Contains(t, "the ledger", entries, "adjustment 10.00, adjustment -10.00")
}

// spend takes money of alice's.
func (w *system) spend(amount string) {
	w.Helper()
	_, err := desk.New(w.store, w.now).Enter(w.Context(), alice, desk.Movement{
		Kind: ledger.Adjustment, Amount: money.MustParse("-"+amount, "USD"), Reference: "spent", Note: "spent",
	})
	w.must(err)
}

// A report that is not the provider's, or is too old, changes nothing.
func TestForgedAndOldSignaturesAreRefused(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	_, session := w.begin("k1", "25.00")
	found, _ := w.stripe.Session(session)
	found.PaymentStatus = "paid"
	body, err := json.Marshal(pay.Event{ID: "evt_1", Type: "checkout.session.completed", Created: w.clock.Unix(),
		Data: pay.EventData{Object: found}})
	w.must(err)
	const path = "/v1/payment-providers/stripe/acme/events"
	valid := pay.Sign(body, signing, w.clock)
	for name, c := range map[string]struct {
		path, body, signature string
		want                  int
	}{
		"no signature":       {path, string(body), "", 401},
		"another secret":     {path, string(body), pay.Sign(body, "whsec_other", w.clock), 401},
		"the empty secret":   {path, string(body), pay.Sign(body, "", w.clock), 401},
		"another body":       {path, strings.Replace(string(body), "2500", "9500", 1), valid, 401},
		"10 minutes old":     {path, string(body), pay.Sign(body, signing, w.clock.Add(-10*time.Minute)), 401},
		"of the future":      {path, string(body), pay.Sign(body, signing, w.clock.Add(10*time.Minute)), 401},
		"without a time":     {path, string(body), valid[strings.IndexByte(valid, ',')+1:], 401},
		"another provider":   {"/v1/payment-providers/paypal/acme/events", string(body), valid, 404},
		"another carrier":    {"/v1/payment-providers/stripe/globex/events", string(body), valid, 404},
		"an unknown carrier": {"/v1/payment-providers/stripe/nobody/events", string(body), valid, 404},
		"a body of 300 kB":   {path, string(body) + strings.Repeat(" ", 300<<10), valid, 413},
		"an unknown query":   {path + "?x=1", string(body), valid, 400},
	} {
		got := w.event(c.path, c.body, c.signature)
		wanttest.Equal(t, name+": status", got, c.want)
	}
	w.wantBalance("after all of them", "0.00", "")
	wanttest.Equal(t, "the status of the valid one", w.event(path, string(body), valid), 204)
	w.wantBalance("after the valid one", "25.00", "payment 25.00")
	older := pay.Sign(body, "whsec_older", w.clock)
	both := older + valid[strings.IndexByte(valid, ','):]
	wanttest.Equal(t, "the status of one that is signed by two secrets", w.event(path, string(body), both), 204)
	w.clock = w.clock.Add(10 * time.Minute)
	wanttest.Equal(t, "the same request 10 minutes later", w.event(path, string(body), valid), 401)
}

func (w *system) event(path, body, signature string) int {
	return w.send(nil, "POST", path, body, "stripe-signature", signature).StatusCode
}

// A secret that was stored without its value must not let everybody in.
func TestAnEmptySigningSecretIsNone(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	w.secrets.Put(folder+"/acme/stripe/signing-secret", "")
	body := []byte(`{"id":"evt_1","type":"checkout.session.completed"}`)
	got := w.event("/v1/payment-providers/stripe/acme/events", string(body), pay.Sign(body, "", w.clock))
	wanttest.Equal(t, "status", got, 404)
}

// Two carriers may share an account at the provider: each endpoint gets the events
// of both, and credits only its own customers.
func TestAnotherCarriersPaymentIsNotOurs(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	_, session := w.begin("k1", "25.00")
	found, _ := w.stripe.Session(session)
	found.PaymentStatus = "paid"
	found.Metadata = map[string]string{"carrier": "globex", "customer": "alice", "top_up": found.Metadata["top_up"]}
	w.again(found, pay.Event{ID: "evt_1", Type: "checkout.session.completed", Created: w.clock.Unix(),
		Data: pay.EventData{Object: found}})
	wanttest.Equal(t, "the answer", w.answers[len(w.answers)-1], 204)
	w.wantBalance("after it", "0.00", "")
	wanttest.Equal(t, "findings", len(w.findings()), 0)
}

// A payment that contradicts the top-up is not credited: staff find it.
func TestWhatDoesNotAgreeIsReported(t *testing.T) {
	t.Parallel()
	for problem, spoil := range map[topup.Problem]func(*system, *pay.Session){
		topup.OtherAmount:   func(_ *system, s *pay.Session) { s.AmountTotal++ },
		topup.OtherSession:  func(_ *system, s *pay.Session) { s.ID = "cs_other" },
		topup.UnknownTopUp:  func(_ *system, s *pay.Session) { s.Metadata["top_up"] = "none" },
		topup.ReferenceUsed: func(w *system, s *pay.Session) { w.enterByHand(s.PaymentIntent, "1.00") },
		topup.AccountClosed: func(w *system, _ *pay.Session) { w.close() },
	} {
		t.Run(string(problem), func(t *testing.T) {
			t.Parallel()
			w := newSystem(t)
			_, session := w.begin("k1", "25.00")
			paid, _ := w.stripe.Session(session)
			paid.PaymentStatus = "paid"
			paid.Metadata = map[string]string{"carrier": "acme", "customer": "alice", "top_up": paid.Metadata["top_up"]}
			spoil(w, &paid)
			_, before := w.balance()
			e := pay.Event{ID: "evt_1", Type: "checkout.session.completed", Created: w.clock.Unix(),
				Data: pay.EventData{Object: paid}}
			w.again(paid, e)
			w.again(paid, e)
			wanttest.Equal(t, "the answer", w.answers[len(w.answers)-1], 204)
			_, after := w.balance()
			wanttest.Equal(t, "the ledger", after, before)
			wanttest.Diff(t, "the findings", w.findings(), []string{string(problem)})
		})
	}
}

func (w *system) findings() (problems []string) {
	w.Helper()
	var found struct{ Data []struct{ Problem string } }
	w.must(json.Unmarshal([]byte(w.send(staff, "GET", "/v1/payment-findings", "").Body), &found))
	for _, f := range found.Data {
		problems = append(problems, f.Problem)
	}
	return problems
}

func (w *system) enterByHand(reference, amount string) {
	w.Helper()
	_, err := desk.New(w.store, w.now).Enter(w.Context(), alice, desk.Movement{
		Kind: ledger.Payment, Amount: money.MustParse(amount, "USD"), Reference: reference,
	})
	w.must(err)
}

func (w *system) close() {
	w.Helper()
	closed := ledger.Closed
	_, err := desk.New(w.store, w.now).Amend(w.Context(), alice, desk.Terms{Status: &closed})
	w.must(err)
}

// A payment that staff entered by the provider's id is not credited again.
func TestPaymentThatStaffEnteredIsCreditedOnce(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	made, session := w.begin("k1", "25.00")
	found, _ := w.stripe.Session(session)
	w.enterByHand(strings.ToUpper(found.PaymentIntent), "25.00")
	w.press(session, pay.Pay, 204)
	w.wantBalance("entered by hand, then told", "25.00", "payment 25.00")
	wanttest.Equal[any](t, "status", w.status(made.ID), "paid")
}

func TestTopUpsAreRefused(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	for name, c := range map[string]struct {
		who    *auth.Principal
		amount string
		want   int
		code   string
	}{
		"nobody":                    {nil, `{"amount":"25.00","currency":"USD"}`, 401, "unauthenticated"},
		"staff":                     {staff, `{"amount":"25.00","currency":"USD"}`, 403, "forbidden"},
		"too little":                {buyer, `{"amount":"0.99","currency":"USD"}`, 422, "invalid_request"},
		"less than nothing":         {buyer, `{"amount":"-5.00","currency":"USD"}`, 422, "invalid_request"},
		"another currency":          {buyer, `{"amount":"25.00","currency":"EUR"}`, 422, "invalid_request"},
		"too much for the provider": {buyer, `{"amount":"2000000.00","currency":"USD"}`, 422, "provider_refused"},
		"without a provider": {&auth.Principal{Carrier: "globex", Customer: "carol", User: "u9",
			Roles: []auth.Role{auth.Buyer}},
			`{"amount":"25.00","currency":"USD"}`, 409, "no_payment_provider"},
	} {
		got := w.send(c.who, "POST", "/v1/account/top-ups", `{"amount":`+c.amount+`}`, "idempotency-key", "k "+name)
		wanttest.Equal(t, name+": status", got.StatusCode, c.want)
		wanttest.Contains(t, name, got.Body, `"code":"`+c.code+`"`)
	}
	w.secrets.Put(folder+"/acme/stripe/api-key", "sk_old")
	got := w.send(buyer, "POST", "/v1/account/top-ups", `{"amount":{"amount":"5.00","currency":"USD"}}`, "idempotency-key",
		"x")
	wanttest.Equal(t, "with the key that is kept for a minute: status", got.StatusCode, 201)
	w.clock = w.clock.Add(time.Minute)
	got = w.send(buyer, "POST", "/v1/account/top-ups", `{"amount":{"amount":"5.00","currency":"USD"}}`, "idempotency-key",
		"y")
	wanttest.Equal(t, "with a key that the provider refuses: status", got.StatusCode, 503)
	wanttest.Contains(t, "with a key that the provider refuses", got.Body, "provider_unavailable")
}
