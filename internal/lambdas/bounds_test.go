package lambdas_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// What one request may read and answer, however much its customer owns.
const (
	maxReadUnits   = 700
	maxAnswerBytes = 1_000_000
)

// wider are the routes that exceed these limits, with their own limits and the
// reasons.
var wider = map[string]struct {
	units float64
	bytes int
}{
	// A page has up to shop.MaxStatement lines.
	"GET /v1/account/statement":        {2000, 5_500_000},
	"GET /v1/customers/{id}/statement": {2000, 5_500_000},
	// It reads every rental that comes due within 31 days, once in ten minutes.
	"GET /v1/reports/renewals": {20_000, maxAnswerBytes},
}

// orders is the number of orders and renewals of 90 numbers for the magnate: enough
// to exceed each bound if a route reads or answers everything.
var orders = flag.Int("magnate-orders", 30, "orders of 90 numbers in TestEveryGetIsBounded; 84 are 7,560 rentals")

const perOrder = 90

var magnateFirst e164.Number = 442079000000

// magnate makes alice a large customer: orders of 90 numbers, then as many
// renewals on one invoice; it returns the invoice's id.
func (w *carriers) magnate() (invoice string) {
	w.t.Helper()
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	account, err := w.store.Account(w.t.Context(), alice)
	w.must(err)
	paid, entry, err := account.Post(ledger.Payment,
		[]ledger.Posting{{Account: ledger.Cash, Amount: money.MustParse("-1000000", "USD")}}, ledger.Reference{}, w.clock)
	w.must(err)
	w.change(paid, entry)
	account = paid.To
	for n := range *orders {
		account = w.buysNinety(account, n)
	}
	onto := account.NextInvoice(w.clock)
	for n := range *orders {
		update, entry, billed, err := account.Bill(ledger.Renewal, charges(n, 1), onto, "", w.clock)
		w.must(err)
		w.change(update, entry, billed)
		account, onto = update.To, billed
	}
	return onto.ID
}

var monthly = did.Offer{Country: "GB", Area: "London", Type: e164.Geographic, Terms: pricing.Terms{
	Package: "standard", Version: 1, Name: "Standard", Setup: money.MustParse("1", "USD"),
	Recurring: money.MustParse("2", "USD"),
	Interval:  pricing.Interval{Unit: pricing.Day, Count: 1},
}}

func (w *carriers) buysNinety(account ledger.Account, n int) ledger.Account {
	w.t.Helper()
	id := fmt.Sprintf("01JD00000000000000000%05d", n)
	onto := account.NextInvoice(w.clock)
	onto.OrderID = id
	update, entry, billed, err := account.Bill(ledger.Order, charges(n, 0), onto, "", w.clock)
	w.must(err)
	order := shop.Order{
		Customer: account.Customer, ID: id, Number: fmt.Sprintf("alice-%d", n), Status: shop.Completed,
		Total:     entry.Amount.Neg(),
		InvoiceID: billed.ID, EntrySeq: entry.Seq, CreatedAt: w.clock,
	}
	var changes []commit.Change
	for _, c := range charges(n, 0) {
		move, err := did.AllocateTo("acme", "alice", c.Number, did.DID{}, monthly, c.RentalID, w.clock, time.UTC)
		w.must(err)
		changes = append(changes, move)
		order.Lines = append(order.Lines, shop.OrderLine{Number: c.Number, RentalID: c.RentalID, Offer: monthly})
	}
	w.change(append(changes, update, entry, billed, order)...)
	return update.To
}

// charges returns the charges of one period for the n-th ninety numbers.
func charges(n, period int) (list []ledger.Charge) {
	for i := range perOrder {
		number := magnateFirst + e164.Number(n*perOrder+i)
		list = append(list, ledger.Charge{
			Book: ledger.Recurring, Net: money.MustParse("2", "USD"), Tax: money.MustParse("0.40", "USD"), Number: number,
			RentalID: "r" + number.Digits(), Period: period, Package: "standard", From: start, To: start.AddDate(0, 0, 1),
		})
	}
	return list
}

