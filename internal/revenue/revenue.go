// Package revenue adds up the revenue of carriers by month and package. It is a
// projection of their customers' ledgers, some seconds late: each entry counts
// once, however often it is announced. It knows neither the database nor the
// source of the announcements.
package revenue

import (
	"fmt"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Line is the key of one sum.
type Line struct {
	Month    string // 2026-11, in the carrier's time zone when it is counted
	Package  string
	Book     ledger.Book // one of revenue
	Currency string
}

// Sums are amounts before tax.
type Sums map[Line]money.Amount

// monthLayout sorts by time.
const monthLayout = "2006-01"

// MonthOf names the month of a moment, in that moment's location.
func MonthOf(t time.Time) string { return t.Format(monthLayout) }

// ParseMonth reads what MonthOf writes.
func ParseMonth(month string) (time.Time, error) { return time.Parse(monthLayout, month) }

func (s Sums) add(l Line, a money.Amount) error {
	sum, err := s[l].Add(a)
	s[l] = sum
	return err
}

// Count adds an entry's revenue postings.
func (s Sums) Count(e ledger.Entry, loc *time.Location) error {
	for _, p := range e.Postings {
		if !p.Account.IsRevenue() {
			continue
		}
		l := Line{MonthOf(e.At.In(loc)), p.Package, p.Account, p.Amount.Currency()}
		if err := s.add(l, p.Amount); err != nil {
			return fmt.Errorf("revenue: entry %s %d: %w", e.Customer, e.Seq, err)
		}
	}
	return nil
}

// AllTime adds up the months: its lines have no month.
func (s Sums) AllTime() (Sums, error) {
	all := Sums{}
	for l, a := range s {
		l.Month = ""
		if err := all.add(l, a); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Less subtracts an entry's revenue postings from sums of all time.
func (s Sums) Less(e ledger.Entry) error {
	for _, p := range e.Postings {
		if !p.Account.IsRevenue() {
			continue
		}
		if err := s.add(Line{Package: p.Package, Book: p.Account, Currency: p.Amount.Currency()},
			p.Amount.Neg()); err != nil {
			return fmt.Errorf("revenue: entry %s %d: %w", e.Customer, e.Seq, err)
		}
	}
	return nil
}

// AreZero reports whether all sums are zero.
func (s Sums) AreZero() bool {
	for _, a := range s {
		if !a.IsZero() {
			return false
		}
	}
	return true
}

// over returns the sums of s minus the sums of the other, without zero sums.
func (s Sums) over(other Sums) (Sums, error) {
	difference := Sums{}
	for l, a := range s {
		difference[l] = a
	}
	for l, a := range other {
		if err := difference.add(l, a.Neg()); err != nil {
			return nil, err
		}
	}
	for l, a := range difference {
		if a.IsZero() {
			delete(difference, l)
		}
	}
	return difference, nil
}

// byMonth splits the sums.
func (s Sums) byMonth() map[string]Sums {
	months := map[string]Sums{}
	for l, a := range s {
		if months[l.Month] == nil {
			months[l.Month] = Sums{}
		}
		months[l.Month][l] = a
	}
	return months
}
