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
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// buy holds and buys numbers for alice, who has enough money.
func (w *carriers) buy(key, total string, numbers ...e164.Number) books.Order {
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
	var order books.Order
	bought.read(w.t, &order)
	return order
}

func totalOf(amount string) string { return `{"total":{"amount":"` + amount + `","currency":"USD"}}` }

// renew moves the clock and does the due work for alice's numbers.
func (w *carriers) renew(at time.Time, numbers ...e164.Number) {
	w.t.Helper()
	w.clock = at
	worker := renewal.NewWorker(shop.NewLargeOrders(w.store, nil, w.env.Now), nil, w.store, w.env.Now)
	w.must(worker.Work(context.Background(),
		renewal.Message{Carrier: "acme", Customer: "alice", Account: true, DIDs: numbers}))
}

// rental sends a request as alice and reads the rental in the answer.
func (w *carriers) rental(method string, n e164.Number, rest, body string) books.Rental {
	w.t.Helper()
	var r books.Rental
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

// A customer's settings of a rental, and the answers to invalid ones.
func TestEditRental(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "3.00", n)

	r := w.rental("PATCH", n, "", `{"label":"front desk","destination":"+44 20 7946 0000","tags":["a","b"]}`)
	wanttest.Equal(t, "label", *r.Label, "front desk")
	wanttest.Equal(t, "destination", *r.Destination, "+442079460000")
	wanttest.Equal(t, "number of tags", len(r.Tags), 2)
	r = w.rental("PATCH", n, "", `{"destination":"sip:desk@example.com","label":null}`)
	wanttest.True(t, "the label is removed", r.Label == nil)
	wanttest.Equal(t, "destination", *r.Destination, "sip:desk@example.com")
	wanttest.Equal(t, "number of tags", len(r.Tags), 2)
	if r = w.rental("PATCH", n, "", `{}`); len(r.Tags) != 2 {
		t.Errorf("an empty patch: %+v", r)
	}
	refused(t, "bad settings", w.as("alice", "PATCH", "/v1/dids/"+n.Digits(),
		`{"destination":"mailto:a@b","label":"a\u0000","tags":["x","x"]}`),
		422, "invalid_request", `"pointer":"/destination"`, `"pointer":"/label"`, `"pointer":"/tags/1"`)
	refused(t, "unknown member", w.as("alice", "PATCH", "/v1/dids/"+n.Digits(), `{"state":"active"}`), 422,
		"invalid_request", "/state")
	refused(t, "not hers", w.as("alice", "PATCH", "/v1/dids/"+(n+1).Digits(), `{"label":"x"}`), 404, "not_found")
	if r = w.rental("GET", n, "", ""); r.Label != nil || len(r.Tags) != 2 {
		t.Errorf("after the refusals: %+v", r)
	}
}

