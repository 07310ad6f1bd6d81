package pricing

import (
	"fmt"
	"math/bits"
	"time"
)

// Alignment moves the due dates of a package to calendar days: days of the
// month or days of the week, at midnight in the carrier's time zone. With the
// zero Alignment, due dates are anniversaries of the purchase.
type Alignment struct {
	MonthDays MonthDays
	Weekdays  Weekdays
	Prorated  bool // a first period that is cut short costs its share of days
}

// MonthDays is a set of days of the month: bits 1 to 31, and LastDay.
type MonthDays uint64

// LastDay is the last day of each month.
const LastDay = 32

// Weekdays is a set of days of the week: bits 0 (Sunday) to 6.
type Weekdays uint8

// OnMonthDays returns a set of days of the month, which may include LastDay.
func OnMonthDays(days ...int) (set MonthDays) {
	for _, d := range days {
		set |= 1 << d
	}
	return set
}

// OnWeekdays returns a set of days of the week.
func OnWeekdays(days ...time.Weekday) (set Weekdays) {
	for _, d := range days {
		set |= 1 << d
	}
	return set
}

// aligned reports whether due dates are calendar days.
func (a Alignment) aligned() bool { return a.MonthDays != 0 || a.Weekdays != 0 }

// check returns nil if the alignment fits the interval's unit. Errors wrap
// ErrInterval.
func (a Alignment) check(unit Unit) error {
	switch {
	case a.MonthDays != 0 && (unit != Month || a.Weekdays != 0 || a.MonthDays&^(1<<(LastDay+1)-2) != 0):
		return fmt.Errorf("%w: days of the month need the unit month and must be 1 to 31, or the last", ErrInterval)
	case a.Weekdays != 0 && (unit != Week || a.Weekdays >= 1<<7):
		return fmt.Errorf("%w: days of the week need the unit week", ErrInterval)
	case a.Prorated && !a.aligned():
		return fmt.Errorf("%w: only a package on calendar days has a first period to prorate", ErrInterval)
	}
	return nil
}

// day is a calendar date as a count of days, so that dates add and subtract.
type day int

func dayOf(year int, month time.Month, d int) day {
	return day(time.Date(year, month, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

func (d day) date() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// step returns the n-th aligned date after a day (n > 0) or the −n-th before it
// (n < 0); for 0 it returns the day.
func (a Alignment) step(from day, n int) day {
	if a.Weekdays != 0 {
		return a.stepWeeks(from, n)
	}
	return a.stepMonths(from, n)
}

// stepWeeks goes to the nearest aligned date by days; from there it steps by
// whole weeks, since each has the same number of dates.
func (a Alignment) stepWeeks(from day, n int) day {
	if n == 0 {
		return from
	}
	direction, left := day(1), n
	if n < 0 {
		direction, left = -1, -n
	}
	from = a.nextWeekday(from, direction)
	perWeek := bits.OnesCount8(uint8(a.Weekdays))
	from += direction * day(7*((left-1)/perWeek))
	for range (left - 1) % perWeek {
		from = a.nextWeekday(from, direction)
	}
	return from
}

// nextWeekday returns the nearest aligned day after a day, or before it.
func (a Alignment) nextWeekday(from, direction day) day {
	for from += direction; a.Weekdays&(1<<from.date().Weekday()) == 0; {
		from += direction
	}
	return from
}

// stepMonths counts month by month: a short month may have fewer dates, since
// days that it lacks fall on its last day.
func (a Alignment) stepMonths(from day, n int) day {
	year, month, _ := from.date().Date()
	for n > 0 {
		for _, d := range a.datesIn(year, month) {
			if d > from {
				if n--; n == 0 {
					return d
				}
			}
		}
		month++
	}
	for n < 0 {
		dates := a.datesIn(year, month)
		for i := len(dates) - 1; i >= 0; i-- {
			if dates[i] < from {
				if n++; n == 0 {
					return dates[i]
				}
			}
		}
		month--
	}
	return from
}

// datesIn lists the aligned dates of a month, ascending, each once.
func (a Alignment) datesIn(year int, month time.Month) []day {
	last := daysIn(year, month)
	var dates []day
	for d := 1; d <= LastDay; d++ {
		if a.MonthDays&(1<<d) == 0 {
			continue
		}
		if date := dayOf(year, month, min(d, last)); len(dates) == 0 || dates[len(dates)-1] != date {
			dates = append(dates, date)
		}
	}
	return dates
}

// includes reports whether a day is aligned.
func (a Alignment) includes(d day) bool { return a.step(a.step(d, -1), 1) == d }
