package lambdas_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/faults"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
	"didpurchase/internal/webhook"
)

// Alice's numbers in TestDatabaseThatRefusesWrites, besides sold and bound.
const (
	inCart    e164.Number = sold + 1
	cancelled e164.Number = sold + 2
	aging     e164.Number = sold + 3
	offered   e164.Number = sold + 8
	awaited   e164.Number = sold + 9
)

// Bodies of writing.
const (
	dailySchedule = `{"report":"rentals","every":{"unit":"day","count":1},"format":"csv"}`
)

var (
	editOfSold = `{"select":{"dids":["` + sold.String() + `"]},"add_tags":["vip"]}`
	fileOfSold = "number,label\n" + sold.String() + ",Office\n"
)

// writing has requests of routes whose samples change nothing.
var writing = map[string]sample{
	"POST /v1/cart/items":                            {path: "/v1/cart/items", body: `{"dids":["` + offered.String() + `"]}`},
	"DELETE /v1/cart/items/{did}":                    {path: "/v1/cart/items/" + inCart.String()},
	"POST /v1/orders":                                {path: "/v1/orders", body: totalOf("3.00")},
	"POST /v1/orders/{id}/cancel":                    {path: "/v1/orders/BEGUN/cancel"},
	"POST /v1/orders/{id}/approve":                   {path: "/v1/orders/AWAITING/approve"},
	"POST /v1/orders/{id}/decline":                   {path: "/v1/orders/AWAITING/decline", body: `{"reason":"no"}`},
	"POST /v1/customers/{id}/orders/{order}/approve": {path: "/v1/customers/alice/orders/AWAITING/approve"},
	"POST /v1/customers/{id}/orders/{order}/decline": {path: "/v1/customers/alice/orders/AWAITING/decline",
		body: `{"reason":"no"}`},
	"DELETE /v1/dids/{did}":       {path: "/v1/dids/" + sold.String()},
	"POST /v1/dids/{did}/restore": {path: "/v1/dids/" + cancelled.String() + "/restore"},
	"POST /v1/dids/{did}/reclaim": {path: "/v1/dids/" + aging.String() + "/reclaim", body: totalOf("2.00")},
	"POST /v1/imports/{id}/apply": {path: "/v1/imports/PLANNED/apply"},
	"POST /v1/imports/{id}/plan":  {path: "/v1/imports/PLANNED/plan", body: `{}`},
	"POST /v1/invitations/accept": {path: "/v1/invitations/accept", body: `{"code":"CODE"}`},
	"POST /v1/customers/{id}/dids": {path: "/v1/customers/alice/dids",
		body: `{"dids":["` + offered.String() + `"],"total":{"amount":"3.00","currency":"USD"}}`},
	"DELETE /v1/customers/{id}/dids/{did}":       {path: "/v1/customers/alice/dids/" + sold.String()},
	"POST /v1/customers/{id}/dids/{did}/restore": {path: "/v1/customers/alice/dids/" + cancelled.String() + "/restore"},
	"POST /v1/inventory/{did}/port-out":          {path: "/v1/inventory/" + sold.String() + "/port-out"},
	"PATCH /v1/settings":                         {path: "/v1/settings", body: `{"aging_days":31}`},
	"POST /v1/dids/edits":                        {path: "/v1/dids/edits", body: editOfSold},
	"POST /v1/dids/edits/file":                   {path: "/v1/dids/edits/file", body: fileOfSold},
	"POST /v1/edits/{id}/apply":                  {path: "/v1/edits/PREVIEW/apply"},
	"POST /v1/edits/{id}/undo":                   {path: "/v1/edits/CHANGED/undo"},
	"POST /v1/customers/{id}/dids/edits":         {path: "/v1/customers/alice/dids/edits", body: editOfSold},
	"POST /v1/customers/{id}/dids/edits/file":    {path: "/v1/customers/alice/dids/edits/file", body: fileOfSold},
	"POST /v1/customers/{id}/edits/{edit}/apply": {path: "/v1/customers/alice/edits/PREVIEW/apply"},
	"POST /v1/customers/{id}/edits/{edit}/undo":  {path: "/v1/customers/alice/edits/CHANGED/undo"},
	"POST /v1/customers/{id}/credit-notes": {path: "/v1/customers/alice/credit-notes",
		body: `{"invoice":"ISSUED","reason":"it did not ring"}`},
	"POST /v1/reports":                  {path: "/v1/reports", body: `{"report":"rentals","format":"csv"}`},
	"POST /v1/reports/{id}/cancel":      {path: "/v1/reports/REPORT/cancel"},
	"PUT /v1/audit-schedules/{name}":    {path: "/v1/audit-schedules/daily", body: dailySchedule},
	"DELETE /v1/audit-schedules/{name}": {path: "/v1/audit-schedules/daily"},
	"POST /v1/packages/{id}/price-changes": {path: "/v1/packages/standard/price-changes",
		body: `{"new_version":2,"effective":"next_period","notice_days":31}`},
	"PUT /v1/price-rules": {path: "/v1/price-rules",
		body: `{"version":0,"rules":[{"pattern":"*7*","package":"standard"}]}`},
	"POST /v1/packages/{id}/price-changes/{change}/cancel": {path: "/v1/packages/standard/price-changes/PRICES/cancel"},
	"PATCH /v1/customers/{id}":                             {path: "/v1/customers/alice", body: `{"tax_percent":"20"}`},
}

