package search

import (
	"slices"

	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// layer is the numbers to which one price applies by the rules: those in a slot or,
// with slot 0, those of ranges with a package in a currency for which no rule holds.
// Pages and runs are found layer by layer, each with an automaton of its own, and put
// together; so a run never has two prices.
type layer struct {
	currency string
	slot     int
}

// layers returns the layers, those with the most counted matches first: they fill the
// page, and the others have only a few rows before its end.
func (s *search) layers() []layer {
	list := []layer{{}}
	if s.book == nil {
		return list
	}
	for i, slot := range s.book.slots[1:] {
		if !slices.Contains(list, layer{currency: slot.currency}) {
			list = append(list, layer{currency: slot.currency})
		}
		list = append(list, layer{slot.currency, i + 1})
	}
	matches := make([]uint64, s.width)
	for offer, count := range s.counts {
		matches[offer%s.width] += count
	}
	for i, l := range list { // few: insertion needs less code than a generic sort
		for ; i > 0 && matches[list[i-1].slot] < matches[l.slot]; i-- {
			list[i] = list[i-1]
		}
		list[i] = l
	}
	return list
}

// ruledCurrency returns the currency of a group's package if there are rules for it,
// "" if not.
func (s *search) ruledCurrency(g group) string {
	currency := s.monthly[g.pack].Currency()
	if s.book != nil && slices.ContainsFunc(s.book.slots, func(s slot) bool { return s.currency == currency }) {
		return currency
	}
	return ""
}

// eachLayer calls f with the search narrowed to each layer that has wanted offers.
// Rows are collected over all of them.
func (s *search) eachLayer(f func()) {
	whole, wanted, tiers, rows := s.walker, s.wanted, slices.Clone(s.tiers), []tierRow(nil)
	for _, l := range s.layers() {
		s.rows, s.slot = make([]tierRow, 0, s.query.limit+1), l.slot
		if !s.narrow(l, tiers) {
			continue
		}
		f()
		if rows = mergeRows(rows, s.rows); s.book != nil {
			endTiers(tiers, rows)
		}
	}
	s.walker, s.wanted, s.tiers, s.rows, s.slot = whole, wanted, tiers, rows, 0
}

// mergeRows merges two lists of rows that are ascending by number.
func mergeRows(a, b []tierRow) []tierRow {
	if len(a) == 0 {
		return b
	}
	all := make([]tierRow, 0, len(a)+len(b))
	for _, r := range a {
		for len(b) > 0 && b[0].Start < r.Start {
			all, b = append(all, b[0]), b[1:]
		}
		all = append(all, r)
	}
	return append(all, b...)
}

// endTiers ends the tiers of which there are enough rows: the rows of later layers can
// only come before.
func endTiers(tiers []tier, rows []tierRow) {
	have := make([]int, len(tiers))
	for _, r := range rows {
		if have[r.tier]++; have[r.tier] == tiers[r.tier].most {
			tiers[r.tier].end = r.Start
		}
	}
}

// hitOf returns the hit of a number, and reports whether its offer passes the filters.
func (s *search) hitOf(n e164.Number, p offering) (hit Hit, offered bool) {
	hit, slot := Hit{Number: n, Range: p.rng}, 0
	if s.ruled[p.group] != "" {
		if hit = s.book.hit(n, p.rng, s.prices); hit.Rule != "" {
			slot = s.book.slotOf(s.ruled[p.group], hit.Range.Package)
		}
	}
	return hit, s.offered[int(p.group)*s.width+slot]
}

// narrow reports whether a layer has wanted offers, and sets the search to it.
func (s *search) narrow(l layer, tiers []tier) (any bool) {
	s.tiers, s.wanted = slices.Clone(tiers), make([]bool, len(s.wanted))
	for i := range s.wanted {
		if s.ruled[i] == l.currency && s.offered[i*s.width+l.slot] {
			s.wanted[i], any = true, true
		}
	}
	if !any || s.book == nil {
		return any
	}
	s.walker, s.masks = walker{automaton: s.query.automaton}, make([]*bitset.Set, len(s.query.automaton.finals))
	if l.currency != "" {
		p := s.product
		s.walker = walker{automaton: p.view(func(totals []uint64) uint64 { return s.inLayer(l, totals) }), roots: &p.roots}
		s.masks = make([]*bitset.Set, len(p.parts))
	}
	return true
}

// inLayer returns the part of the counts by slot that is in a layer.
func (s *search) inLayer(l layer, counts []uint64) uint64 {
	if l.slot > 0 {
		return counts[l.slot]
	}
	n := counts[0]
	for i, slot := range s.book.slots {
		if i > 0 && slot.currency == l.currency {
			n -= counts[i]
		}
	}
	return n
}

// settle turns the counts by slot into the counts of wanted offers: a group's own
// package has the numbers for which no rule of its currency holds.
func (s *search) settle() {
	for i := range s.catalogue.dictionary.groups {
		counts := s.counts[i*s.width : (i+1)*s.width]
		if s.book != nil {
			counts[0] = s.inLayer(layer{currency: s.ruled[i]}, counts)
		}
		for slot := range counts {
			if !s.offered[i*s.width+slot] {
				counts[slot] = 0
			}
		}
	}
}
