package customer

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/httpapitest"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// stock has offers of which every number is available.
type stock struct {
	offered *search.Catalogue
	prices  search.Prices
}

func (s stock) For(context.Context, string, *search.Query) (*search.Catalogue, search.Prices, error) {
	return s.offered, s.prices, nil
}

func (s stock) Around(context.Context, string, []e164.Number) (*search.Catalogue, search.Prices, error) {
	return s.offered, s.prices, nil
}

func (s stock) DIDs(context.Context, string, []e164.Number) (map[e164.Number]did.DID, error) {
	return nil, nil
}

func (s stock) Currency(context.Context, ledger.Customer) (string, error) { return "USD", nil }

// manyAreas is 49,000 areas of one number each, except the first, which has
// two, with 490 packages; each name has the greatest length.
func manyAreas() stock {
	s := stock{prices: search.Prices{}}
	var ranges []catalogue.Range
	for i := range 49_000 {
		start := e164.Number(442000000000) + e164.Number(i)*10
		end := start
		if i == 0 {
			end++
		}
		pack := fmt.Sprintf("package-%039d", i/100)
		s.prices[pack] = pricing.Package{Terms: pricing.Terms{
			Package: pack, Name: pack, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
			Interval: pricing.Interval{Unit: pricing.Month, Count: 1 + i/100},
		}}
		ranges = append(ranges, catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: start, End: end}, Package: pack, Country: "GB",
			Area: fmt.Sprintf("%05d %s", i, strings.Repeat("é", 57)), Type: e164.Geographic,
		})
	}
	s.offered = search.New(ranges, nil)
	return s
}

// An answer does not grow with the carrier's areas and packages: it names the 100
// largest, and has the exact sums of the others.
func TestFacetsAreBounded(t *testing.T) {
	t.Parallel()
	offers := manyAreas()
	search := func(log *slog.Logger) http.Handler { return httpapi.Handler(log, time.Now, Search{Offers: offers}) }
	ask := func(target string, into any) {
		t.Helper()
		answer, _, _ := httpapitest.Send(t, search, &httpapitest.Buyer, http.MethodGet, target, "")
		if size := answer.Body.Len(); size > 300_000 {
			t.Errorf("%s: %d bytes, at most 300,000", target, size)
		}
		if err := json.Unmarshal(answer.Body.Bytes(), into); err != nil {
			t.Fatalf("%s: %v", target, err)
		}
	}
	var found SearchAnswer
	ask("/v1/available-dids?limit=200", &found)
	facets := found.Facets
	if got := len(facets.Area); got != 100 {
		t.Errorf("search: %d areas are named, want 100", got)
	}
	if got := facets.Area[0].Count; got != 2 {
		t.Errorf("search: the greatest area has %d, want 2", got)
	}
	want := FacetOthers{Area: httpapi.Others{Values: 48_900, Count: 48_900},
		Package: httpapi.Others{Values: 390, Count: 39_000}, Interval: httpapi.Others{Values: 390, Count: 39_000}}
	if diff := cmp.Diff(want, facets.Others); diff != "" {
		t.Errorf("search: others:\n%s", diff)
	}
	var covered Coverage
	ask("/v1/coverage", &covered)
	if got := len(covered.Areas); got != 100 {
		t.Errorf("coverage: %d areas are named, want 100", got)
	}
	if diff := cmp.Diff(CoverageOthers{Areas: httpapi.Others{Values: 48_900, Count: 48_900},
		Packages: httpapi.Others{Values: 390, Count: 39_000}},
		covered.Others); diff != "" {
		t.Errorf("coverage: others:\n%s", diff)
	}
}