// TestEveryGetIsBounded calls every route of the OpenAPI document with the
// largest page, for a customer with thousands of rentals, and measures reads
// and answers. New routes are measured automatically.
func TestEveryGetIsBounded(t *testing.T) {
	t.Parallel()
	meter := new(dynamotest.Meter)
	w := newCarriersAround(t, func(function string, env awsenv.Env) awsenv.Env {
		if function != "authorizer" {
			env.AWS = meter.Into(env.AWS)
		}
		return env
	})
	ids := w.things()
	invoice := w.magnate()
	for route, paths := range getRequests() {
		who := "alice"
		if !people[who].May(auth.Rules[route]) {
			who = "ada"
		}
		limits, ok := wider[route]
		if !ok {
			limits.units, limits.bytes = maxReadUnits, maxAnswerBytes
		}
		for _, path := range paths {
			path = strings.Replace(ids.Replace(path), "/invoices/alice-inv-1", "/invoices/"+invoice, 1)
			before := meter.Read()
			answer := w.as(who, "GET", path, "")
			if answer.Status >= 500 {
				t.Errorf("%s: %d %s", path, answer.Status, answer.Body)
			}
			if units := meter.Read() - before; units > limits.units {
				t.Errorf("%s: %.0f read units, at most %.0f", path, units, limits.units)
			}
			if got := len(answer.Body); got > limits.bytes {
				t.Errorf("%s: %d bytes, at most %d", path, got, limits.bytes)
			}
		}
	}
	w.walks(invoice)
}

// getRequests returns the paths to request for the GET routes of the OpenAPI
// document: every sample, with the largest values of its parameters.
func getRequests() map[string][]string {
	requests := map[string][]string{}
	for path, item := range openapi.Document().Paths {
		route := "GET " + path
		if item.Get == nil || samples[route].path == "" { // TestMatrixOfRolesAndRoutes names a route without a sample
			continue
		}
		query := url.Values{}
		for _, p := range item.Get.Parameters {
			if p.In == "query" && p.Schema.Maximum != nil && p.Name != "consecutive" {
				query.Set(p.Name, fmt.Sprint(int(*p.Schema.Maximum)))
			}
		}
		requests[route] = []string{samples[route].path}
		if more := query.Encode(); more != "" {
			requests[route] = append(requests[route], withQuery(samples[route].path, more))
		}
	}
	for _, route := range []string{"GET /v1/dids", "GET /v1/customers/{id}/dids"} {
		for _, sparse := range []string{"state=ported_out", "q=7999"} {
			requests[route] = append(requests[route], withQuery(samples[route].path, sparse+"&limit=200"))
		}
	}
	return requests
}

func withQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}

// walks follows cursors: short pages together have every row, once.
func (w *carriers) walks(invoice string) {
	w.t.Helper()
	type page struct {
		Data, Lines []json.RawMessage
		DIDs        int
		NextCursor  *string `json:"next_cursor"`
	}
	counted := map[string]int{}
	for name, path := range map[string]string{
		"rentals": "/v1/dids?limit=200", "orders": "/v1/orders?limit=200", "entries": "/v1/account/ledger?limit=200",
		"none": "/v1/dids?limit=200&state=ported_out", "invoice": "/v1/invoices/" + invoice + "?limit=1000",
		"forecast": "/v1/account/charges?days=2",
	} {
		seen := map[string]bool{}
		for cursor := ""; ; {
			var p page
			w.as("alice", "GET", withQuery(path, "cursor="+url.QueryEscape(cursor)), "").read(w.t, &p)
			for _, row := range append(p.Data, p.Lines...) {
				seen[string(row)] = true
			}
			if name == "forecast" {
				counted[name] += p.DIDs
			}
			if p.NextCursor == nil {
				break
			}
			cursor = *p.NextCursor
		}
		if name != "forecast" {
			counted[name] = len(seen)
		}
	}
	// things makes an order of two numbers; the carriers begin with a payment
	want := map[string]int{
		"rentals": *orders*perOrder + 2, "orders": *orders + 1, "entries": 2**orders + 3,
		"none": 0, "invoice": *orders * perOrder, "forecast": *orders*perOrder + 2,
	}
	if diff := cmp.Diff(want, counted); diff != "" {
		w.t.Errorf("rows of all pages:\n%s", diff)
	}
}
