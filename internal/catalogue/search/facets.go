package search

import (
	"cmp"
	"slices"
)

// MaxValues is the most values of a facet, or of a list of the coverage, that
// are named. Carriers name areas and packages freely: without a limit an answer
// would grow with them.
const MaxValues = 100

// Facets counts the matches by properties of their ranges and packages. A
// number has one value of each, except features, of which it may have several.
type Facets struct{ Country, Area, Package, Type, Features, Interval Facet }

// Facet counts the matches of each value: the most frequent values, and the
// sums of all others. Numbers without a value are not counted.
type Facet struct {
	Top    []Count // at most MaxValues, greatest count first, then by value
	Others Others
}

// Count is the number of matches with a value.
type Count struct {
	Value string
	Count uint64
}

// Others sums up the values that are not named.
type Others struct {
	Values int    // the number of these values
	Count  uint64 // the sum of their counts
}

// facetOf names the largest counts. It reorders the counts.
func facetOf(counts []Count) (f Facet) {
	f.Top, f.Others = top(counts, byCount, func(c Count) uint64 { return c.Count })
	return f
}

func byCount(a, b Count) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
}

// top sorts the list and returns its first MaxValues rows, and the sums of the
// rest.
func top[Row any](list []Row, order func(a, b Row) int, count func(Row) uint64) (named []Row, others Others) {
	slices.SortFunc(list, order)
	if len(list) <= MaxValues {
		return list, Others{}
	}
	for _, row := range list[MaxValues:] {
		others.Values++
		others.Count += count(row)
	}
	return slices.Clone(list[:MaxValues]), others
}
