package lambdas_test

import (
	"context"
	"testing"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/repricing"
	"didpurchase/internal/wanttest"
)

// TestPriceChange: staff preview a price change, begin it, watch it and read its
// report; the customer's rental shows the price to come. A version that does not
// exist, a day in the past and an unknown member are named.
func TestPriceChange(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230010, 442071230019)
	w.buy("k", "6.00", 442071230010, 442071230011)
	const path = "/v1/packages/standard/price-changes"
	wanttest.Equal(t, "new version: status", w.as("ada", "POST", "/v1/packages",
		`{"id":"standard","name":"Standard","setup":{"amount":"1.00","currency":"USD"},"recurring":{"amount":"2.50","currency":"USD"},"interval":{"unit":"month","count":1}}`).Status, 201)
	const wanted = `"new_version":2,"effective":"next_period","notice_days":30,"select":{"customers":["alice"]}`

	var plan, begun, shown staff.PriceChange
	preview := w.as("ada", "POST", path, `{`+wanted+`,"dry_run":true}`)
	wanttest.Equal(t, "preview: status", preview.Status, 200)
	preview.read(t, &plan)
	wanttest.True(t, "a dry run has no id", plan.ID == nil)
	wanttest.Diff(t, "difference of a year", plan.YearlyDifference, httpapi.Money{Amount: "12.00", Currency: "USD"})
	wanttest.Equal(t, "customers of the preview", len(plan.ByCustomer), 1)
	wanttest.Equal(t, "price while nothing is begun", w.rental("GET", 442071230010, "", "").NextPrice, nil)

	answer := w.as("ada", "POST", path, `{`+wanted+`}`)
	wanttest.Equal(t, "begin: status", answer.Status, 202)
	answer.read(t, &begun)
	w.must(repricing.New(w.store, w.env.Now).WorkOff(context.Background(), "acme", "standard", *begun.ID))
	w.as("ada", "GET", path+"/"+*begun.ID, "").read(t, &shown)
	wanttest.Equal(t, "status", shown.Status, "scheduled")
	wanttest.Equal(t, "agreed", shown.Rentals.Agreed, 2)
	wanttest.Diff(t, "the change has done what the preview said", shown.FirstAt, plan.FirstAt)

	next := w.rental("GET", 442071230010, "", "").NextPrice
	wanttest.Diff(t, "next price", *next, books.NextPrice{From: *plan.FirstAt,
		Recurring: httpapi.Money{Amount: "2.50", Currency: "USD"}, Monthly: httpapi.Money{Amount: "2.50", Currency: "USD"}})
	var report struct{ Data []staff.PriceChangeLine }
	w.as("ada", "GET", path+"/"+*begun.ID+"/report", "").read(t, &report)
	wanttest.Equal(t, "lines of the report", len(report.Data), 2)
	wanttest.Equal(t, "outcome", report.Data[0].Outcome, "agreed")

	w.as("ada", "POST", path+"/"+*begun.ID+"/cancel", "").read(t, &shown)
	wanttest.Equal(t, "status after the cancellation", shown.Status, "cancelling")
	w.must(repricing.New(w.store, w.env.Now).WorkOff(context.Background(), "acme", "standard", *begun.ID))
	wanttest.Equal(t, "price after the cancellation", w.rental("GET", 442071230010, "", "").NextPrice, nil)

	for body, pointer := range map[string]string{
		`{"new_version":9,"effective":"next_period","notice_days":30}`:                            "/new_version",
		`{"new_version":2,"effective":"2020-01-01","notice_days":30}`:                             "/effective",
		`{"new_version":2,"effective":"soon","notice_days":30}`:                                   "/effective",
		`{"new_version":2,"effective":"","notice_days":30}`:                                       "/effective",
		`{"new_version":2,"effective":"next_period","notice_days":30,"select":{"country":"GBR"}}`: "/select/country",
		`{"new_version":2,"effective":"next_period","notice_days":30,"who":"all"}`:                "/who",
		`{"new_version":2,"effective":"next_period","notice_days":30,"select":{"customers":[]}}`:  "/select/customers",
		`{"new_version":2,"effective":"next_period","notice_days":30,"select":{"versions":[]}}`:   "/select/versions",
		`{"new_version":2,"effective":"next_period","notice_days":30,"select":{"dids":[]}}`:       "/select/dids",
		`{"new_version":2,"effective":"next_period"}`:                                             "notice_days",
	} {
		refused := w.as("ada", "POST", path, body)
		wanttest.Equal(t, body+": status", refused.Status, 422)
		wanttest.Contains(t, body, refused.Body, pointer)
	}
	wanttest.Equal(t, "another package: status", w.as("ada", "POST", "/v1/packages/none/price-changes",
		`{`+wanted+`}`).Status, 404)
	wanttest.Equal(t, "another carrier's: status", w.as("grace", "GET", path+"/"+*begun.ID, "").Status, 404)
}
