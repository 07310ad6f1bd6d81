package lambdas_test

import (
	"testing"
	"time"

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
