package lambdas_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/wanttest"
)

// A customer that is only allowed to search can't hold or buy, by any route that
// buys; its rentals go on, and staff assign numbers to it.
func TestACustomerMaySearchOnly(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230000"]}`)
	w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"mode":"search_only"}}`)

	for route, rule := range auth.Rules {
		if !rule.Buys {
			continue
		}
		method, path, _ := strings.Cut(route, " ")
		path = strings.ReplaceAll(path, "{did}", "442071230000")
		body := totalOf("3.00")
		switch path {
		case "/v1/cart/items":
			body = `{"dids":["+442071230001"]}`
		case "/v1/cart/extend":
			body = ""
		}
		got := w.as("alice", method, path, body, "idempotency-key", "k")
		if path == "/v1/dids/442071230000/reclaim" {
			wanttest.Equal(t, route+" of a number that is not rented: status", got.Status, 404)
			continue
		}
		refused(t, route, got, 403, "purchasing_off", "search")
	}
	wanttest.Equal(t, "search: status", w.as("alice", "GET", "/v1/available-dids?q=44207123", "").Status, 200)
	var may books.Permissions
	w.as("alice", "GET", "/v1/permissions", "").read(t, &may)
	for route, rule := range auth.Rules {
		if rule.Buys && slices.Contains(may.Operations, route) {
			t.Errorf("permissions of a customer that is only allowed to search list %s", route)
		}
	}
	wanttest.True(t, "permissions list the search", slices.Contains(may.Operations, "GET /v1/available-dids"))
	got := w.as("ada", "POST", "/v1/customers/alice/dids",
		`{"dids":["+442071230005"],"total":{"amount":"3.00","currency":"USD"}}`, "idempotency-key", "a")
	wanttest.Equal(t, "staff assign a number: status", got.Status, 201)
	wanttest.Equal(t, "its label changes: status", w.as("alice", "PATCH", "/v1/dids/442071230005",
		`{"label":"desk"}`).Status, 200)
	w.as("alice", "DELETE", "/v1/dids/442071230005", "")
	w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"mode":"allowed"}}`)
	wanttest.Equal(t, "allowed again: status", w.as("alice", "POST", "/v1/cart/items",
		`{"dids":["+442071230001"]}`).Status, 200)
}

// The orders of a customer's month are limited; an order over the limit buys
// nothing and charges nothing.
func TestOrdersOfAMonthAreLimited(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	patch := func(limit string) books.Purchasing {
		var account books.AccountView
		w.as("ada", "PATCH", "/v1/customers/alice", `{"purchasing":{"monthly_limit":`+limit+`}}`).read(t, &account)
		return account.Purchasing
	}
	buy := func(key, did string) reply {
		w.as("alice", "POST", "/v1/cart/items", `{"dids":["`+did+`"]}`)
		return w.as("alice", "POST", "/v1/orders", totalOf("3.00"), "idempotency-key", key)
	}
	month := w.clock.UTC().Format("2006-01")
	wanttest.Equal(t, "limit", patch(`{"amount":"5.99","currency":"USD"}`).MonthlyLimit.Amount, "5.99")
	wanttest.Equal(t, "first order: status", buy("1", "+442071230000").Status, 201)
	refused(t, "second order", buy("2", "+442071230001"), 409, "spending_limit", "5.99 USD a month",
		"3.00 USD of it is spent in "+month, "this order is 3.00 USD", "nothing was bought or charged")
	var account books.AccountView
	w.as("alice", "GET", "/v1/account", "").read(t, &account)
	wanttest.Equal(t, "spent", account.Purchasing.Spent.Amount, "3.00")
	wanttest.Equal(t, "month", *account.Purchasing.Month, month)
	wanttest.True(t, "no limit after null", patch("null").MonthlyLimit == nil)
	wanttest.Equal(t, "second order without a limit: status", w.as("alice", "POST", "/v1/orders", totalOf("3.00"),
		"idempotency-key", "2").Status, 201)

	for body, pointer := range map[string]string{
		`{"purchasing":{"mode":"approval"}}`:                                            "/purchasing/mode",
		`{"purchasing":{"approval_above":{"amount":"-1","currency":"USD"}}}`:            "/purchasing/approval_above/amount",
		`{"purchasing":{"approval_above":{"amount":"1.00","currency":"EUR"}}}`:          "/purchasing/approval_above/currency",
		`{"purchasing":{"monthly_limit":{"amount":"-1","currency":"USD"}}}`:             "/purchasing/monthly_limit/amount",
		`{"purchasing":{"monthly_limit":{"amount":"NaN","currency":"USD"}}}`:            "/purchasing/monthly_limit/amount",
		`{"purchasing":{"monthly_limit":{"amount":"1.00","currency":"EUR"}}}`:           "/purchasing/monthly_limit/currency",
		`{"purchasing":{"limit":{"amount":"1.00","currency":"USD"}}}`:                   "/purchasing/limit",
		`{"purchasing":{"monthly_limit":{"amount":"1","AMOUNT":"2","currency":"USD"}}}`: "/purchasing/monthly_limit/AMOUNT",
	} {
		got := w.as("ada", "PATCH", "/v1/customers/alice", body)
		var problem struct{ Errors []struct{ Pointer string } }
		if err := json.Unmarshal([]byte(got.Body), &problem); err != nil {
			t.Fatal(err)
		}
		wanttest.Equal(t, body+": status", got.Status, 422)
		if len(problem.Errors) != 1 || problem.Errors[0].Pointer != pointer {
			t.Errorf("%s: the faults are %+v, want one at %s", body, problem.Errors, pointer)
		}
	}
}
