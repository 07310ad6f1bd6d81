package payments_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"didpurchase/infra/local/pay"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// bill issues an invoice of three lines at 20 %: 10.00, 20.00 and 30.00 before tax,
// paid on credit.
func (w *system) bill() ledger.Invoice {
	w.Helper()
	account, err := w.store.Account(w.Context(), alice)
	w.must(err)
	account.CreditLimit, account.Tax = money.MustParse("1000", "USD"), must20()
	var charges []ledger.Charge
	for n, net := range []string{"10", "20", "30"} {
		amount := money.MustParse(net, "USD")
		charges = append(charges, ledger.Charge{Book: ledger.Recurring, Net: amount, Tax: account.Tax.Of(amount),
			Package: "gold",
			Number:  442071230000, RentalID: fmt.Sprint(n), From: w.clock, To: w.clock.AddDate(0, 1, 0)})
	}
	update, entry, invoice, err := account.Bill(ledger.Renewal, charges, account.NextInvoice(w.clock), "", w.clock)
	w.must(err)
	invoice.NextAt = time.Time{}
	invoice.Issued = ledger.Issued{Number: "ACME-2026-000001", At: w.clock, FromName: "Acme", ToName: "Alice & Co",
		Locale: "en"}
	w.must(commit.Write(w.Context(), w.store, w.clock, update, entry, invoice))
	return invoice
}

func must20() money.Rate {
	rate, err := money.ParseRate("20")
	if err != nil {
		panic(err)
	}
	return rate
}

// note is what a test reads of a credit note.
type note struct {
	ID, Code, Detail string
	Number           *string
	Gross, Left      struct{ Amount string }
	DryRun           bool                    `json:"dry_run"`
	InvoiceStatus    string                  `json:"invoice_status"`
	BalanceAfter     struct{ Amount string } `json:"balance_after"`
	Corrects         struct{ Invoice, Number, Reason string }
	Lines            []struct {
		Kind string
		Net  struct{ Amount string }
	}
	Refund *struct{ Status, Payment, Detail string }
	Errors []struct{ Pointer string }
}

// credit asks for a credit note as staff.
func (w *system) credit(want int, key, body string) (n note) {
	w.Helper()
	got := w.send(staff, "POST", "/v1/customers/alice/credit-notes", body, "idempotency-key", key)
	wanttest.Equal(w, "status of "+body+": "+got.Body, got.StatusCode, want)
	w.must(json.Unmarshal([]byte(got.Body), &n))
	return n
}

func (w *system) documents() (ids string) {
	w.Helper()
	all, _, err := w.store.Invoices(w.Context(), alice, shop.Page{Limit: 100})
	w.must(err)
	var texts []string
	for _, i := range all {
		texts = append(texts, i.ID+" "+i.Issued.Number+" "+i.Gross.Number())
	}
	return strings.Join(texts, ", ")
}

func TestCreditNoteByLinesThenAmountThenWhole(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	w.bill()
	plan := w.credit(200, "", `{"invoice":"alice-inv-1","lines":[2],"reason":"It did not ring.","dry_run":true}`)
	wanttest.Equal(t, "gross of the plan", plan.Gross.Amount, "-24.00")
	wanttest.True(t, "a plan has no number", plan.Number == nil && plan.DryRun)
	w.wantBalance("after the plan", "-72.00", "renewal -72.00")

	byLine := w.credit(201, "k1", `{"invoice":"alice-inv-1","lines":[2],"reason":"It did not ring."}`)
	wanttest.Equal(t, "number", *byLine.Number, "INV-CN-2026-000001")
	wanttest.Equal(t, "corrects", fmt.Sprint(byLine.Corrects), "{alice-inv-1 ACME-2026-000001 It did not ring.}")
	wanttest.Equal(t, "left", byLine.Left.Amount, "48.00")
	wanttest.Equal(t, "the invoice's status", byLine.InvoiceStatus, "open")
	wanttest.Equal(t, "net of the line", byLine.Lines[0].Net.Amount, "-20.00")

	byAmount := w.credit(201, "k2", `{"invoice":"alice-inv-1","amount":{"amount":"12","currency":"USD"},`+
		`"reason":"Goodwill"}`)
	wanttest.Equal(t, "kind of the line of an amount", byAmount.Lines[0].Kind, "credit_note")
	wanttest.Equal(t, "net of the amount", byAmount.Lines[0].Net.Amount, "-10.00")
	tooMuch := w.credit(409, "k3", `{"invoice":"alice-inv-1","amount":{"amount":"36.01","currency":"USD"},"reason":"r"}`)
	wanttest.Contains(t, "detail", tooMuch.Detail, "36.00 USD is left to credit, and the credit note is of 36.01 USD")
	rest := w.credit(201, "k4", `{"invoice":"alice-inv-1","reason":"All of it"}`)
	wanttest.Equal(t, "gross of the rest", rest.Gross.Amount, "-36.00")
	wanttest.Equal(t, "the invoice's status", rest.InvoiceStatus, "void")
	w.wantBalance("at the end", "0.00", "credit_note 36.00, credit_note 12.00, credit_note 24.00, renewal -72.00")
	wanttest.Equal(t, "documents", w.documents(),
		"alice-cn-4 INV-CN-2026-000003 -36.00, alice-cn-3 INV-CN-2026-000002 -12.00, "+
			"alice-cn-2 INV-CN-2026-000001 -24.00, alice-inv-1 ACME-2026-000001 72.00")
}