// writesNothing are routes that write nothing, or write so little that the answer
// does not need it.
var writesNothing = []string{"POST /v1/available-dids/search"}

// While the database refuses writes and answers reads, each operation that
// changes something answers 503 with Retry-After, and each that only reads goes
// on.
func TestDatabaseThatRefusesWrites(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{"unreachable": faults.DropBefore, "throttled": faults.Throttle} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refuses := false
			w := newCarriersAround(t, func(_ string, env awsenv.Env) awsenv.Env {
				env.AWS = faults.New(func(c faults.Call) faults.Fault {
					if refuses && writes(c) {
						return fault
					}
					return faults.None
				}).Into(impatient(env.AWS))
				return env
			})
			ids := w.thingsToChange()
			refuses = true
			var asking errgroup.Group // a refused write is repeated for seconds
			for _, route := range routes() {
				asking.Go(func() error { w.withoutWrites(route, ids); return nil })
			}
			_ = asking.Wait()
		})
	}
}

// writes reports whether the call changes the table.
func writes(c faults.Call) bool {
	return slices.Contains([]string{"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems",
		"BatchWriteItem"}, c.Operation)
}

// withoutWrites sends the route's request while the database refuses writes.
func (w *carriers) withoutWrites(route string, ids func(string) string) {
	method, _, _ := strings.Cut(route, " ")
	who := whoMay(route)
	s := samples[route]
	if method == http.MethodGet || slices.Contains(writesNothing, route) {
		got := w.as(who, method, ids(s.path), s.bodyFrom(people[who]))
		wanttest.True(w.t, route+" goes on: "+got.Body, got.Status < 500)
		return
	}
	if changes, there := writing[route]; there {
		s = changes
	}
	got := w.as(who, method, ids(s.path), ids(s.bodyFrom(people[who])), "idempotency-key", "outage")
	wanttest.Equal(w.t, route+": "+got.Body+": status", got.Status, http.StatusServiceUnavailable)
	wanttest.Equal(w.t, route+": code", got.code(w.t), "busy")
	wanttest.True(w.t, route+" has Retry-After", got.Headers["Retry-After"] != "")
}

