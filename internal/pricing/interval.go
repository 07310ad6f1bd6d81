package pricing

import (
	"errors"
	"fmt"
	"time"
)

// Unit is the calendar unit of an interval.
type Unit string

// The units of intervals.
const (
	Day   Unit = "day"
	Week  Unit = "week"
	Month Unit = "month"
	Year  Unit = "year"
)

// ErrInterval means that an interval has an unknown unit or a count below 1, or
// that its alignment does not fit it.
var ErrInterval = errors.New("pricing: invalid interval")

// Interval is the length of a period: Count times Unit.
type Interval struct {
	Unit  Unit `json:"unit"`
	Count int  `json:"count"`
}

func (i Interval) String() string {
	if i.Count == 1 {
		return string(i.Unit)
	}
	return fmt.Sprintf("%d %ss", i.Count, i.Unit)
}

// Due returns the start of period k, counted from 0 at the anchor. It is
// computed from the anchor, never from the previous due date, so that a rental
// of 31 January is due on 28 February and again on 31 March: a day that the
// month lacks is its last day. The time of day is the anchor's in loc, also
// when daylight saving begins or ends.
func (i Interval) Due(anchor time.Time, k int, loc *time.Location) time.Time {
	local, n := anchor.In(loc), k*i.Count
	switch i.Unit {
	case Day:
		return onDate(local, local.Year(), local.Month(), local.Day()+n)
	case Week:
		return onDate(local, local.Year(), local.Month(), local.Day()+7*n)
	case Year:
		n *= 12
	}
	year, month := local.Year(), local.Month()+time.Month(n)
	return onDate(local, year, month, min(local.Day(), daysIn(year, month)))
}

// onDate returns the moment of a calendar date at the time of day of t, in its
// zone.
func onDate(t time.Time, year int, month time.Month, day int) time.Time {
	return moment(time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC), t.Location())
}

// moment returns the moment at which clocks in loc show the time that wall has
// in UTC. If they show it twice, it is the first moment; if they skip it, the
// offset from before the change is used (time.Date leaves both open).
func moment(wall time.Time, loc *time.Location) time.Time {
	_, before := wall.Add(-24 * time.Hour).In(loc).Zone()
	_, after := wall.Add(24 * time.Hour).In(loc).Zone()
	early, late := wall.Add(-time.Duration(before)*time.Second), wall.Add(-time.Duration(after)*time.Second)
	if _, offset := early.In(loc).Zone(); offset == before {
		return early
	}
	if _, offset := late.In(loc).Zone(); offset == after {
		return late
	}
	return early
}

// daysIn counts the days of a month; the month may be outside 1 to 12.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
