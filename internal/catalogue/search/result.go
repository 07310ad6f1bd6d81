package search

import (
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Hit is an available number, and the range that offers it. A price rule replaces the
// package of the range.
type Hit struct {
	Number e164.Number
	Range  *catalogue.Range
	Rule   string // pattern of the price rule, "" = none
}

// Run is a longest possible run of consecutive available numbers with the same
// offer. Its range is the first number's.
type Run struct {
	Start, End e164.Number
	Range      *catalogue.Range
	Rule       string // as in Hit; the same for all numbers of the run
}

// Count returns the length of the run.
func (r Run) Count() uint64 { return e164.Span{Start: r.Start, End: r.End}.Count() }

// Result is a page of the matches, in the requested order, and exact counts of
// all matches, for every page.
type Result struct {
	Rows   []Hit
	Runs   []Run // instead of Rows, where runs were asked for
	Total  uint64
	Facets Facets
	Next   Cursor // of the next page; zero = this is the last
}

// Cursor is the last row of a page. The next page continues after it, also if
// numbers were sold or released in the meantime.
type Cursor struct {
	Number e164.Number
	Price  string // "2.00 USD", where rows are sorted by price
}

// counted returns the total and the facets.
func (s *search) counted() (r Result) {
	d := s.catalogue.dictionary
	countries, areas := make([]uint64, len(d.countries.list)), make([]uint64, len(d.areas.list))
	packages, types := make([]uint64, len(d.packages.list)), make([]uint64, len(d.types.list))
	features, intervals := map[string]uint64{}, map[string]uint64{}
	for i, g := range s.groups {
		if s.counts[i] == 0 {
			continue
		}
		for feature := range strings.SplitSeq(d.features.list[g.features], ",") {
			features[feature] += s.counts[i]
		}
		intervals[s.prices[d.packages.list[g.pack]].Interval.String()] += s.counts[i]
		r.Total += s.counts[i]
		countries[g.country] += s.counts[i]
		areas[g.area] += s.counts[i]
		packages[g.pack] += s.counts[i]
		types[g.kind] += s.counts[i]
	}
	r.Facets = Facets{
		Country: d.countries.facet(countries), Area: d.areas.facet(areas), Package: d.packages.facet(packages),
		Type: d.types.facet(types), Features: facetOfMap(features), Interval: facetOfMap(intervals),
	}
	return r
}

// facet counts the values that have a name and a count.
func (n *names) facet(counts []uint64) Facet {
	list := make([]Count, 0, len(counts))
	for id, count := range counts {
		if count > 0 && n.list[id] != "" {
			list = append(list, Count{n.list[id], count})
		}
	}
	return facetOf(list)
}

func facetOfMap(counts map[string]uint64) Facet {
	list := make([]Count, 0, len(counts))
	for value, count := range counts {
		list = append(list, Count{value, count})
	}
	return facetOf(list)
}
