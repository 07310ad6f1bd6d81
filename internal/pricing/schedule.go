package pricing

import (
	"fmt"
	"time"
)

// CheckSchedule returns nil if the interval and its alignment are valid. Errors
// wrap ErrInterval.
func (t Terms) CheckSchedule() error {
	switch t.Interval.Unit {
	case Day, Week, Month, Year:
		if t.Interval.Count >= 1 {
			return t.Align.check(t.Interval.Unit)
		}
	}
	return fmt.Errorf("%w: %d %q", ErrInterval, t.Interval.Count, t.Interval.Unit)
}

// Due returns the start of period k of a rental, counted from 0 at the anchor,
// in the carrier's time zone. Period 0 of a package on calendar days is
// shortened: it ends at the first such day after the anchor, unless the anchor
// is on such a day.
func (t Terms) Due(anchor time.Time, k int, loc *time.Location) time.Time {
	if k == 0 {
		return anchor
	}
	if !t.Align.aligned() {
		return t.Interval.Due(anchor, k, loc)
	}
	return midnight(t.Align.step(localDay(anchor, loc), t.stepsTo(anchor, k, loc)), loc)
}

// stepsTo counts the aligned dates from the anchor's day to the due date of
// period k ≥ 1.
func (t Terms) stepsTo(anchor time.Time, k int, loc *time.Location) int {
	if t.cutShort(anchor, loc) {
		return 1 + (k-1)*t.Interval.Count
	}
	return k * t.Interval.Count
}

// Period returns the start and the end of period k; the end is the start of the
// next period.
func (t Terms) Period(anchor time.Time, k int, loc *time.Location) (start, end time.Time) {
	return t.Due(anchor, k, loc), t.Due(anchor, k+1, loc)
}

// cutShort reports whether period 0 is shorter than the others.
func (t Terms) cutShort(anchor time.Time, loc *time.Location) bool {
	return t.Align.aligned() && !t.Align.includes(localDay(anchor, loc))
}

func localDay(at time.Time, loc *time.Location) day {
	year, month, d := at.In(loc).Date()
	return dayOf(year, month, d)
}

// midnight returns the start of the day in loc.
func midnight(d day, loc *time.Location) time.Time { return moment(d.date(), loc) }
