package search

import (
	"cmp"
	"math"
	"slices"

	"didpurchase/internal/e164"
)

// tier is the rows of a page that have one price or, if sorted by number, all
// rows. All tiers are filled in one pass, each ascending by number.
type tier struct {
	after e164.Number // its rows come after this number
	most  int         // the largest number of its rows
	have  int
	end   e164.Number // the page has no row of it after this number
}

func (h *tier) isFull() bool { return h.have >= h.most }

// tierRow is a row of the page, and the index of its tier.
type tierRow struct {
	Run
	tier int32
}

// arrange sets up the tiers after the query's cursor, each for a page and one
// row more, which shows whether there is another page.
func (s *search) arrange() {
	s.tierAt = make([]int32, len(s.counts))
	most := s.query.limit + 1
	if !s.query.byPrice {
		s.tiers = []tier{{after: s.query.after.Number, most: most, end: math.MaxUint64}}
		return
	}
	prices := s.rankPrices()
	s.tiers = make([]tier, max(1, len(prices))) // groups without a price have the first, and no rows
	for i, price := range prices {
		s.tiers[i].end = math.MaxUint64
		order := 1
		if s.query.after.Number > 0 {
			order = comparePrices(price, s.query.afterPrice)
		}
		if order == 0 {
			s.tiers[i].after = s.query.after.Number
		}
		if order >= 0 {
			s.tiers[i].most = most
		}
	}
}

// tier returns the tier of a group's rows.
func (s *search) tier(group int32) *tier { return &s.tiers[s.tierAt[s.offer(group)]] }

// offer returns the index of a group's offer in the slot that is being searched.
func (s *search) offer(group int32) int { return int(group)*s.width + s.slot }

// listing reports whether numbers of a group up to last may be rows of the
// page.
func (s *search) listing(group int32, last e164.Number) bool {
	h := s.tier(group)
	return !h.isFull() && last > h.after
}

// list adds a row to its group's tier; listing must be true for it.
func (s *search) list(r Run, group int32) {
	s.tier(group).have++
	if s.slot > 0 {
		slot, ruled := s.book.slots[s.slot], *r.Range
		rule, _ := s.book.Rule(r.Start, slot.currency) // a number of the slot has one
		ruled.Package, r.Range, r.Rule = slot.pack, &ruled, rule.Pattern
	}
	s.rows = append(s.rows, tierRow{r, s.tierAt[s.offer(group)]})
	if len(s.rows) >= 4*(s.query.limit+1) {
		s.prune()
	}
}

// prune drops the rows that can't be on the page, because cheaper ones fill it.
func (s *search) prune() {
	have := 0
	for i := range s.tiers {
		h := &s.tiers[i]
		if have > s.query.limit {
			h.most, h.have = 0, 0
		}
		have += h.have
	}
	s.rows = slices.DeleteFunc(s.rows, func(r tierRow) bool { return s.tiers[r.tier].most == 0 })
}

// expect limits each tier to its counted matches, and to none if cheaper ones
// fill the page. It reports whether any tier is to have rows.
func (s *search) expect() (any bool) {
	matches, free := s.matches(), s.query.limit+1
	for i := range s.tiers {
		h := &s.tiers[i]
		h.most = int(min(uint64(min(h.most, free)), matches[i]))
		if h.after == 0 {
			free -= h.most
		}
		any = any || h.most > 0
	}
	return any
}

// wantUnfilled marks only the groups as wanted that may have more rows.
func (s *search) wantUnfilled() (any bool) {
	for group := range s.wanted {
		s.wanted[group] = s.wanted[group] && !s.tier(int32(group)).isFull()
		any = any || s.wanted[group]
	}
	return any
}

// onPage returns the rows of the page in their order, and the cursor of the
// next page.
func (s *search) onPage() (rows []tierRow, next Cursor) {
	slices.SortStableFunc(s.rows, func(a, b tierRow) int { return cmp.Compare(a.tier, b.tier) })
	limit := s.query.limit
	if len(s.rows) <= limit {
		return s.rows, Cursor{}
	}
	last := s.rows[limit-1]
	next = Cursor{Number: last.End}
	if s.query.byPrice {
		next.Price = s.prices[last.Range.Package].MonthlyEquivalent().String()
	}
	return s.rows[:limit], next
}
