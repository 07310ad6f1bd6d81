package search

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
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
// package, with their lowest prices.
type Covered struct {
	Place
	Count uint64
	From  []Lowest // at least one, by currency
}

// Place is a country, with or without an area, in which numbers are counted.
// Country is set for an area, since two countries may have areas of one name.
type Place struct{ Value, Country string }

// Lowest has the lowest prices of a currency. Recurring charges are compared by
// their monthly equivalents.
type Lowest struct {
	Setup     money.Amount
	Recurring pricing.Terms // the package with the lowest monthly equivalent
}

// MaxCurrencies is the largest number of currencies for which lowest prices are
// listed.
const MaxCurrencies = 10

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
		Countries: s.covered(func(g group) Place { return Place{Value: d.countries.list[g.country]} }),
		Areas: s.covered(func(g group) Place {
			return Place{Value: d.areas.list[g.area], Country: d.countries.list[g.country]}
		}),
		Types:    s.covered(func(g group) Place { return Place{Value: d.types.list[g.kind]} }),
		Packages: s.covered(func(g group) Place { return Place{Value: d.packages.list[g.pack]} }),
	}
}

// covered adds up the groups for which say returns the same value.
func (s *search) covered(say func(group) Place) (list CoveredList) {
	sums := map[Place]Covered{}
	for i, g := range s.groups {
		what := say(g)
		if s.counts[i] == 0 || what.Value == "" {
			continue
		}
		sum := sums[what]
		sum.Place, sum.Count = what, sum.Count+s.counts[i]
		sum.offer(s.prices[s.catalogue.dictionary.packages.list[g.pack]].Terms)
		sums[what] = sum
	}
	list.Top, list.Others = top(slices.Collect(maps.Values(sums)), byCovered, func(c Covered) uint64 { return c.Count })
	return list
}

// offer lowers the lowest prices of the terms' currency.
func (c *Covered) offer(t pricing.Terms) {
	at, known := slices.BinarySearchFunc(c.From, t.Recurring.Currency(), func(l Lowest, currency string) int {
		return strings.Compare(l.Setup.Currency(), currency)
	})
	if !known {
		c.From = slices.Insert(c.From, at, Lowest{t.Setup, t})
		c.From = c.From[:min(len(c.From), MaxCurrencies)]
		return
	}
	lowest := &c.From[at]
	lowest.Setup = slices.MinFunc([]money.Amount{lowest.Setup, t.Setup}, comparePrices)
	lowest.Recurring = slices.MinFunc([]pricing.Terms{lowest.Recurring, t}, byMonthly)
}

// byMonthly compares terms of one currency by the monthly equivalent; of equal
// ones the smaller charge comes first, then the package's id.
func byMonthly(a, b pricing.Terms) int {
	return cmp.Or(
		comparePrices(a.MonthlyEquivalent(), b.MonthlyEquivalent()), comparePrices(a.Recurring, b.Recurring),
		cmp.Compare(a.Package, b.Package),
	)
}

func byCovered(a, b Covered) int {
	return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value), cmp.Compare(a.Country, b.Country))
}
