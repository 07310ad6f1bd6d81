package search

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

func matches(q *Query, n e164.Number) bool {
	c := New([]catalogue.Range{{Span: e164.Span{Start: n, End: n}, Country: e164.Country(n), Package: "standard"}}, nil)
	return c.Search(q, prices).Total == 1
}

func TestBox(t *testing.T) {
	const london, rome, newYork, berlin = 442071234567, 390612345678, 12125551234, 4930123456
	for _, c := range []struct {
		q, country string
		want       []e164.Number
	}{
		{"", "", []e164.Number{london, rome, newYork, berlin}},
		{" - ", "", []e164.Number{london, rome, newYork, berlin}},
		{"1234", "", []e164.Number{london, rome, newYork, berlin}},
		{"+44 20 7123", "", []e164.Number{london}},
		{" 44 20 7123", "", []e164.Number{london}}, // a plus that a URL turned into a space
		{"+1234", "", nil},
		{"0044 20", "", []e164.Number{london}},
		{"(020) 7123 4567", "", []e164.Number{london}},
		{"020", "GB", []e164.Number{london}},
		{"020", "DE", nil},
		{"020", "DE,GB", []e164.Number{london}},
		{"0", "DE,IT", []e164.Number{rome, berlin}},
		{"030", "", []e164.Number{berlin}},
		{"06 1234", "", []e164.Number{rome}}, // Italy's 0 is part of the number
		{"02*67", "", []e164.Number{london}},
		{"*67", "", []e164.Number{london}},
		{"44*", "", []e164.Number{london}},
		{"21?555", "", []e164.Number{newYork}},
		{"JKL", "", []e164.Number{newYork}}, // 555
		{"1 212 kjl", "", []e164.Number{newYork}},
		{"+?42", "", []e164.Number{london}},
		{"0", "", []e164.Number{london, rome, berlin}}, // somewhere
	} {
		query, err := ParseQuery(Filters{Q: c.q, Country: c.country})
		if err != nil {
			t.Errorf("%q: %v", c.q, err)
			continue
		}
		var got []e164.Number
		for _, n := range []e164.Number{london, rome, newYork, berlin} {
			if matches(query, n) {
				got = append(got, n)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("q=%q country=%q: %v, want %v", c.q, c.country, got, c.want)
		}
	}
}

func TestParseQueryNamesTheField(t *testing.T) {
	for _, c := range []struct {
		filters Filters
		fields  []string
	}{
		{Filters{Q: "#31#"}, []string{"q"}},
		{Filters{StartsWith: "44a"}, []string{"starts_with"}},
		{Filters{EndsWith: "+7"}, []string{"ends_with"}},
		{Filters{Contains: "-"}, []string{"contains"}},
		{Filters{Contains: "٣"}, []string{"contains"}},
		{Filters{Pattern: "4+4"}, []string{"pattern"}},
		{Filters{Pattern: "1234567890123456"}, []string{"pattern"}},
		{Filters{Contains: "77", Pattern: "*1????????2*"}, nil},
		{Filters{Contains: "1??????", EndsWith: "2???????", Pattern: "*3????????"}, []string{"contains"}},
		{Filters{Country: "XX"}, []string{"country"}},
		{Filters{Country: "GBR"}, []string{"country"}},
		{Filters{Country: "gb, FR"}, nil},
		{Filters{Country: "GB,XX"}, []string{"country"}},
		{Filters{Country: "GB,"}, []string{"country"}},
		{Filters{Country: "GB,FR, gb"}, []string{"country"}},
		{Filters{Type: "satellite"}, []string{"type"}},
		{Filters{Limit: 201}, []string{"limit"}},
		{Filters{Features: "voice,telex"}, []string{"features"}},
		{Filters{Features: "voice,sms, Voice"}, []string{"features"}},
		{Filters{MaxSetup: "1e3"}, []string{"max_setup"}},
		{Filters{MaxRecurring: "-1"}, []string{"max_recurring"}},
		{Filters{Interval: "fortnight"}, []string{"interval"}},
		{Filters{Interval: "0 days"}, []string{"interval"}},
		{Filters{Consecutive: 1}, []string{"consecutive"}},
		{Filters{Consecutive: MaxConsecutive + 1, Sort: "area"}, []string{"consecutive", "sort"}},
		{Filters{After: Cursor{Number: 442071234567, Price: "2.00 USD"}}, []string{"cursor"}},
		{Filters{Sort: "price", After: Cursor{Number: 442071234567}}, []string{"cursor"}},
		{Filters{Sort: "price", After: Cursor{Number: 442071234567, Price: "2 eggs"}}, []string{"cursor"}},
		{Filters{Limit: -1, Country: "44", Q: "$"}, []string{"limit", "country", "q"}},
	} {
		_, err := ParseQuery(c.filters)
		var errs FieldErrors
		errors.As(err, &errs)
		var fields []string
		for _, e := range errs {
			fields = append(fields, e.Field)
		}
		if !slices.Equal(fields, c.fields) {
			t.Errorf("%+v: errors in %v (%v), want %v", c.filters, fields, err, c.fields)
		}
	}
}

// Whatever is typed gives a query within its bounds or an error that names q.
func FuzzParseQuery(f *testing.F) {
	for _, q := range []string{"+44 20", "TAXI", "*1????????2*", "00??*", "0*", strings.Repeat("?*", 20)} {
		f.Add(q, q)
	}
	f.Fuzz(func(t *testing.T, q, pattern string) {
		query, err := ParseQuery(Filters{Q: q, Pattern: pattern})
		if err != nil {
			var errs FieldErrors
			if !errors.As(err, &errs) || errs[0].Field != "q" && errs[0].Field != "pattern" {
				t.Fatalf("%q, %q: %v", q, pattern, err)
			}
			return
		}
		if states := len(query.automaton.finals); states > maxStates {
			t.Fatalf("%q, %q: %d states", q, pattern, states)
		}
		matches(query, 442071234567)
	})
}
