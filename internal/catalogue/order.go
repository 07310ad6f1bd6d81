package catalogue

import (
	"slices"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// want says which groups are asked for: those that the filters let through and
// that have a price.
func (s *search) want() {
	d, q := s.catalogue.dictionary, s.query
	affordable := make([]bool, len(d.packages.list))
	for i, id := range d.packages.list {
		p, priced := s.prices[id]
		affordable[i] = priced && q.affords(&p.Terms)
	}
	for i, g := range d.groups {
		s.wanted[i] = affordable[g.pack] &&
			(q.country == "" || q.country == d.countries.list[g.country]) &&
			(q.area == "" || q.area == d.areas.list[g.area]) &&
			(q.pack == "" || q.pack == d.packages.list[g.pack]) &&
			(q.kind == "" || q.kind == e164.Type(d.types.list[g.kind])) &&
			hasAll(d.features.list[g.features], q.features)
	}
	if q.byPrice {
		s.rankPrices()
	}
}

// hasAll says whether a list with commas has all of the texts.
func hasAll(list string, texts []string) bool {
	for _, text := range texts {
		if !slices.Contains(strings.Split(list, ","), text) {
			return false
		}
	}
	return true
}

// priceOrder is the distinct recurring charges of what is offered, lowest
// first, and what a search by price needs to go through them.
type priceOrder struct {
	prices []money.Amount
	rank   []int32 // by group: its place in prices
	wanted []bool  // by group, whatever its price
}

// rankPrices orders the wanted groups' packages by their recurring charge;
// currencies are not converted but follow one another.
func (s *search) rankPrices() {
	d := s.catalogue.dictionary
	o := &priceOrder{rank: make([]int32, len(d.groups)), wanted: slices.Clone(s.wanted)}
	for i, g := range d.groups {
		if s.wanted[i] {
			o.prices = append(o.prices, s.prices[d.packages.list[g.pack]].Recurring)
		}
	}
	slices.SortFunc(o.prices, comparePrices)
	o.prices = slices.CompactFunc(o.prices, money.Amount.Equal)
	for i, g := range d.groups {
		if s.wanted[i] {
			at, _ := slices.BinarySearchFunc(o.prices, s.prices[d.packages.list[g.pack]].Recurring, comparePrices)
			o.rank[i] = int32(at)
		}
	}
	s.order = o
}

func comparePrices(a, b money.Amount) int {
	if order, err := a.Cmp(b); err == nil {
		return order
	}
	return strings.Compare(a.Currency(), b.Currency())
}

// inOrder calls list with the number after which to go on: once, or, sorted by
// price, for each price from the cursor's on, with only its groups wanted;
// until the page is full.
func (s *search) inOrder(list func(after e164.Number) (full bool)) {
	after := s.query.after
	if s.order == nil {
		list(after.Number)
		return
	}
	for at, price := range s.order.prices {
		order := 1
		if after.Number > 0 {
			order = comparePrices(price, s.query.afterPrice)
		}
		if order < 0 || !s.wantPrice(int32(at)) {
			continue
		}
		number := e164.Number(0)
		if order == 0 {
			number = after.Number
		}
		if list(number) {
			return
		}
	}
}

// wantPrice makes only the groups with the price at a place wanted. It says
// whether anything of them matches.
func (s *search) wantPrice(at int32) (any bool) {
	for i := range s.wanted {
		s.wanted[i] = s.order.wanted[i] && s.order.rank[i] == at
		any = any || s.wanted[i] && s.counts[i] > 0
	}
	return any
}

// cursorAt is the cursor behind a row.
func (s *search) cursorAt(n e164.Number, r *Range) Cursor {
	c := Cursor{Number: n}
	if s.order != nil {
		c.Price = s.prices[r.Package].Recurring.String()
	}
	return c
}
