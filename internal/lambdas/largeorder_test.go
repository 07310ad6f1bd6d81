package lambdas_test

import (
	"fmt"
	"strings"
	"testing"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/renewal"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// workOff does a worker's work on an order of alice.
func (w *carriers) workOff(id string) {
	w.t.Helper()
	orders := shop.NewLargeOrders(w.store, searchcache.New(w.store, 1<<20, w.env.Now), w.env.Now)
	w.must(renewal.NewWorker(orders, nil, w.store, w.env.Now).Work(w.t.Context(),
		renewal.Message{Carrier: "acme", Customer: "alice", Orders: []string{id}}))
}

func (w *carriers) order(who, path, key, body string, status int) (o books.Order) {
	w.t.Helper()
	got := w.as(who, "POST", path, body, "idempotency-key", key)
	if got.Status != status {
		w.t.Fatalf("POST %s: %d %s, want %d", path, got.Status, got.Body, status)
	}
	got.read(w.t, &o)
	return o
}

func (w *carriers) enrich(amount string) {
	w.t.Helper()
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	account, err := w.store.Account(w.t.Context(), alice)
	w.must(err)
	update, entry, err := account.Post(ledger.Payment,
		[]ledger.Posting{{Account: ledger.Cash, Amount: money.MustParse(amount, "USD").Neg()}}, ledger.Reference{}, w.clock)
	w.must(err)
	w.change(update, entry)
}

// didList is a list of numbers in JSON.
func didList(from e164.Number, count int) string {
	list := make([]string, count)
	for i := range list {
		list[i] = `"` + (from + e164.Number(i)).String() + `"`
	}
	return "[" + strings.Join(list, ",") + "]"
}

// TestLargeOrder goes from a dry run to the lines of the completed order, and
// through the requests of staff and of a careless customer about it.
func TestLargeOrder(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230999)
	w.enrich("1000")
	const criteria = `"criteria":{"area":"London","consecutive":5},"quantity":100`

	var plan books.OrderPlan
	dry := w.as("alice", "POST", "/v1/orders", `{`+criteria+`,"dry_run":true}`)
	dry.read(t, &plan)
	wanttest.Equal(t, "dry run: status", dry.Status, 200)
	wanttest.Equal(t, "dry run: available", plan.Available, 100)
	wanttest.Equal(t, "dry run: total", plan.Total.Amount, "300.00")
	wanttest.Equal(t, "dry run: numbers", len(plan.DIDs), 100)

	o := w.order("alice", "/v1/orders", "k", `{`+criteria+`,"max_total":{"amount":"300.00","currency":"USD"}}`, 202)
	wanttest.Equal(t, "placed: status", o.Status, "processing")
	wanttest.Equal(t, "placed: missing", o.Missing, 100)
	wanttest.Equal(t, "placed: charged", o.Total.Amount, "0.00")
	w.workOff(o.ID)
	var shown books.Order
	w.as("alice", "GET", "/v1/orders/"+o.ID, "").read(t, &shown)
	wanttest.Equal(t, "ended: status", shown.Status, "completed")
	wanttest.Equal(t, "ended: bought", shown.Bought, 100)
	wanttest.Equal(t, "ended: total", shown.Total.Amount, "300.00")
	w.wantLines(o.ID, 100)
	if late := w.as("alice", "POST", "/v1/orders/"+o.ID+"/cancel", ""); late.Status != 409 {
		t.Errorf("cancel after the end: %d %s", late.Status, late.Body)
	}

	most := `"max_total":{"amount":"300.00","currency":"USD"}`
	few := w.order("alice", "/v1/orders", "few", `{"dids":`+didList(442071230200, 3)+`,`+most+`}`, 201)
	wanttest.Equal(t, "few: status", few.Status, "completed")
	wanttest.Equal(t, "few: lines", len(few.Lines), 3)
	w.wantLines(few.ID, 3)

	second := w.order("alice", "/v1/orders", "second", `{"dids":`+didList(442071230300, 95)+`,`+most+`}`, 202)
	w.order("alice", "/v1/orders/"+second.ID+"/cancel", "", "", 200)
	w.workOff(second.ID)
	w.as("alice", "GET", "/v1/orders/"+second.ID, "").read(t, &shown)
	wanttest.Equal(t, "cancelled: status", shown.Status, "rejected")
	wanttest.Equal(t, "cancelled: reason", shown.Reason.Code, "cancelled")

	staffs := w.order("acme-sales", "/v1/customers/alice/dids", "s", `{"dids":`+didList(442071230400, 95)+`,`+most+`}`,
		202)
	w.workOff(staffs.ID)
	w.as("alice", "GET", "/v1/orders/"+staffs.ID, "").read(t, &shown)
	wanttest.Equal(t, "by staff: bought", shown.Bought, 95)
}

// wantLines reads all pages of an order's lines.
func (w *carriers) wantLines(id string, want int) {
	w.t.Helper()
	lines := map[e164.Number]bool{}
	for cursor := ""; ; {
		var page httpapi.List[books.OrderLine]
		w.as("alice", "GET", "/v1/orders/"+id+"/lines?limit=40&cursor="+cursor, "").read(w.t, &page)
		for _, l := range page.Data {
			lines[l.DID.Number] = true
		}
		if page.NextCursor == nil {
			break
		}
		cursor = *page.NextCursor
	}
	wanttest.Equal(w.t, "lines", len(lines), want)
}

// TestLargeOrdersAreRefused: each invalid member is named, and nothing is written.
func TestLargeOrdersAreRefused(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230999)
	most := func(amount string) string { return `"max_total":{"amount":"` + amount + `","currency":"USD"}` }
	for body, want := range map[string]string{
		`{}`:                         `422 /total`,
		`{"dids":["+442071230000"]}`: `422 /max_total`,
		`{"dids":["+442071230000"],"quantity":3,` + most("9") + `}`:                             `422 /quantity`,
		`{"criteria":{},` + most("9") + `}`:                                                     `422 /quantity`,
		`{"criteria":{"starts_with":"x"},"quantity":100,` + most("9") + `}`:                     `422 /criteria/starts_with`,
		`{"criteria":{"consecutive":10},"quantity":95,` + most("9") + `}`:                       `422 /quantity`,
		`{"criteria":{"consecutive":100},"quantity":100,` + most("9") + `}`:                     `422 /criteria/consecutive`,
		`{"criteria":{},"quantity":5001,` + most("9") + `}`:                                     `422 /quantity`,
		`{"criteria":{},"quantity":100,"total":{"amount":"1","currency":"USD"},"partial":true}`: `422 /total`,
		`{"criteria":{"area":"Nowhere"},"quantity":100,` + most("900") + `}`:                    `409 dids_unavailable`,
		`{"criteria":{},"quantity":100,` + most("299.99") + `}`:                                 `409 total_changed`,
		`{"criteria":{},"quantity":100,` + most("300") + `}`:                                    `402 insufficient_funds`,
	} {
		got := w.as("alice", "POST", "/v1/orders", body, "idempotency-key", "k")
		status, place, _ := strings.Cut(want, " ")
		wanttest.Equal(t, body+": status", fmt.Sprint(got.Status), status)
		wanttest.True(t, body+": names "+place+" in "+got.Body, strings.Contains(got.Body, `"`+place+`"`))
	}
	if keyless := w.as("alice", "POST", "/v1/orders", `{"criteria":{},"quantity":100,`+most("300")+
		`}`); keyless.Status != 400 {
		t.Errorf("without a key: %d %s", keyless.Status, keyless.Body)
	}
}
