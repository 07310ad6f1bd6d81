package search

import (
	"errors"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"London": "london", "LONDON": "london", " London ": "london", "New\u00a0York": "new york", "new  york": "new york",
		"São Paulo": "sao paulo", "Sa\u0303o Paulo": "sao paulo", "ŁÓDŹ": "lodz", "Straße": "strasse", "STRASSE": "strasse",
		"Malmö": "malmo", "København": "kobenhavn", "ＬＯＮＤＯＮ": "london", "İstanbul": "istanbul", "Москва": "москва",
		"東京": "東京", "": "", "\u00ad ": "",
	} {
		if got := fold(name); got != want {
			t.Errorf("fold(%q) = %q, want %q", name, got, want)
		}
		if got := fold(want); got != want {
			t.Errorf("fold(%q) = %q, want it as it is", want, got)
		}
	}
}

// A typed name finds the meant one, with any case and accents.
func TestFiltersAsAPersonTypesThem(t *testing.T) {
	t.Parallel()
	priced := Prices{}
	for id, name := range map[string]string{"standard": "Gold", "gold": "Premium", "two-way": "Zwei-Wege Tarif"} {
		priced[id] = pricing.Package{Terms: prices["standard"].Terms}
		p := priced[id]
		p.Package, p.Name = id, name
		priced[id] = p
	}
	c := New([]catalogue.Range{
		{Carrier: "acme", Span: e164.Span{Start: 442071230000, End: 442071230000}, Package: "standard", Country: "GB",
			Area: "London", Type: e164.Geographic},
		{Carrier: "acme", Span: e164.Span{Start: 442071230010, End: 442071230011}, Package: "gold", Country: "GB",
			Area: "LONDON", Type: e164.TollFree},
		{Carrier: "acme", Span: e164.Span{Start: 551120000000, End: 551120000003}, Package: "two-way", Country: "BR",
			Area: "São Paulo", Type: e164.Mobile},
	}, nil)
	for _, f := range []struct {
		filters Filters
		want    uint64
	}{
		{Filters{Area: "london"}, 3},
		{Filters{Area: " LONDON "}, 3},
		{Filters{Area: "sao  paulo"}, 4},
		{Filters{Area: "São Paulo"}, 4},
		{Filters{Area: "Lon"}, 0},
		{Filters{Package: "Standard"}, 1},
		{Filters{Package: "gold"}, 2}, // an id is meant before a name
		{Filters{Package: "premium"}, 2},
		{Filters{Package: "zwei-wege tarif"}, 4},
		{Filters{Package: "none"}, 0},
		{Filters{Type: "Toll-Free"}, 2},
		{Filters{Type: "toll free"}, 2},
		{Filters{Country: " br"}, 4},
	} {
		query, err := ParseQuery(f.filters)
		if err != nil {
			t.Errorf("%+v: %v", f.filters, err)
			continue
		}
		if got := c.Search(query, priced).Total; got != f.want {
			t.Errorf("%+v: %d numbers, want %d", f.filters, got, f.want)
		}
	}
}

// A name of nothing but blanks is refused: as no filter it would find
// everything.
func TestBlankNamesAreRefused(t *testing.T) {
	t.Parallel()
	for field, f := range map[string]Filters{"area": {Area: " "}, "package": {Package: "\u00a0"},
		"country": {Country: " "}, "type": {Type: "  "}} {
		_, err := ParseQuery(f)
		var refused FieldErrors
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v, want it refused", field, err)
			continue
		}
		if got := refused[0].Field; got != field {
			t.Errorf("%s: %s is refused", field, got)
		}
	}
}
