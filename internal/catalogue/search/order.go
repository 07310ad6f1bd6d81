package search

import (
	"slices"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// want marks the offers that pass the filters and have a price.
func (s *search) want() {
	d, q := s.catalogue.dictionary, s.query
	s.groups, s.offered = make([]group, len(s.counts)), make([]bool, len(s.counts))
	s.ruled = make([]string, len(d.groups))
	affordable, able := s.affordable(), make([]bool, len(d.features.list))
	for i, list := range d.features.list {
		able[i] = hasAll(list, q.features)
	}
	for i, g := range d.groups {
		fits := (len(q.countries) == 0 || slices.Contains(q.countries, d.countries.list[g.country])) &&
			(q.area == "" || q.area == d.areas.folded[g.area]) &&
			(q.kind == "" || q.kind == e164.Type(d.types.list[g.kind])) &&
			able[g.features] && priced(s.prices, d.packages.list[g.pack])
		s.ruled[i] = s.ruledCurrency(g)
		for at, pack := range s.packsOf(g, s.ruled[i]) {
			offer := i*s.width + at
			s.groups[offer] = g
			if pack < 0 {
				continue
			}
			s.groups[offer].pack = pack
			s.offered[offer] = fits && affordable[pack]
			s.wanted[i] = s.wanted[i] || s.offered[offer]
		}
	}
}

// packsOf returns the package of a group in each slot, -1 in slots of other currencies.
func (s *search) packsOf(g group, currency string) []int32 {
	packs := make([]int32, s.width)
	packs[0] = g.pack
	for i := 1; i < s.width; i++ {
		packs[i] = -1
		if slot := s.book.slots[i]; slot.currency == currency && s.prices[slot.pack].Recurring.Currency() == currency {
			packs[i] = s.catalogue.dictionary.packages.ids[s.book.slots[i].pack]
		}
	}
	return packs
}

func priced(prices Prices, pack string) bool {
	_, ok := prices[pack]
	return ok
}

// affordable reports for each of the dictionary's packages whether it has a
// price that passes the filters, and is the package asked for: by its id or, if
// no id matches, by its name.
func (s *search) affordable() []bool {
	packages, wanted := s.catalogue.dictionary.packages, s.query.pack
	byID := slices.Contains(packages.folded, wanted)
	list := make([]bool, len(packages.list))
	for i, id := range packages.list {
		p, priced := s.prices[id]
		named := wanted == "" || byID && packages.folded[i] == wanted || !byID && priced && fold(p.Name) == wanted
		list[i] = priced && named && s.query.affords(&p.Terms, s.monthly[i])
	}
	return list
}

// hasAll reports whether a comma-separated list has all of the texts.
func hasAll(list string, texts []string) bool {
	for _, text := range texts {
		if !slices.Contains(strings.Split(list, ","), text) {
			return false
		}
	}
	return true
}

// monthlyPrices returns the monthly equivalents of the dictionary's packages;
// those without a price have none.
func (s *search) monthlyPrices() []money.Amount {
	packages := s.catalogue.dictionary.packages
	monthly := make([]money.Amount, len(packages.list))
	for i, id := range packages.list {
		if p, priced := s.prices[id]; priced {
			monthly[i] = p.MonthlyEquivalent()
		}
	}
	return monthly
}

// rankPrices returns the distinct monthly equivalents of the wanted groups'
// packages, lowest first; currencies are not converted but follow one another.
// It assigns each offer to the tier of its price.
func (s *search) rankPrices() (prices []money.Amount) {
	for i, g := range s.groups {
		if s.offered[i] {
			prices = append(prices, s.monthly[g.pack])
		}
	}
	slices.SortFunc(prices, comparePrices)
	prices = slices.CompactFunc(prices, money.Amount.Equal)
	for i, g := range s.groups {
		if s.offered[i] {
			at, _ := slices.BinarySearchFunc(prices, s.monthly[g.pack], comparePrices)
			s.tierAt[i] = int32(at)
		}
	}
	return prices
}

func comparePrices(a, b money.Amount) int {
	if order, err := a.Cmp(b); err == nil {
		return order
	}
	return strings.Compare(a.Currency(), b.Currency())
}
