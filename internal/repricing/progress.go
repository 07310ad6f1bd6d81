package repricing

import (
	"slices"
	"strings"
	"time"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Progress is the place that the work on a change has reached. It goes through the
// customers by id, and through the rentals of each by number.
type Progress struct {
	Customer string // the last customer that was begun
	After    string // the digits of the last number that was decided
	Within   bool   // the customer has more rentals
	Parts    int    // the written parts of the report
	Counts   map[Outcome]int
	Reached  int       // customers with an announcement
	First    time.Time // the earliest start of the new price; zero for none yet
	Before   money.Amount
	Later    money.Amount // the agreed rentals' charges of a year, before and later
	// Telling are the lines of the announcement to Customer that were agreed so far.
	Telling []Announced
}

// add counts a rental.
func (p *Progress) add(f found, to pricing.Terms) error {
	if p.Counts == nil {
		p.Counts = map[Outcome]int{}
	}
	p.Counts[f.line.Outcome]++
	if f.line.Outcome != Agreed && f.line.Outcome != TakenBack {
		return nil
	}
	if p.First.IsZero() || f.line.From.Before(p.First) {
		p.First = f.line.From
	}
	p.tell(f.line)
	if f.line.Outcome == TakenBack {
		return nil
	}
	var err error
	if p.Before, err = p.Before.Add(f.rental.Terms.YearlyEquivalent()); err != nil {
		return err
	}
	later := f.rental.Terms
	later.Recurring = to.Recurring
	p.Later, err = p.Later.Add(later.YearlyEquivalent())
	return err
}

// tell adds a rental to the announcement of its customer. The lines are ordered by
// their current price.
func (p *Progress) tell(l Line) {
	at, known := slices.BinarySearchFunc(p.Telling, l, func(a Announced, l Line) int {
		order, err := a.Old.Cmp(l.Old)
		if err != nil { // other currencies are not agreed on
			return strings.Compare(a.Old.String(), l.Old.String())
		}
		return order
	})
	if !known {
		p.Telling = slices.Insert(p.Telling, at, Announced{Old: l.Old, First: l.From})
	}
	told := &p.Telling[at]
	told.Numbers++
	if l.From.Before(told.First) {
		told.First = l.From
	}
}
