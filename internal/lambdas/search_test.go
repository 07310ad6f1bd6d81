package lambdas_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/customer"
	"didpurchase/internal/intake"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/projection"
	"didpurchase/internal/wanttest"
)

// market is acme with three prices: spans of "standard" (2.00 a month), "daily"
// (0.10 a day, which is 3.04 a month) and "gold" (10.00 a month), and one without a price.
func market(t *testing.T) *carriers {
	w := newCarriers(t)
	for id, p := range map[string]pricing.Terms{
		"daily": {Recurring: money.MustParse("0.10", "USD"), Interval: pricing.Interval{Unit: pricing.Day, Count: 1}},
		"gold":  {Recurring: money.MustParse("10", "USD"), Interval: pricing.Interval{Unit: pricing.Month, Count: 1}},
	} {
		p.Package, p.Version, p.Name, p.Setup = id, 1, strings.ToUpper(id), money.MustParse("5", "USD")
		w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: p}))
	}
	w.offerAs("standard", 442071230000, 442071230099)
	w.offerAs("gold", 442071230100, 442071230149)
	w.offerAs("daily", 442071230150, 442071230199)
	w.offerAs("unpriced", 442071239000, 442071239999)
	return w
}

// rows are the found numbers, or runs as start+length.
func rows(found []customer.Found) (list []string) {
	for _, f := range found {
		if f.Start == nil {
			list = append(list, f.DID.Digits())
			continue
		}
		list = append(list, fmt.Sprintf("%s+%d", f.Start.Digits(), f.Length))
	}
	return list
}

func TestSearchByPriceAndRuns(t *testing.T) {
	t.Parallel()
	w := market(t)
	if held := w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071230010"]}`); held.Status != 200 {
		t.Fatalf("hold: %d %s", held.Status, held.Body)
	}
	w.projects(442071230010)
	for _, c := range []struct {
		query string
		total uint64
		rows  []string
	}{
		{"limit=1", 199, []string{"442071230000"}},
		{"limit=2&sort=price", 199, []string{"442071230000", "442071230001"}},
		{"limit=1&offset=99", 199, []string{"442071230100"}},
		{"limit=2&offset=98&sort=price", 199, []string{"442071230099", "442071230150"}},
		{"offset=199", 199, nil},
		{"consecutive=20", 3, []string{"442071230011+89", "442071230100+50", "442071230150+50"}},
		{"consecutive=10&sort=price", 4, []string{"442071230000+10", "442071230011+89", "442071230150+50",
			"442071230100+50"}},
		{"consecutive=10&package=standard&ends_with=", 2, []string{"442071230000+10", "442071230011+89"}},
		{"consecutive=11&contains=71230", 3, []string{"442071230011+89", "442071230100+50", "442071230150+50"}},
		{"max_setup=1&limit=1", 99, []string{"442071230000"}},
		{"max_recurring=9.99&interval=month&limit=1", 99, []string{"442071230000"}},
		{"max_recurring=3.04&limit=1&offset=99", 149, []string{"442071230150"}},
		{"max_recurring=3.03&limit=1", 99, []string{"442071230000"}},
		{"interval=day&limit=1", 50, []string{"442071230150"}},
		{"features=voice&type=geographic&limit=1", 199, []string{"442071230000"}},
		{"features=fax", 0, nil},
		{"q=TAXI", 0, nil},
	} {
		var found customer.SearchAnswer
		w.as("acme-viewer", "GET", "/v1/available-dids?"+c.query, "").read(t, &found)
		if diff := cmp.Diff(c.rows, rows(found.Data)); diff != "" || found.Total != c.total {
			t.Errorf("%s: total %d, want %d; %s", c.query, found.Total, c.total, diff)
		}
	}
}