// A rental is cancelled, restored, cancelled again, runs out, and is reclaimed;
// its charges are on ledger, statement and invoices.
func TestRentalEndsAndIsReclaimed(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n, kept, long e164.Number = 442071230000, 442071230001, 442071240000
	w.offer("acme", n, n+9)
	w.offerAs("bound", long, long+9)
	w.buy("k1", "9.00", n, kept, long)
	path := "/v1/dids/" + n.Digits()

	var coming httpapi.List[books.Charge]
	w.as("alice", "GET", path+"/charges?next=3", "").read(t, &coming)
	if len(coming.Data) != 3 {
		t.Fatalf("charges are %+v, want three", coming.Data)
	}
	wanttest.Diff(t, "charges: time of the third", coming.Data[2].At, start.AddDate(0, 3, 0))
	wanttest.Equal(t, "charges: amount of the first", coming.Data[0].Amount.Amount, "2.00")
	wanttest.True(t, "charges: the first is not owed yet", !coming.Data[0].Owed)
	refused(t, "minimum term", w.as("alice", "DELETE", "/v1/dids/"+long.Digits(), ""), 409, "minimum_term",
		`"first_end":"2027-11-24T12:00:00Z"`)
	if r := w.rental("GET", long, "", ""); !r.MinimumTermEnds.Equal(start.AddDate(1, 0, 0)) ||
		!r.CancellableFrom.Equal(start.AddDate(0, 11, 0)) {
		t.Errorf("%+v", r)
	}

	refused(t, "restore of an active one", w.as("alice", "POST", path+"/restore", ""), 409, "illegal_state")
	for range 2 {
		r := w.rental("DELETE", n, "", "")
		wanttest.Equal(t, "cancelled: state", r.State, "pending_release")
		wanttest.True(t, "cancelled: no next charge", r.NextCharge == nil)
		wanttest.Diff(t, "cancelled: next event", *r.NextEvent, start.AddDate(0, 1, 0))
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
	wanttest.Equal(t, "run out: state", r.State, "aging")
	if r.Reclaim == nil {
		t.Fatal("run out: no reclaim")
	}
	wanttest.Equal(t, "run out: price of a reclaim", r.Reclaim.Total.Amount, "2.00")
	wanttest.Diff(t, "run out: end of the time to reclaim", r.Reclaim.Until, due.AddDate(0, 0, 30))
	refused(t, "without a key", w.as("alice", "POST", path+"/reclaim", totalOf("2.00")), 400, "idempotency_key_required")
	refused(t, "another total", w.as("alice", "POST", path+"/reclaim", totalOf("3.00"), "idempotency-key", "r"), 409,
		"total_changed", `"total":{"amount":"2.00"`)
	refused(t, "another customer",
		w.as("bob", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r"), 404, "not_found")
	refused(t, "not in quarantine", w.as("alice", "POST", "/v1/dids/"+kept.Digits()+"/reclaim", totalOf("2.00"),
		"idempotency-key", "x"), 409, "illegal_state")
	back := w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r")
	again := w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "r")
	wanttest.Equal(t, "reclaim: status", back.Status, 201)
	wanttest.Equal(t, "reclaim: status of the repeat", again.Status, 201)
	wanttest.Equal(t, "reclaim: answer to the repeat", again.Body, back.Body)
	refused(t, "a key of another order", w.as("alice", "POST", path+"/reclaim", totalOf("2.00"), "idempotency-key", "k1"),
		422, "idempotency_key_reused")
	if r := w.rental("GET", n, "", ""); r.State != "active" || !r.PeriodEnd.Equal(due.AddDate(0, 1, 0)) {
		t.Errorf("reclaimed: %+v", r)
	}
	w.accounts()
}

// accounts checks alice's charges of the test above: 9.00, 4.00 of renewals and
// 2.00 for the reclaim.
func (w *carriers) accounts() {
	w.t.Helper()
	var s books.Statement
	w.as("alice", "GET", "/v1/account/statement?from=2026-11-25&to=2026-12-31", "").read(w.t, &s)
	wanttest.Equal(w.t, "statement: opening balance", s.Opening.Amount, "91.00")
	wanttest.Equal(w.t, "statement: closing balance", s.Closing.Amount, "85.00")
	wanttest.Equal(w.t, "statement: number of entries", len(s.Entries), 2)
	if len(s.Totals) != 1 {
		w.t.Fatalf("statement: totals are %+v, want one", s.Totals)
	}
	wanttest.Equal(w.t, "statement: total", s.Totals[0].Amount.Amount, "-6.00")
	e := s.Entries[0]
	wanttest.Equal(w.t, "renewal: kind", e.Kind, "renewal")
	wanttest.True(w.t, "renewal: names no single DID", e.DID == nil)
	if len(e.Lines) != 2 {
		w.t.Fatalf("renewal: lines are %+v, want two", e.Lines)
	}
	wanttest.Equal(w.t, "renewal: kind of the first line", e.Lines[0].Kind, "recurring")
	wanttest.Diff(w.t, "renewal: end of the first line's period", *e.Lines[0].PeriodTo, start.AddDate(0, 2, 0))
	w.statementPages("/v1/account/statement?from=2026-11-01&to=2026-12-31")
	sheet := w.as("alice", "GET", "/v1/account/statement?from=2026-11-01&to=2026-12-31", "", "accept", "text/csv")
	if !strings.HasPrefix(sheet.Body, csvexport.Mark) {
		w.t.Errorf("the CSV begins with %q, not with a byte order mark", sheet.Body[:4])
	}
	rows, err := csvexport.NewReader(strings.NewReader(sheet.Body)).ReadAll()
	w.must(err)
	if len(rows) != 1+1+6+2+1 {
		w.t.Fatalf("CSV: rows are %q, want %d", rows, 1+1+6+2+1)
	}
	wanttest.Equal(w.t, "CSV: number in the third row", rows[2][4], "'+442071230000")
	wanttest.Equal(w.t, "CSV: amount in the third row", rows[2][8], "-1.00")
	wanttest.True(w.t, "CSV: the content type begins with text/csv",
		strings.HasPrefix(sheet.Headers["Content-Type"], "text/csv"))
	for _, bad := range []string{"from=2026-13-01", "from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-02-01"} {
		if got := w.as("alice", "GET", "/v1/account/statement?"+bad, ""); got.Status != 400 && got.Status != 422 ||
			!strings.Contains(got.Body, `"parameter"`) {
			w.t.Errorf("%s: %d %s", bad, got.Status, got.Body)
		}
	}

	var invoices httpapi.List[books.InvoiceHeader]
	w.as("alice", "GET", "/v1/invoices", "").read(w.t, &invoices)
	if len(invoices.Data) != 3 {
		w.t.Fatalf("invoices are %+v, want three", invoices.Data)
	}
	wanttest.Equal(w.t, "invoices: kind of the second", invoices.Data[1].Kind, "renewals")
	wanttest.Equal(w.t, "invoices: gross amount of the second", invoices.Data[1].Gross.Amount, "4.00")
	var shown books.Invoice
	w.as("alice", "GET", "/v1/invoices/alice-inv-2", "").read(w.t, &shown)
	if len(shown.Lines) != 2 {
		w.t.Fatalf("invoice: lines are %+v, want two", shown.Lines)
	}
	wanttest.Equal(w.t, "invoice: package of the second line", shown.Lines[1].Package.Name, "Bound")
	wanttest.Equal(w.t, "invoice: gross amount of the second line", shown.Lines[1].Gross.Amount, "2.00")
	wanttest.Diff(w.t, "invoice: start of the second line's period", *shown.Lines[1].PeriodFrom, start.AddDate(0, 1, 0))
	page := w.as("alice", "GET", "/v1/invoices/alice-inv-2", "", "accept", "text/html,*/*;q=0.8")
	wanttest.Equal(w.t, "page: status", page.Status, 200)
	wanttest.True(w.t, "page: the content type begins with text/html",
		strings.HasPrefix(page.Headers["Content-Type"], "text/html"))
	wanttest.Contains(w.t, "page: body", page.Body, "2026-12-24 – 2027-01-24")
	wanttest.Contains(w.t, "page: Content-Security-Policy", page.Headers["Content-Security-Policy"], "style-src 'sha256-")
	refused(w.t, "bob's look at it", w.as("bob", "GET", "/v1/invoices/alice-inv-2", ""), 404, "not_found")
}

// An invoice's page shows names exactly, with any characters.
func TestInvoicePageEscapes(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
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

// An unpaid rental is owed, may be given up at once, and is in the forecast until
// then.
func TestUnpaidRental(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
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
	wanttest.Equal(t, "state", r.State, "past_due")
	wanttest.True(t, "the next charge is owed", r.NextCharge.Owed)
	wanttest.Diff(t, "time of the next charge", r.NextCharge.At, due)
	wanttest.Diff(t, "cancellable from", *r.CancellableFrom, due)
	var forecast books.Forecast
	w.as("alice", "GET", "/v1/account/charges?days=40", "").read(t, &forecast)
	wanttest.Equal(t, "forecast: amount owed", forecast.Owed.Amount.Amount, "66.00")
	wanttest.Equal(t, "forecast: number of owed charges", forecast.Owed.Charges, 33)
	if len(forecast.Data) != 1 {
		t.Fatalf("forecast: days are %+v, want one", forecast.Data)
	}
	wanttest.Equal(t, "forecast: amount of the day", forecast.Data[0].Amount.Amount, "66.00")
	r = w.rental("DELETE", n, "", "")
	wanttest.Equal(t, "given up: state", r.State, "aging")
	wanttest.Diff(t, "given up: next event", *r.NextEvent, due.AddDate(0, 0, 30))
	wanttest.True(t, "given up: no next charge", r.NextCharge == nil)
	refused(t, "reclaim without money", w.as("alice", "POST", "/v1/dids/"+n.Digits()+"/reclaim", totalOf("2.00"),
		"idempotency-key", "r"), 402, "insufficient_funds")
}

// The cart shows its coming charges before it is bought.
func TestCartSaysWhatComes(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	w.as("alice", "POST", "/v1/cart/items", `{"start":"+442071230000","count":2}`)
	var cart customer.CartView
	w.as("alice", "GET", "/v1/cart", "").read(t, &cart)
	wanttest.Equal(t, "charge of today", cart.Today.Amount.Amount, "6.00")
	wanttest.Equal(t, "number of charges of today", cart.Today.Charges, 2)
	if len(cart.NextCharges) != 12 {
		t.Fatalf("next charges are %+v, want twelve", cart.NextCharges)
	}
	wanttest.Equal(t, "amount of the second next charge", cart.NextCharges[1].Amount.Amount, "4.00")
	wanttest.Diff(t, "time of the second next charge", *cart.NextCharges[1].At, start.AddDate(0, 2, 0))
}

// statementPages reads a statement entry by entry: the pages have the entries and the
// balances of the whole. A file that is a page has the address of the next one.
func (w *carriers) statementPages(path string) {
	w.t.Helper()
	var whole, page books.Statement
	w.as("alice", "GET", path, "").read(w.t, &whole)
	wanttest.True(w.t, "statement: all entries are on one page", whole.NextCursor == nil && len(whole.Entries) > 2)
	var entries []books.LedgerEntry
	for next := ""; ; next = "&cursor=" + *page.NextCursor {
		page = books.Statement{}
		w.as("alice", "GET", path+"&limit=1"+next, "").read(w.t, &page)
		wanttest.Equal(w.t, "statement: entries of a page", len(page.Entries), 1)
		wanttest.Equal(w.t, "statement: opening balance of a page", page.Opening, whole.Opening)
		wanttest.Equal(w.t, "statement: closing balance of a page", page.Closing, whole.Closing)
		if entries = append(entries, page.Entries...); page.NextCursor == nil {
			break
		}
	}
	wanttest.Diff(w.t, "statement: entries of all pages", entries, whole.Entries)
	lines, address := 0, path+"&format=csv&limit=1"
	for range len(whole.Entries) {
		file := w.as("alice", "GET", address, "")
		rows, err := csvexport.NewReader(strings.NewReader(file.Body)).ReadAll()
		w.must(err)
		lines += len(rows) - 1
		next, _, _ := strings.Cut(strings.TrimPrefix(file.Headers["Link"], "<"), ">")
		address = "/v1/account/statement" + next
	}
	wanttest.Equal(w.t, "statement: no page after the last", address, "/v1/account/statement")
	wanttest.True(w.t, "statement: files of pages have all lines", lines > len(whole.Entries))
	refused(w.t, "a broken cursor", w.as("alice", "GET", path+"&cursor=bm9uZQ", ""), 400, "invalid_request", "cursor")
}
