package search

import (
	"testing"
)

func TestPrefix(t *testing.T) {
	for _, c := range []struct {
		filters Filters
		want    string
	}{
		{Filters{}, ""},
		{Filters{StartsWith: "4420712"}, "4420712"},
		{Filters{Q: "+44 20 7"}, "44207"},
		{Filters{Q: "0044"}, ""},
		{Filters{Pattern: "4420?1"}, "4420"},
		{Filters{Pattern: "442071234567"}, "442071234567"},
		{Filters{Pattern: "4420*"}, "4420"},
		{Filters{StartsWith: "44", EndsWith: "7"}, "44"},
		{Filters{StartsWith: "44", Pattern: "33*"}, ""},
		{Filters{EndsWith: "7"}, ""},
	} {
		query, err := ParseQuery(c.filters)
		if err != nil {
			t.Fatal(err)
		}
		if got := query.Prefix(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.filters, got, c.want)
		}
	}
}