func TestPagesByPrice(t *testing.T) {
	t.Parallel()
	w := market(t)
	for _, query := range []string{"sort=price&limit=40", "sort=price&limit=1&consecutive=50"} {
		var walked []string
		var prices []string
		for cursor := ""; ; {
			var page customer.SearchAnswer
			w.as("alice", "GET", "/v1/available-dids?"+query+"&cursor="+url.QueryEscape(cursor), "").read(t, &page)
			walked = append(walked, rows(page.Data)...)
			for _, f := range page.Data {
				prices = append(prices, f.MonthlyEquivalent.Amount)
			}
			if page.NextCursor == nil {
				if page.Total != uint64(len(walked)) {
					t.Errorf("%s: %d rows of %d", query, len(walked), page.Total)
				}
				break
			}
			cursor = *page.NextCursor
		}
		if want := []string{"2.00", "3.04", "10.00"}; !slices.Equal(slices.Compact(prices), want) {
			t.Errorf("%s: prices %v", query, slices.Compact(prices))
		}
		slices.Sort(walked)
		if len(slices.Compact(walked)) != len(walked) {
			t.Errorf("%s: a row came twice", query)
		}
	}
}

// A hold refuses a package in another currency than the account's. So a customer
// finds, counts and looks up only numbers that can be held; staff see all.
func TestSearchOffersWhatTheAccountCanBuy(t *testing.T) {
	t.Parallel()
	w := market(t)
	w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "euro", Version: 1, Name: "Euro", Setup: money.MustParse("0", "EUR"),
		Recurring: money.MustParse("0.01", "EUR"),
		Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
	}}))
	w.offerAs("euro", 442071235000, 442071235009)
	for _, c := range []struct {
		who, query string
		total      uint64
		first      string
		other      uint64 // in another currency
	}{
		{"alice", "sort=price&limit=1", 200, "442071230000", 0},
		{"alice", "package=euro&limit=1", 0, "", 10},
		{"alice", "consecutive=10&starts_with=442071235&limit=1", 0, "", 1},
		{"alice", "q=999999", 0, "", 0},
		{"acme-viewer", "sort=price&limit=1", 210, "442071235000", 0},
		{"acme-viewer", "q=999999", 0, "", 0},
	} {
		var found customer.SearchAnswer
		w.as(c.who, "GET", "/v1/available-dids?"+c.query, "").read(t, &found)
		counted := uint64(0)
		for _, p := range found.Facets.Package {
			counted += p.Count
		}
		got := strings.Join(rows(found.Data), " ")
		at := fmt.Sprintf("%s, %s", c.who, c.query)
		wanttest.Equal(t, at+": total", found.Total, c.total)
		wanttest.Equal(t, at+": sum of the facets", counted, c.total)
		wanttest.Equal(t, at+": rows", got, c.first)
		wanttest.Equal(t, at+": in another currency", found.OtherCurrency, c.other)
	}
	for user, want := range map[string]struct {
		covered uint64
		outcome string
	}{"alice": {200, "not_offered"}, "acme-viewer": {210, "available"}} {
		var covered customer.Coverage
		w.as(user, "GET", "/v1/coverage", "").read(t, &covered)
		var found customer.LookUpAnswer
		w.as(user, "POST", "/v1/available-dids/search", `{"dids":["+442071235000"]}`).read(t, &found)
		if covered.Total != want.covered || string(found.Data[0].Outcome) != want.outcome {
			t.Errorf("%s: %d covered, a euro number is %s", user, covered.Total, found.Data[0].Outcome)
		}
	}
	var cart customer.HoldAnswer
	if w.as("alice", "POST", "/v1/cart/items", `{"dids":["+442071235000"]}`).read(t,
		&cart); cart.Results[0].Outcome != "not_offered" {
		t.Errorf("the hold answers %s", cart.Results[0].Outcome)
	}
}

