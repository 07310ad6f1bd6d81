package search

import (
	"cmp"
	"slices"
	"testing"

	"didpurchase/internal/e164"

	"pgregory.net/rapid"
)

// A page that begins at a row is the one that listing all rows has there.
func TestAnOffsetBeginsAtItsRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawModel(t, ample)
		filters, exprs := drawFilters(t)
		filters.Consecutive = 0
		all := w.matching(filters, exprs)
		if filters.Sort == "price" {
			slices.SortStableFunc(all, func(a, b Hit) int { return compareMonthly(a.Range, b.Range) })
		}
		if filters.Sort == "memorable" {
			slices.SortStableFunc(all, func(a, b Hit) int { return cmp.Compare(reasonRank(a.Number), reasonRank(b.Number)) })
		}
		filters.Offset = rapid.IntRange(0, len(all)+2).Draw(t, "offset")
		query, err := ParseQuery(filters)
		if err != nil {
			t.Fatal(err)
		}
		got := w.catalogue.Search(query, prices)
		want := all[min(filters.Offset, len(all)):]
		more := len(want) > cmp.Or(filters.Limit, DefaultLimit)
		want = want[:min(len(want), cmp.Or(filters.Limit, DefaultLimit))]
		if !slices.EqualFunc(got.Rows, want, func(a, b Hit) bool { return a.Number == b.Number }) {
			t.Fatalf("%+v: rows\n%v, want\n%v", filters, got.Rows, want)
		}
		if got.Total != uint64(len(all)) || more != (got.Next != Cursor{}) {
			t.Errorf("%+v: total %d of %d, next %v", filters, got.Total, len(all), got.Next)
		}
	})
}

func TestAnOffsetIsOfNumbersWithoutCursor(t *testing.T) {
	for _, f := range []Filters{
		{Offset: -1}, {Offset: 1, Consecutive: 2}, {Offset: 1, After: Cursor{Number: e164.Number(442079460000)}},
	} {
		if _, err := ParseQuery(f); err == nil {
			t.Errorf("%+v is understood", f)
		}
	}
}
