package lambdas_test

import (
	"strings"
	"testing"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// hiddenCost is an amount that no other value has.
const hiddenCost = "0.73"

// Staff see what a number costs the carrier; no answer to a customer or its program
// has it, in any form, for numbers on sale, in the cart and rented.
func TestNoCustomerSeesTheCost(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for _, id := range []string{"standard", "bound"} {
		w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Cost: money.MustParse(hiddenCost, "USD"),
			Terms: pricing.Terms{Package: id, Version: 2, Name: id, Setup: money.MustParse("1", "USD"),
				Recurring: money.MustParse("2", "USD"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}}))
	}
	ids := w.things()
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["`+(sold+2).String()+`"]}`)
	wanttest.Contains(t, "packages for staff", w.as("acme-viewer", "GET", "/v1/packages", "").Body,
		`"cost":{"amount":"`+hiddenCost+`","currency":"USD"}`)
	callers, _ := w.callers()
	seen := 0
	for _, route := range routes() {
		s, rule := samples[route], auth.Rules[route]
		method, _, _ := strings.Cut(route, " ")
		for name, c := range callers {
			if c.who.IsStaff() || !c.who.May(rule) {
				continue
			}
			for _, form := range []string{"application/json", "text/csv", "text/html"} {
				if form != "application/json" && method != "GET" {
					continue
				}
				got := w.send(c.token, method, ids.Replace(s.path), s.bodyFrom(c.who), "idempotency-key", "k-"+name, "accept", form)
				seen++
				if strings.Contains(got.Body, hiddenCost) || strings.Contains(got.Body, `"cost"`) {
					t.Errorf("%s as %s (%s) shows the cost: %s", route, name, form, got.Body)
				}
			}
		}
	}
	if seen < 300 {
		t.Errorf("only %d answers were seen", seen)
	}
}

// The cost of a package is in its currency, part of the version, and audited.
func TestCostOfAPackage(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	request := func(cost string) string {
		return `{"id":"gold","name":"Gold","setup":{"amount":"1.00","currency":"USD"},"recurring":{"amount":"9.00",` +
			`"currency":"USD"},"interval":{"unit":"month","count":1}` + cost + `}`
	}
	for name, tc := range map[string]struct{ cost, part string }{
		"another currency": {`,"cost":{"amount":"1.00","currency":"EUR"}`, "/cost/currency"},
		"a negative cost":  {`,"cost":{"amount":"-1.00","currency":"USD"}`, "/cost/amount"},
		"no amount":        {`,"cost":{"amount":"1,00","currency":"USD"}`, "/cost"},
	} {
		got := w.as("ada", "POST", "/v1/packages", request(tc.cost))
		wanttest.Equal(t, name+": status", got.Status, 422)
		wanttest.Contains(t, name+": answer", got.Body, tc.part)
	}
	versions := []struct {
		cost string
		want int
	}{{"", 1}, {`,"cost":{"amount":"0.00","currency":"USD"}`, 2}, {`,"cost":{"amount":"0","currency":"USD"}`, 2},
		{`,"cost":{"amount":"10.00","currency":"USD"}`, 3}, {"", 4}}
	for _, v := range versions {
		var added staff.Package
		w.as("ada", "POST", "/v1/packages", request(v.cost)).read(t, &added)
		wanttest.Equal(t, "version with cost "+v.cost, added.Version, v.want)
	}
	wanttest.Contains(t, "audit", w.as("ada", "GET", "/v1/audit?action=package.added", "").Body, `"cost":"10.00 USD"`)
}
