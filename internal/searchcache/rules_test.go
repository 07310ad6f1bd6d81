package searchcache

import (
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/wanttest"
)

// gold returns the number of available numbers under the package gold.
func (s *shop) gold() uint64 {
	s.Helper()
	query := parse(search.Filters{Package: "gold"})
	found, prices, err := s.cache.For(s.Context(), "acme", query)
	if err != nil {
		s.Fatal(err)
	}
	return found.Search(query, prices).Total
}

func TestRulesAreReadWithThePrices(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	wanttest.Equal(t, "gold numbers without rules", s.gold(), uint64(0))
	s.take()
	s.rules = catalogue.PriceRules{Ver: 1, Rules: []catalogue.PriceRule{{Pattern: "*9999", Package: "gold", Currency: "USD"}}}
	s.log = append(s.log, LogEntry{ID: "1", At: s.now, Rules: 1})
	s.now = s.now.Add(freshFor)
	wanttest.Equal(t, "gold numbers of 100 blocks", s.gold(), uint64(100))
	wanttest.Equal(t, "reads of the change", s.take(), "changes")
	s.now = s.now.Add(freshFor)
	wanttest.Equal(t, "gold numbers once the rules are known", s.gold(), uint64(100))
	s.rules = catalogue.PriceRules{Ver: 2}
	s.now = s.now.Add(reloadAfter) // not logged
	wanttest.Equal(t, "gold numbers after a reload", s.gold(), uint64(0))
}

func TestRulesHoldInSlices(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.rules = catalogue.PriceRules{Ver: 1, Rules: []catalogue.PriceRule{{Pattern: "*9999", Package: "gold", Currency: "USD"}}}
	query := parse(search.Filters{StartsWith: "442000", Package: "gold"})
	found, prices, err := s.cache.For(t.Context(), "acme", query)
	wanttest.Equal(t, "error", err, nil)
	wanttest.Contains(t, "reads", s.take(), "slice 442000")
	if got := found.Search(query, prices).Total; got == 0 {
		t.Error("gold numbers of a slice: none")
	}
}