func TestCreditNotesAreRefused(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	w.bill()
	for body, want := range map[string]struct {
		status  int
		code    string
		pointer string
	}{
		`{"invoice":"alice-inv-9","reason":"r"}`: {404, "not_found", ""},
		`{"invoice":"alice-inv-1","reason":"r","lines":[1],"amount":{"amount":"1","currency":"USD"}}`: {422,
			"invalid_request", "/amount"},
		`{"invoice":"alice-inv-1","reason":"r","lines":[]}`: {422, "invalid_request",
			"/lines"},
		`{"invoice":"alice-inv-1","reason":"r","lines":[4]}`: {409, "illegal_state", ""},
		`{"invoice":"alice-inv-1","reason":"r","amount":{"amount":"1","currency":"EUR"}}`: {422, "invalid_request",
			"/amount/currency"},
		`{"invoice":"alice-inv-1","reason":"r","amount":{"amount":"-1","currency":"USD"}}`: {409, "illegal_state", ""},
		`{"invoice":"alice-inv-1","reason":" "}`: {422, "invalid_request",
			"/reason"},
		`{"invoice":"alice-inv-1","reason":"r","refund":"provider"}`: {409, "illegal_state", ""},
	} {
		got := w.credit(want.status, "k"+body[:20], body)
		wanttest.Equal(t, "code of "+body, got.Code, want.code)
		if want.pointer != "" && len(got.Errors) > 0 {
			wanttest.Equal(t, "pointer of "+body, got.Errors[0].Pointer, want.pointer)
		}
	}
	w.credit(400, "", `{"invoice":"alice-inv-1","reason":"r"}`)
	w.credit(201, "k", `{"invoice":"alice-inv-1","lines":[1],"reason":"r"}`)
	reused := w.credit(422, "k", `{"invoice":"alice-inv-1","lines":[2],"reason":"r"}`)
	wanttest.Equal(t, "code of the key with another body", reused.Code, "idempotency_key_reused")
	viewer := &auth.Principal{Carrier: "acme", User: "u4", Roles: []auth.Role{auth.Viewer}}
	got := w.send(viewer, "POST", "/v1/customers/alice/credit-notes", `{"invoice":"alice-inv-1","reason":"r"}`,
		"idempotency-key", "v")
	wanttest.Equal(t, "status for a viewer", got.StatusCode, 403)
	got = w.send(staff, "POST", "/v1/customers/carol/credit-notes", `{"invoice":"carol-inv-1","reason":"r"}`,
		"idempotency-key", "v")
	wanttest.Equal(t, "status for another carrier's customer", got.StatusCode, 404)
}

// TestCreditNotesAreIssuedOnce: requests of one key from many sides while the database
// fails make one credit note; of two that want all, one gets it; numbers have no gap.
func TestCreditNotesAreIssuedOnce(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	w.bill()
	w.plan = faults.Seeded(7, 0.05, faults.All...)
	var all sync.WaitGroup
	ask := func(key func(side int) string, body string) (answers []string) {
		answers = make([]string, 8)
		for side := range answers {
			all.Go(func() {
				for range 30 {
					got := w.send(staff, "POST", "/v1/customers/alice/credit-notes", body, "idempotency-key", key(side))
					if answers[side] = fmt.Sprint(got.StatusCode, got.Body); got.StatusCode < 500 {
						return
					}
				}
			})
		}
		all.Wait()
		return answers
	}
	for side, answer := range ask(func(int) string { return "one" },
		`{"invoice":"alice-inv-1","lines":[1],"reason":"r"}`) {
		wanttest.True(t, fmt.Sprintf("side %d has the credit note: %s", side, answer),
			strings.HasPrefix(answer, "201") && strings.Contains(answer, "INV-CN-2026-000001"))
	}
	answers := ask(func(side int) string { return fmt.Sprint("whole ", side) }, `{"invoice":"alice-inv-1","reason":"r"}`)
	slices.Sort(answers)
	wanttest.True(t, "one has the whole: "+answers[0], strings.HasPrefix(answers[0], "201"))
	for _, answer := range answers[1:] {
		wanttest.True(t, "the others are refused: "+answer, strings.HasPrefix(answer, "409"))
	}
	w.plan = nil
	w.wantBalance("at the end", "0.00", "credit_note 60.00, credit_note 12.00, renewal -72.00")
	wanttest.Equal(t, "documents", w.documents(),
		"alice-cn-3 INV-CN-2026-000002 -60.00, alice-cn-2 INV-CN-2026-000001 -12.00, "+
			"alice-inv-1 ACME-2026-000001 72.00")
}

// TestCreditNoteGoesBackByTheProvider: the ledger has the credit note and the refund
// once, whether the request or the provider's event comes again.
func TestCreditNoteGoesBackByTheProvider(t *testing.T) {
	t.Parallel()
	w := newSystem(t)
	_, session := w.begin("k1", "50.00")
	w.press(session, pay.Pay, 204)
	w.bill()
	const body = `{"invoice":"alice-inv-1","lines":[2],"reason":"r","refund":"provider"}`
	for range 2 {
		made := w.credit(201, "back", body)
		wanttest.Equal(t, "status of the refund", made.Refund.Status, "sent")
		wanttest.True(t, "the payment is named", strings.HasPrefix(made.Refund.Payment, "pi_local_"))
	}
	w.wantBalance("refunded", "-22.00", "refund -24.00, credit_note 24.00, renewal -72.00, payment 50.00")
	paid, _ := w.stripe.Session(session)
	wanttest.Equal(t, "events of the session", len(paid.Events), 2)
	w.again(paid, paid.Events[0])
	w.wantBalance("told again", "-22.00", "refund -24.00, credit_note 24.00, renewal -72.00, payment 50.00")
	tooMuch := w.credit(409, "more", `{"invoice":"alice-inv-1","lines":[3],"reason":"r","refund":"provider"}`)
	wanttest.Contains(t, "detail", tooMuch.Detail, "no payment by the provider is large enough")
}
