package catalogue

import (
	"cmp"
	"slices"

	"didpurchase/internal/e164"
)

// shelf is the rows of a page that have one price or, if sorted by number, all
// rows. All shelves are filled in one pass, each ascending by number.
type shelf struct {
	after e164.Number // its rows come after this number
	most  int         // how many it is to have
	have  int
}

func (h *shelf) isFull() bool { return h.have >= h.most }

// row is a row, and the index of its shelf.
type row struct {
	Run
	shelf int32
}

// arrange sets up the shelves after the query's cursor, each for a page and one
// row more, which shows whether there is another page.
func (s *search) arrange() {
	s.shelfAt = make([]int32, len(s.wanted))
	most := s.query.limit + 1
	if !s.query.byPrice {
		s.shelves = []shelf{{after: s.query.after.Number, most: most}}
		return
	}
	prices := s.rankPrices()
	s.shelves = make([]shelf, max(1, len(prices))) // groups without a price have the first, and no rows
	for i, price := range prices {
		order := 1
		if s.query.after.Number > 0 {
			order = comparePrices(price, s.query.afterPrice)
		}
		if order == 0 {
			s.shelves[i].after = s.query.after.Number
		}
		if order >= 0 {
			s.shelves[i].most = most
		}
	}
}

// shelf returns the shelf of a group's rows.
func (s *search) shelf(group int32) *shelf { return &s.shelves[s.shelfAt[group]] }

// listing reports whether numbers of a group up to last may be rows of the
// page.
func (s *search) listing(group int32, last e164.Number) bool {
	h := s.shelf(group)
	return !h.isFull() && last > h.after
}

// list adds a row to its group's shelf; listing must be true for it.
func (s *search) list(r Run, group int32) {
	s.shelf(group).have++
	s.rows = append(s.rows, row{r, s.shelfAt[group]})
	if len(s.rows) >= 4*(s.query.limit+1) {
		s.prune()
	}
}

// prune drops the rows that can't be on the page, because cheaper ones fill it.
func (s *search) prune() {
	have := 0
	for i := range s.shelves {
		h := &s.shelves[i]
		if have > s.query.limit {
			h.most, h.have = 0, 0
		}
		have += h.have
	}
	s.rows = slices.DeleteFunc(s.rows, func(r row) bool { return s.shelves[r.shelf].most == 0 })
}

// expect limits each shelf to its counted matches, and to none if cheaper ones
// fill the page. It reports whether any shelf is to have rows.
func (s *search) expect() (any bool) {
	matches, free := s.matches(), s.query.limit+1
	for i := range s.shelves {
		h := &s.shelves[i]
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
		s.wanted[group] = s.wanted[group] && !s.shelf(int32(group)).isFull()
		any = any || s.wanted[group]
	}
	return any
}

// onPage returns the rows of the page in their order, and the cursor of the
// next page.
func (s *search) onPage() (rows []row, next Cursor) {
	slices.SortStableFunc(s.rows, func(a, b row) int { return cmp.Compare(a.shelf, b.shelf) })
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
