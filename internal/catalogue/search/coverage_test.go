package search

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/wanttest"

	"pgregory.net/rapid"
)

func TestCoverageCountsEachNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawModel(t, ample)
		hits := w.matching(Filters{}, nil)
		got := w.catalogue.Coverage(prices)
		if got.Total != uint64(len(hits)) {
			t.Fatalf("total %d, want %d", got.Total, len(hits))
		}
		for name, list := range map[string]struct {
			covered []Covered
			of      func(*catalogue.Range) Place
		}{
			"countries": {got.Countries.Top, func(r *catalogue.Range) Place { return Place{Value: r.Country} }},
			"areas":     {got.Areas.Top, func(r *catalogue.Range) Place { return Place{Value: r.Area, Country: r.Country} }},
			"types":     {got.Types.Top, func(r *catalogue.Range) Place { return Place{Value: string(r.Type)} }},
			"packages":  {got.Packages.Top, func(r *catalogue.Range) Place { return Place{Value: r.Package} }},
		} {
			checkCovered(t, name, list.covered, hits, list.of)
		}
	})
}

func checkCovered(t *rapid.T, name string, got []Covered, hits []Hit, of func(*catalogue.Range) Place) {
	want := map[Place]Covered{}
	for _, hit := range hits {
		what, price := of(hit.Range), prices[hit.Range.Package]
		if what.Value == "" {
			continue
		}
		sum := want[what]
		sum.Place, sum.Count = what, sum.Count+1
		at := slices.IndexFunc(sum.From, func(l Lowest) bool { return l.Setup.Currency() == price.Setup.Currency() })
		if at < 0 {
			at, sum.From = len(sum.From), append(sum.From, Lowest{price.Setup, price.Terms})
		}
		lowest := &sum.From[at]
		if numeral(price.Setup.Number()) < numeral(lowest.Setup.Number()) {
			lowest.Setup = price.Setup
		}
		if numeral(monthly[price.Package]) < numeral(monthly[lowest.Recurring.Package]) {
			lowest.Recurring = price.Terms
		}
		want[what] = sum
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, slices.Collect(maps.Values(want)))
	}
	for i, c := range got {
		w := want[c.Place]
		slices.SortFunc(w.From, func(a, b Lowest) int { return strings.Compare(a.Setup.Currency(), b.Setup.Currency()) })
		wanttest.Diff(t, name, c, w)
		wanttest.True(t, name+": counts descend", i == 0 || got[i-1].Count >= c.Count)
	}
}