// The notations of the search box, end to end.
func TestSearchGrammar(t *testing.T) {
	t.Parallel()
	w := market(t)
	for _, r := range []catalogue.Range{
		{Span: e164.Span{Start: 442071238290, End: 442071238299}, Features: []string{"voice", "sms"}, Area: "London",
			Type: e164.Mobile},
		{Span: e164.Span{Start: 12125550100, End: 12125550109}, Country: "US", Area: "New York", Type: e164.Geographic},
	} {
		r.Carrier, r.Package, r.Ver = "acme", "gold", 1
		if r.Country == "" {
			r.Country = "GB"
		}
		w.must(w.store.AddPartition(t.Context(), "acme", r.Span.Start.Partition()))
		w.change(intake.Placed{Range: r})
	}
	for _, c := range []struct {
		query string
		total uint64
		first string
	}{
		{"q=TAXI", 1, "442071238294"},
		{"q=taxi", 1, "442071238294"},
		{"q=020+7123+829", 10, "442071238290"},
		{"q=%2B44+20+7123+829", 10, "442071238290"},
		{"q=0044+20+7123+829", 10, "442071238290"},
		{"q=%2B44+(0)20+7123+829", 10, "442071238290"},
		{"q=0044+(0)20+7123+829", 10, "442071238290"},
		{"q=011+44+20+7123+829", 10, "442071238290"},
		{"q=tel:%2B44-20-7123-8294", 1, "442071238294"},
		{"q=%EF%BC%8B44+20+7123+8294", 1, "442071238294"},
		{"q=442071238294.0", 1, "442071238294"},
		{"q=%3D%22442071238294%22", 1, "442071238294"},
		{"q=8%3F94", 1, "442071238294"},
		{"q=%2B44*94", 3, "442071230094"},
		{"q=02*8294", 1, "442071238294"},
		{"q=(212)+555-0100", 1, "12125550100"},
		{"starts_with=1212", 10, "12125550100"},
		{"ends_with=8294", 1, "442071238294"},
		{"contains=55501", 10, "12125550100"},
		{"pattern=1212555%3F10%3F", 10, "12125550100"},
		{"pattern=44*829%3F", 10, "442071238290"},
		{"country=us", 10, "12125550100"},
		{"country=us,+GB&area=New+York", 10, "12125550100"},
		{"country=GB,FR&type=mobile", 10, "442071238290"},
		{"area=New+York", 10, "12125550100"},
		{"type=mobile", 10, "442071238290"},
		{"features=sms", 10, "442071238290"},
		{"features=voice,sms&interval=month&max_setup=5&max_recurring=10&package=gold&area=London&country=GB&type=mobile&" +
			"consecutive=10", 1, "442071238290+10"},
	} {
		var found customer.SearchAnswer
		w.as("alice", "GET", "/v1/available-dids?limit=200&"+c.query, "").read(t, &found)
		inFacets := uint64(0)
		for _, f := range found.Facets.Country {
			inFacets += f.Count
		}
		list := rows(found.Data)
		wanttest.Equal(t, c.query+": total", found.Total, c.total)
		wanttest.Equal(t, c.query+": sum of the facets", inFacets, c.total)
		if len(list) != int(c.total) {
			t.Fatalf("%s: rows are %v, want %d", c.query, list, c.total)
		}
		wanttest.Equal(t, c.query+": first row", list[0], c.first)
	}
}

// Numbers of any of the countries are found and counted, and no others.
func TestSearchInSeveralCountries(t *testing.T) {
	t.Parallel()
	w := market(t)
	for start, country := range map[e164.Number]string{33123450000: "FR", 493012345600: "DE"} {
		w.must(w.store.AddPartition(t.Context(), "acme", start.Partition()))
		span := e164.Span{Start: start, End: start + 9}
		w.change(intake.Placed{Range: catalogue.Range{Carrier: "acme", Span: span, Package: "gold", Ver: 1,
			Country: country}})
	}
	for query, want := range map[string][]httpapi.Facet{
		"country=GB,FR":              {{Value: "GB", Count: 200}, {Value: "FR", Count: 10}},
		"country=fr,+de":             {{Value: "DE", Count: 10}, {Value: "FR", Count: 10}},
		"country=DE,FR&q=030+123":    {{Value: "DE", Count: 10}},
		"country=GB,FR&q=030+123":    {},
		"country=FR,DE,IT":           {{Value: "DE", Count: 10}, {Value: "FR", Count: 10}},
		"country=DE&consecutive=5":   {{Value: "DE", Count: 1}},
		"country=FR,DE&package=gold": {{Value: "DE", Count: 10}, {Value: "FR", Count: 10}},
	} {
		var found customer.SearchAnswer
		w.as("alice", "GET", "/v1/available-dids?limit=1&"+query, "").read(t, &found)
		total := uint64(0)
		for _, f := range want {
			total += f.Count
		}
		if diff := cmp.Diff(want, found.Facets.Country); diff != "" {
			t.Errorf("%s: facets of countries (-want +got):\n%s", query, diff)
		}
		wanttest.Equal(t, query+": total", found.Total, total)
	}
	for query, sentence := range map[string]string{
		"country=GB,XX":     `"XX" is not an ISO 3166-1 alpha-2 code of a country with telephone numbers`,
		"country=GB,,FR":    `"" is not an ISO 3166-1 alpha-2 code of a country with telephone numbers`,
		"country=GB,FR,+gb": `"GB" is there twice; name each country once`,
	} {
		var problem httpapi.Problem
		got := w.as("alice", "GET", "/v1/available-dids?"+query, "")
		got.read(t, &problem)
		wanttest.Equal(t, query+": status", got.Status, 400)
		if len(problem.Errors) != 1 {
			t.Fatalf("%s: %s, want one error", query, got.Body)
		}
		wanttest.Equal(t, query+": named parameter", problem.Errors[0].Parameter, "country")
		wanttest.Equal(t, query+": sentence", problem.Errors[0].Detail, sentence)
	}
}

