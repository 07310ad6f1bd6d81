package lambdas_test

import (
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// Staff find each kind of record by its id, its name or its number.
func TestStaffFindRecords(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	paid := w.as("acme-billing", "POST", "/v1/customers/alice/payments",
		`{"amount":{"amount":"50.00","currency":"USD"},"reference":"Wire 17/A"}`)
	wanttest.Equal(t, "payment", paid.Status, 201)
	bought := w.as("acme-sales", "POST", "/v1/customers/alice/dids", `{"dids":["`+n.String()+`"],`+totalOf("3.00")[1:],
		"idempotency-key", "a")
	wanttest.Equal(t, "allocation", bought.Status, 201)
	planned := w.as("ada", "POST", "/v1/imports", `{"filename":"spring offer.csv"}`)
	wanttest.Equal(t, "import", planned.Status, 201)

	for typed, want := range map[string][]string{
		"+44 20 7123 0000":  {"number +442071230000 alice active"},
		"442071230001":      {"number +442071230001  "},
		" ALICE":            {"customer alice alice alice"},
		"alice-1":           {"order ORDER alice 3.00 USD"},
		"alice-inv-1":       {"invoice alice-inv-1 alice 3.00 USD"},
		"wire  17/a":        {"payment Wire 17/A alice 50.00 USD"},
		"spring":            {"import IMPORT  awaiting_upload"},
		"standard":          {"package standard  "},
		"customer b":        {"customer bob bob bob"},
		"alice-inv-999":     nil,
		"alice-999":         nil,
		"nothing like this": nil,
		"+":                 nil,
	} {
		var found staff.FindAnswer
		w.as("acme-viewer", "GET", "/v1/find?q="+url.QueryEscape(typed), "").read(t, &found)
		var got []string
		for _, m := range found.Data {
			got = append(got, m.Kind+" "+idOf(m)+" "+text(m.Customer)+" "+text(m.Detail))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
	}
	wanttest.Equal(t, "without a text", w.as("acme-viewer", "GET", "/v1/find", "").Status, 400)
	wanttest.Equal(t, "a customer", w.as("alice", "GET", "/v1/find?q=alice", "").Status, 403)
}

// idOf returns the id of a match, or its kind if the id is new in each test.
func idOf(m staff.Match) string {
	switch m.Kind {
	case "order":
		return "ORDER"
	case "import":
		return "IMPORT"
	}
	return m.ID
}
