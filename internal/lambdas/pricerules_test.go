package lambdas_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// Staff set rules, the search shows the prices and their reasons, the cart charges
// them, and a rule that takes no number is refused with its reason.
func TestPriceRules(t *testing.T) {
	t.Parallel()
	w := market(t)
	search := func() (found customer.SearchAnswer) {
		w.as("alice", "GET", "/v1/available-dids?ends_with=77&sort=price", "").read(t, &found)
		return found
	}
	wanttest.Equal(t, "numbers with 77 before the rules", search().Total, uint64(2))
	var set staff.PriceRules
	body := func(version, rules string) string { return `{"version":` + version + `,"rules":[` + rules + `]}` }
	gold := `{"pattern":"* 77","package":"gold"}`
	w.as("ada", "PUT", "/v1/price-rules", body("0", gold+`,{"pattern":"*7","package":"daily"}`)).read(t, &set)
	wanttest.Equal(t, "version", set.Version, int64(1))
	wanttest.Equal(t, "pattern without its blank", set.Rules[0].Pattern, "*77")
	wanttest.Equal(t, "numbers of *77", set.Rules[0].Numbers, uint64(2))
	wanttest.Equal(t, "numbers of *7", set.Rules[1].Numbers, uint64(18))
	wanttest.Equal(t, "other numbers", set.Others, uint64(180))

	w.clock = w.clock.Add(time.Second)
	found := search()
	wanttest.Equal(t, "numbers with 77", found.Total, uint64(2))
	wanttest.Equal(t, "package", found.Data[0].Package.ID, "gold")
	wanttest.Equal(t, "rule", *found.Data[0].PriceRule, "*77")
	wanttest.Equal(t, "packages of the facet", len(found.Facets.Package), 1)
	held := w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230077"]}`)
	wanttest.Contains(t, "cart", held.Body, `"total":{"amount":"15.00"`)

	for _, c := range []struct{ about, version, rules, detail string }{
		{"an unknown package", "1", `{"pattern":"*1","package":"bronze"}`, `there is no package \"bronze\"`},
		{"a pattern of no range", "1", `{"pattern":"49*","package":"gold"}`, "no number of your ranges"},
		{"a hidden rule", "1", gold + `,{"pattern":"*177","package":"daily"}`, "rule 1 (*77) takes all numbers of *177"},
		{"the same pattern", "1", gold + "," + gold, "is the pattern of rule 1 already"},
		{"no pattern", "1", `{"pattern":"7x","package":"gold"}`, "which is not part of a number"},
		{"another version", "0", gold, "somebody else set price rules"},
	} {
		got := w.as("ada", "PUT", "/v1/price-rules", body(c.version, c.rules))
		wanttest.Contains(t, c.about, got.Body, c.detail)
		want := 422
		if c.about == "another version" {
			want = 409
		}
		wanttest.Equal(t, "status of "+c.about, got.Status, want)
	}
	wanttest.Contains(t, "audit", w.as("ada", "GET", "/v1/audit?action=price_rules.set", "").Body, "*77 gold")
}

// A number that a rule moves has the same price in the search, its facets, a look-up, the
// cart, the order, the invoice, the rental and its renewal, also after the rules changed.
func TestThePriceOfARuleIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	w := market(t)
	const number = e164.Number(442071230077)
	rules := func(version int, list string) {
		t.Helper()
		got := w.as("ada", "PUT", "/v1/price-rules", fmt.Sprintf(`{"version":%d,"rules":[%s]}`, version, list))
		wanttest.Equal(t, "rules: status", got.Status, 200)
		w.clock = w.clock.Add(time.Second)
	}
	rules(0, `{"pattern":"*0077","package":"gold"}`)
	shows := func(what, method, path, body string, texts ...string) {
		t.Helper()
		got := w.as("alice", method, path, body)
		for _, text := range texts {
			wanttest.Contains(t, what, got.Body, text)
		}
	}
	const setup, recurring = `"setup":{"amount":"5.00","currency":"USD"}`, `"recurring":{"amount":"10.00","currency":"USD"}`
	gold := []string{`"package":{"id":"gold"`, setup, recurring}
	shows("search", "GET", "/v1/available-dids?ends_with=0077", "", gold...)
	shows("search by package", "GET", "/v1/available-dids?package=gold&ends_with=77", "", `"total":1`, number.String())
	shows("the range's package", "GET", "/v1/available-dids?package=standard&ends_with=77", "", `"total":0`)
	shows("search by cost", "GET", "/v1/available-dids?ends_with=0077&max_recurring=9", "", `"total":0`)
	shows("look-up", "POST", "/v1/available-dids/search", `{"dids":["`+number.String()+`"]}`, gold...)
	wanttest.Contains(t, "for staff", w.as("ada", "GET", "/v1/inventory/"+url.PathEscape(number.String()), "").Body,
		`"package":"gold"`)
	shows("cart", "POST", "/v1/cart/items", `{"dids":["`+number.String()+`"]}`, append(gold, `"total":{"amount":"15.00"`)...)

	rules(1, "") // the price in the cart stays
	shows("cart after the rules changed", "GET", "/v1/cart", "", append(gold, `"total":{"amount":"15.00"`)...)
	refused(t, "the price of the range", w.as("alice", "POST", "/v1/orders", totalOf("3.00"), "idempotency-key", "k1"), 409,
		"total_changed")
	order := w.as("alice", "POST", "/v1/orders", totalOf("15.00"), "idempotency-key", "k2")
	wanttest.Equal(t, "order: status", order.Status, 201)
	var bought books.Order
	order.read(t, &bought)
	shows("invoice", "GET", "/v1/invoices/"+*bought.InvoiceID, "", `"package":{"id":"gold"`, `"amount":"5.00"`,
		`"amount":"10.00"`, `"gross":{"amount":"15.00"`)
	rental := w.rental("GET", number, "", "")
	wanttest.Equal(t, "package of the rental", rental.Package.ID, "gold")
	wanttest.Equal(t, "next charge", rental.NextCharge.Net.Amount, "10.00")
	w.renew(rental.PeriodEnd, number)
	shows("account", "GET", "/v1/account", "", `"available":{"amount":"75.00"`) // 100 - 15 - 10
}
