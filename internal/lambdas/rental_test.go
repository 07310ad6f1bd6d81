package lambdas_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
)

// buy holds and buys numbers for alice, who is not short of money.
func (w *world) buy(key, total string, numbers ...e164.Number) httpapi.Order {
	w.t.Helper()
	dids := make([]string, len(numbers))
	for i, n := range numbers {
		dids[i] = `"` + n.String() + `"`
	}
	w.as("alice", "POST", "/v1/cart/items", `{"dids":[`+strings.Join(dids, ",")+`]}`)
	bought := w.as("alice", "POST", "/v1/orders", totalOf(total), "idempotency-key", key)
	if bought.Status != 201 {
		w.t.Fatalf("buy: %d %s", bought.Status, bought.Body)
	}
	var order httpapi.Order
	bought.read(w.t, &order)
	return order
}

func totalOf(amount string) string { return `{"total":{"amount":"` + amount + `","currency":"USD"}}` }

// renew moves the clock and does what is due then for alice's numbers.
func (w *world) renew(at time.Time, numbers ...e164.Number) {
	w.t.Helper()
	w.clock = at
	worker := renewal.NewWorker(shop.New(w.store, w.env.Now), w.store, w.env.Now)
	w.must(worker.Work(context.Background(), renewal.Message{Carrier: "acme", Customer: "alice", Account: true, DIDs: numbers}))
}

// rental asks as alice and reads the rental that is answered.
func (w *world) rental(method string, n e164.Number, rest, body string) httpapi.Rental {
	w.t.Helper()
	var r httpapi.Rental
	got := w.as("alice", method, "/v1/dids/"+url.PathEscape(n.String())+rest, body)
	if got.Status != 200 {
		w.t.Fatalf("%s %s%s: %d %s", method, n, rest, got.Status, got.Body)
	}
	got.read(w.t, &r)
	return r
}

func refused(t *testing.T, what string, got reply, status int, code string, texts ...string) {
	t.Helper()
	if got.Status != status || got.code(t) != code {
		t.Errorf("%s: %d %s, want %d %s", what, got.Status, got.Body, status, code)
	}
	for _, text := range texts {
		if !strings.Contains(got.Body, text) {
			t.Errorf("%s: %s lacks %s", what, got.Body, text)
		}
	}
}

// What a customer says of a rental, and what it says back when that can't be
// meant.
func TestEditRental(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "3.00", n)

	r := w.rental("PATCH", n, "", `{"label":"front desk","destination":"+44 20 7946 0000","tags":["a","b"]}`)
	if *r.Label != "front desk" || *r.Destination != "+442079460000" || len(r.Tags) != 2 {
		t.Errorf("%+v", r)
	}
	r = w.rental("PATCH", n, "", `{"destination":"sip:desk@example.com","label":null}`)
	if r.Label != nil || *r.Destination != "sip:desk@example.com" || len(r.Tags) != 2 {
		t.Errorf("%+v", r)
	}
	if r = w.rental("PATCH", n, "", `{}`); len(r.Tags) != 2 {
		t.Errorf("an empty patch: %+v", r)
	}
	refused(t, "bad settings", w.as("alice", "PATCH", "/v1/dids/"+n.Digits(), `{"destination":"mailto:a@b","label":"a\u0000","tags":["x","x"]}`),
		422, "invalid_request", `"pointer":"/destination"`, `"pointer":"/label"`, `"pointer":"/tags/1"`)
	refused(t, "unknown member", w.as("alice", "PATCH", "/v1/dids/"+n.Digits(), `{"state":"active"}`), 422, "invalid_request", "/state")
	refused(t, "not hers", w.as("alice", "PATCH", "/v1/dids/"+(n+1).Digits(), `{"label":"x"}`), 404, "not_found")
	if r = w.rental("GET", n, "", ""); r.Label != nil || len(r.Tags) != 2 {
		t.Errorf("after what was refused: %+v", r)
	}
}