func TestSearchNamesTheParameter(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for query, parameter := range map[string]string{
		"consecutive=1": "consecutive", "consecutive=1000001": "consecutive", "sort=area": "sort",
		"features=telex": "features",
		"country=GB,XX":  "country", "country=GB,gb": "country",
		"max_setup=cheap": "max_setup", "max_recurring=-1": "max_recurring", "interval=fortnight": "interval",
		"type=satellite": "type",
		"contains=1%3F%3F%3F%3F%3F%3F&ends_with=2%3F%3F%3F%3F%3F%3F%3F&pattern=*3%3F%3F%3F%3F%3F%3F%3F%3F": "contains",
		"cursor=broken": "cursor", "offset=1&consecutive=2": "offset",
	} {
		var problem httpapi.Problem
		got := w.as("alice", "GET", "/v1/available-dids?"+query, "")
		got.read(t, &problem)
		wanttest.Equal(t, query+": status", got.Status, 400)
		if len(problem.Errors) == 0 {
			t.Fatalf("%s: the problem names no error", query)
		}
		wanttest.Equal(t, query+": named parameter", problem.Errors[0].Parameter, parameter)
		if strings.HasPrefix(query, "contains=1%3F") && !strings.Contains(got.Body, "more than 2048 ways") {
			t.Errorf("%s: %s does not say the bound", query, got.Body)
		}
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	w := market(t)
	var got customer.Coverage
	w.as("alice", "GET", "/v1/coverage", "").read(t, &got)
	wanttest.Equal(t, "total", got.Total, 200)
	if len(got.Countries) != 1 {
		t.Fatalf("countries are %+v, want one", got.Countries)
	}
	if len(got.Areas) != 1 {
		t.Fatalf("areas are %+v, want one", got.Areas)
	}
	if len(got.Types) != 1 {
		t.Fatalf("types are %+v, want one", got.Types)
	}
	if len(got.Packages) != 3 {
		t.Fatalf("packages are %+v, want three", got.Packages)
	}
	gb := got.Countries[0]
	wanttest.Equal(t, "country", gb.Value, "GB")
	wanttest.Equal(t, "numbers in the country", gb.Count, 200)
	wanttest.Equal(t, "lowest setup charge", gb.FromSetup.Amount, "1.00")
	wanttest.Equal(t, "recurring charge of the lowest monthly equivalent", gb.FromRecurring.Amount, "2.00")
	london := got.Areas[0]
	wanttest.Equal(t, "area", london.Value, "London")
	wanttest.Equal(t, "country of the area", *london.Country, "GB")
	wanttest.Equal(t, "numbers in the area", london.Count, 200)
	standard := got.Packages[0]
	wanttest.Equal(t, "package", standard.Package.ID, "standard")
	wanttest.Equal(t, "numbers of the package", standard.Count, 100)
	wanttest.Equal(t, "recurring charge of the package", standard.Recurring.Amount, "2.00")
	var none customer.Coverage
	if w.as("carol", "GET", "/v1/coverage", "").read(t, &none); none.Total != 0 || none.Countries == nil {
		t.Errorf("another carrier: %+v", none)
	}
}

// projects does the work of the catalogue Lambda for a record of the stream.
func (w *carriers) projects(n e164.Number) {
	w.t.Helper()
	projector := projection.New(w.store, w.env.Now)
	for _, err := range projector.Follow(w.t.Context(), []projection.Hint{{Carrier: "acme", Number: n}}) {
		w.must(err)
	}
}