// thingsToChange makes the samples' records, and those of writing.
func (w *carriers) thingsToChange() (ids func(string) string) {
	w.t.Helper()
	named := w.things()
	w.addWebhooks()
	w.buy("second", "6.00", cancelled, aging)
	if got := w.as("alice", "DELETE", "/v1/dids/"+cancelled.String(), ""); got.Status != http.StatusOK {
		w.t.Fatalf("cancel: %d %s", got.Status, got.Body)
	}
	w.age(aging)
	if got := w.as("alice", "POST", "/v1/cart/items", `{"dids":["`+inCart.String()+`"]}`); got.Status != http.StatusOK {
		w.t.Fatalf("hold: %d %s", got.Status, got.Body)
	}
	w.clock = w.clock.Add(5 * time.Minute) // an extension makes the hold longer
	planned := intake.Job{ID: "PLANNED", Carrier: "acme", Ver: 1, Action: plan.Offer, DryRun: true, Digest: "d",
		Status: intake.Completed, CreatedAt: start}
	w.change(intake.JobUpdate{To: planned})
	w.must(w.store.CreateDelivery(w.t.Context(), webhook.Delivery{
		Owner: webhookOwners[1], Webhook: grownWebhook, ID: "01J0000000000000000000000B", EventID: "e", Type: "did.rented",
		Body: "{}", Status: webhook.Failed, CreatedAt: start,
	}))
	w.change(shop.OrderUpdate{To: shop.Order{
		Customer: ledger.Customer{Carrier: "acme", ID: "alice"}, ID: "BEGUN", Status: shop.Reserving, CreatedAt: start,
		Total: money.Zero("USD"), Large: &shop.Large{Ver: 1, Wanted: shop.Wanted{Quantity: 100, MaxTotal: money.Zero("USD")}},
	}})
	if got := w.as("ada", "PATCH", "/v1/settings", `{"payment_provider":"stripe"}`); got.Status != http.StatusOK {
		w.t.Fatalf("payment provider: %d %s", got.Status, got.Body)
	}
	made := w.jobsToChange()
	extra := strings.NewReplacer("AWAITING", w.orderToApprove().ID,
		"CODE", code(w.invite("ada", `{"name":"Nina","roles":["viewer"]}`)))
	return func(text string) string {
		return extra.Replace(made.Replace(named.Replace(text)))
	}
}

// orderToApprove has alice order a number that waits for an approval.
func (w *carriers) orderToApprove() books.Order {
	w.t.Helper()
	w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"mode":"needs_approval"}}`)
	o := w.order("alice", "/v1/orders", "waits",
		`{"dids":["`+awaited.String()+`"],"max_total":{"amount":"3.00","currency":"USD"}}`, http.StatusAccepted)
	w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"mode":"allowed"}}`)
	return o
}

// jobsToChange makes the edits, the invoice, the report, the schedule and the price
// change of writing.
func (w *carriers) jobsToChange() *strings.Replacer {
	w.t.Helper()
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	ended := edits.Job{Customer: alice, Ver: 1, Kind: edits.Direct, Status: edits.Completed,
		Change: edits.Change{AddTags: []string{"vip"}}, Parts: 1, Done: 1, Counts: edits.Counts{Selected: 1, Changed: 1},
		CreatedAt: w.clock, At: w.clock}
	preview, changed := ended, ended
	preview.ID, preview.DryRun, changed.ID = "PREVIEW", true, "CHANGED"
	w.change(edits.Update{To: preview}, edits.Update{To: changed})
	for _, id := range []string{preview.ID, changed.ID} {
		w.change(edits.Part{Customer: alice, JobID: id, Ver: 1, Rows: []edits.Row{{Number: sold}},
			ExpiresAt: w.clock.Add(time.Hour)})
	}
	one, none := money.MustParse("1", "USD"), money.Zero("USD")
	w.change(ledger.Invoice{Customer: alice, ID: "ISSUED", Ver: 1, At: w.clock, Net: one, Tax: none, Gross: one,
		Taxes: []ledger.TaxTotal{{Net: one, Tax: none}}, Issued: ledger.Issued{Number: "INV-2026-000001", At: w.clock}})
	var report, prices struct{ ID string }
	w.as("ada", "POST", "/v1/reports", `{"report":"inventory","format":"csv"}`).read(w.t, &report)
	if got := w.as("ada", "PUT", "/v1/audit-schedules/daily", dailySchedule); got.Status != http.StatusOK {
		w.t.Fatalf("schedule: %d %s", got.Status, got.Body)
	}
	if got := w.as("ada", "POST", "/v1/packages", samples["POST /v1/packages"].body); got.Status != http.StatusCreated {
		w.t.Fatalf("version 2: %d %s", got.Status, got.Body)
	}
	w.as("ada", "POST", "/v1/packages/standard/price-changes",
		`{"new_version":2,"effective":"next_period","notice_days":30}`).
		read(w.t, &prices)
	return strings.NewReplacer("REPORT", report.ID, "PRICES", prices.ID)
}