// A rental is cancelled, restored, cancelled again, runs out, and is reclaimed;
// what it cost is on ledger, statement and invoices.
func TestRentalEndsAndIsReclaimed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n, kept, long e164.Number = 442071230000, 442071230001, 442071240000
	w.offer("acme", n, n+9)
	w.offerAs("bound", long, long+9)
	w.buy("k1", "9.00", n, kept, long)
	path := "/v1/dids/" + n.Digits()

	var coming httpapi.List[httpapi.Charge]
	w.as("alice", "GET", path+"/charges?next=3", "").read(t, &coming)
	if len(coming.Data) != 3 || !coming.Data[2].At.Equal(start.AddDate(0, 3, 0)) || coming.Data[0].Amount.Amount != "2.00" || coming.Data[0].Owed {
		t.Errorf("charges: %+v", coming)
	}
	refused(t, "minimum term", w.as("alice", "DELETE", "/v1/dids/"+long.Digits(), ""), 409, "minimum_term", `"first_end":"2027-11-24T12:00:00Z"`)
	if r := w.rental("GET", long, "", ""); !r.MinimumTermEnds.Equal(start.AddDate(1, 0, 0)) || !r.CancellableFrom.Equal(start.AddDate(0, 11, 0)) {
		t.Errorf("%+v", r)
	}

	refused(t, "restore of an active one", w.as("alice", "POST", path+"/restore", ""), 409, "illegal_state")
	for range 2 {
		r := w.rental("DELETE", n, "", "")
		if r.State != "pending_release" || r.NextCharge != nil || !r.NextEvent.Equal(start.AddDate(0, 1, 0)) {
			t.Errorf("cancelled: %+v", r)
		}
		if list := w.as("alice", "GET", path+"/charges", ""); !strings.Contains(list.Body, `"data":[]`) {
			t.Errorf("charges of one that ends: %s", list.Body)
		}
		refused(t, "cancelled twice", w.as("alice", "DELETE", path, ""), 409, "illegal_state")
		if r := w.rental("POST", n, "/restore", ""); r.State != "active" || r.NextCharge == nil {
			t.Errorf("restored: %+v", r)
		}
	}
	w.rental("DELETE", n, "", "")

	due := start.AddDate(0, 1, 0)
	w.renew(due, n, kept, long)
	r := w.rental("GET", n, "", "")
	if r.State != "aging" || r.Reclaim == nil || r.Reclaim.Total.Amount != "2.00" || !r.Reclaim.Until.Equal(due.AddDate(0, 0, 30)) {
		t.Fatalf("run out: %+v", r)
	}
	refused(t, "without a key", w.as("alice", "POST", path+"/reclaim", totalOf("2.00")), 400, "idempotency_key_required")
	refused(t, "another total", w.as("alice", "POST", path+"/reclaim", totalOf("3.00"), "idempotency-key", "r"), 409, "total_changed", `"total":{"amount":"2.00"`)
	refused(t, "somebody else", w.as("bob", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r"), 404, "not_found")
	refused(t, "not in quarantine", w.as("alice", "POST", "/v1/dids/"+kept.Digits()+"/reclaim", totalOf("2.00"), "idempotency-key", "x"), 409, "illegal_state")
	back := w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r")
	again := w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r")
	if back.Status != 201 || again.Status != 201 || back.Body != again.Body {
		t.Errorf("reclaim: %d %s, then %d %s", back.Status, back.Body, again.Status, again.Body)
	}
	refused(t, "a key of another order", w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "k1"), 422, "idempotency_key_reused")
	if r := w.rental("GET", n, "", ""); r.State != "active" || !r.PeriodEnd.Equal(due.AddDate(0, 1, 0)) {
		t.Errorf("reclaimed: %+v", r)
	}
	w.accounts()
}

