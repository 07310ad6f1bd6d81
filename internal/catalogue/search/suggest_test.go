package search

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

func TestSuggest(t *testing.T) {
	t.Parallel()
	at := func(first e164.Number, area, pack string, kind e164.Type) catalogue.Range {
		return catalogue.Range{Carrier: "acme", Span: e164.Span{Start: first, End: first + 9}, Area: area, Package: pack,
			Type: kind, Country: "GB"}
	}
	c := New([]catalogue.Range{
		at(442079460000, "London", "gold", e164.Geographic), at(442079470000, "Zürich", "std-1", e164.TollFree),
		at(442079480000, "London Bridge", "gold", e164.Geographic),
	}, nil)
	prices := Prices{
		"gold": {Terms: pricing.Terms{Name: "Gold"}}, "std-1": {Terms: pricing.Terms{Name: "Standard plan"}},
		"unused": {Terms: pricing.Terms{Name: "London special"}},
	}
	for text, want := range map[string][]Suggestion{
		"LONDON":        {{"area", "London", "London", true, 10}, {"area", "London Bridge", "London Bridge", false, 10}},
		" london ":      {{"area", "London", "London", true, 10}, {"area", "London Bridge", "London Bridge", false, 10}},
		"zurich":        {{"area", "Zürich", "Zürich", true, 10}},
		"Gold":          {{"package", "gold", "Gold", true, 20}},
		"gol":           {{"package", "gold", "Gold", false, 20}},
		"standard plan": {{"package", "std-1", "Standard plan", true, 10}},
		"toll free":     {{"type", "toll_free", "toll free", true, 10}},
		"lo":            nil,
		"taxi":          nil,
		"London 7":      nil,
		"*gold*":        nil,
		"020 7946":      nil,
		"":              nil,
	} {
		if diff := cmp.Diff(want, c.Suggest(text, prices)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
