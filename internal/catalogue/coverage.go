package catalogue

import (
	"cmp"
	"maps"
	"slices"

	"didpurchase/internal/money"
)

// Coverage summarises all available numbers.
type Coverage struct {
	Total                             uint64
	Countries, Areas, Types, Packages CoveredList
}

// CoveredList has the largest values, at most MaxValues, largest count first,
// and the sums of all others.
type CoveredList struct {
	Top    []Covered
	Others Others
}

// Covered is the count of available numbers of a country, area, type or
// package, with the lowest price.
type Covered struct {
	Value            string
	Country          string // of an area: two countries may have areas of one name
	Count            uint64
	Setup, Recurring money.Amount // the lowest there are
}

// everything is the query that every number matches.
var everything = func() *Query {
	q, err := ParseQuery(Filters{})
	if err != nil {
		panic(err)
	}
	return q
}()

// Coverage counts the available numbers at these prices.
func (c *Catalogue) Coverage(prices Prices) Coverage {
	s := newSearch(c, everything, prices)
	s.count()
	d := c.dictionary
	return Coverage{
		Total:     s.counted().Total,
		Countries: s.covered(func(g group) Covered { return Covered{Value: d.countries.list[g.country]} }),
		Areas: s.covered(func(g group) Covered {
			return Covered{Value: d.areas.list[g.area], Country: d.countries.list[g.country]}
		}),
		Types:    s.covered(func(g group) Covered { return Covered{Value: d.types.list[g.kind]} }),
		Packages: s.covered(func(g group) Covered { return Covered{Value: d.packages.list[g.pack]} }),
	}
}

// covered adds up the groups for which say returns the same value.
func (s *search) covered(say func(group) Covered) (list CoveredList) {
	sums := map[Covered]Covered{}
	for i, g := range s.catalogue.dictionary.groups {
		what := say(g)
		if s.counts[i] == 0 || what.Value == "" {
			continue
		}
		price := s.prices[s.catalogue.dictionary.packages.list[g.pack]]
		sum, known := sums[what]
		if !known {
			sum = Covered{what.Value, what.Country, 0, price.Setup, price.Recurring}
		}
		sum.Count += s.counts[i]
		sum.Setup = slices.MinFunc([]money.Amount{sum.Setup, price.Setup}, comparePrices)
		sum.Recurring = slices.MinFunc([]money.Amount{sum.Recurring, price.Recurring}, comparePrices)
		sums[what] = sum
	}
	list.Top, list.Others = top(slices.Collect(maps.Values(sums)), byCovered, func(c Covered) uint64 { return c.Count })
	return list
}

func byCovered(a, b Covered) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Country, b.Country))
}