// accounts reads what the test before it cost alice: 9.00, 4.00 of renewals and
// 2.00 for the reclaim.
func (w *world) accounts() {
	w.t.Helper()
	var s httpapi.Statement
	w.as("alice", "GET", "/v1/account/statement?from=2026-11-25&to=2026-12-31", "").read(w.t, &s)
	if s.Opening.Amount != "91.00" || s.Closing.Amount != "85.00" || len(s.Entries) != 2 || len(s.Totals) != 1 || s.Totals[0].Amount.Amount != "-6.00" {
		w.t.Errorf("statement: %+v", s)
	}
	if e := s.Entries[0]; e.Kind != "renewal" || e.DID != nil || len(e.Lines) != 2 || e.Lines[0].Kind != "recurring" || !e.Lines[0].PeriodTo.Equal(start.AddDate(0, 2, 0)) {
		w.t.Errorf("renewal: %+v", e)
	}
	sheet := w.as("alice", "GET", "/v1/account/statement?from=2026-11-01&to=2026-12-31", "", "accept", "text/csv")
	if !strings.HasPrefix(sheet.Body, csvexport.Mark) {
		w.t.Errorf("the CSV begins with %q, not with a byte order mark", sheet.Body[:4])
	}
	rows, err := csvexport.NewReader(strings.NewReader(sheet.Body)).ReadAll()
	w.must(err)
	if len(rows) != 1+1+6+2+1 || rows[2][4] != "'+442071230000" || rows[2][8] != "-1.00" || !strings.HasPrefix(sheet.Headers["Content-Type"], "text/csv") {
		w.t.Errorf("CSV: %q", rows)
	}
	for _, bad := range []string{"from=2026-13-01", "from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-02-01"} {
		if got := w.as("alice", "GET", "/v1/account/statement?"+bad, ""); got.Status != 400 && got.Status != 422 || !strings.Contains(got.Body, `"parameter"`) {
			w.t.Errorf("%s: %d %s", bad, got.Status, got.Body)
		}
	}

	var invoices httpapi.List[httpapi.InvoiceHeader]
	w.as("alice", "GET", "/v1/invoices", "").read(w.t, &invoices)
	if len(invoices.Data) != 3 || invoices.Data[1].Kind != "renewals" || invoices.Data[1].Gross.Amount != "4.00" {
		w.t.Errorf("invoices: %+v", invoices)
	}
	var shown httpapi.Invoice
	w.as("alice", "GET", "/v1/invoices/alice-inv-2", "").read(w.t, &shown)
	if len(shown.Lines) != 2 || shown.Lines[1].Package.Name != "Bound" || shown.Lines[1].Gross.Amount != "2.00" || !shown.Lines[1].PeriodFrom.Equal(start.AddDate(0, 1, 0)) {
		w.t.Errorf("invoice: %+v", shown)
	}
	page := w.as("alice", "GET", "/v1/invoices/alice-inv-2", "", "accept", "text/html,*/*;q=0.8")
	if page.Status != 200 || !strings.HasPrefix(page.Headers["Content-Type"], "text/html") || !strings.Contains(page.Body, "2026-12-24 – 2027-01-24") ||
		!strings.Contains(page.Headers["Content-Security-Policy"], "style-src 'sha256-") {
		w.t.Errorf("page: %v %s", page.Headers, page.Body)
	}
	refused(w.t, "bob's look at it", w.as("bob", "GET", "/v1/invoices/alice-inv-2", ""), 404, "not_found")
}

// An invoice's page shows what people are called as it is called, whatever that
// may be.
func TestInvoicePageEscapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offer("acme", 442071230000, 442071230009)
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	account, err := w.store.Account(context.Background(), alice)
	w.must(err)
	renamed := account
	renamed.Name, renamed.Ver = `<script>alert("1")</script>`, account.Ver+1
	w.change(ledger.Update{SeenVer: account.Ver, To: renamed})
	w.buy("k", "3.00", 442071230000)
	page := w.as("alice", "GET", "/v1/invoices/alice-inv-1", "", "accept", "text/html")
	if strings.Contains(page.Body, "<script") || !strings.Contains(page.Body, "&lt;script&gt;") {
		t.Error(page.Body)
	}
}

// An unpaid rental is owed, may be given up at once, and is forecast until then.
func TestUnpaidRental(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+99)
	numbers := []e164.Number{n}
	for i := range 32 {
		numbers = append(numbers, n+1+e164.Number(i))
	}
	w.buy("k", "99.00", numbers...) // of 100.00
	due := start.AddDate(0, 1, 0)
	w.renew(due, numbers...)

	r := w.rental("GET", n, "", "")
	if r.State != "past_due" || !r.NextCharge.Owed || !r.NextCharge.At.Equal(due) || !r.CancellableFrom.Equal(due) {
		t.Errorf("%+v", r)
	}
	var forecast httpapi.Forecast
	w.as("alice", "GET", "/v1/account/charges?days=40", "").read(t, &forecast)
	if forecast.Owed.Amount.Amount != "66.00" || forecast.Owed.Charges != 33 || len(forecast.Data) != 1 || forecast.Data[0].Amount.Amount != "66.00" {
		t.Errorf("forecast: %+v", forecast)
	}
	if r := w.rental("DELETE", n, "", ""); r.State != "aging" || !r.NextEvent.Equal(due.AddDate(0, 0, 30)) || r.NextCharge != nil {
		t.Errorf("given up: %+v", r)
	}
	refused(t, "reclaim without money", w.as("alice", "POST", "/v1/dids/"+n.Digits()+"/reclaim", totalOf("2.00"), "idempotency-key", "r"), 402, "insufficient_funds")
}

// What a cart will cost is said before it is bought.
func TestCartSaysWhatComes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.offer("acme", 442071230000, 442071230009)
	w.as("alice", "POST", "/v1/cart/items", `{"start":"+442071230000","count":2}`)
	var cart httpapi.CartView
	w.as("alice", "GET", "/v1/cart", "").read(t, &cart)
	if cart.Today.Amount.Amount != "6.00" || cart.Today.Charges != 2 || len(cart.NextCharges) != 12 || cart.NextCharges[1].Amount.Amount != "4.00" || !cart.NextCharges[1].At.Equal(start.AddDate(0, 2, 0)) {
		t.Errorf("%+v", cart)
	}
}
