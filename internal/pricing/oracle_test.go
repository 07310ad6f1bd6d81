package pricing_test

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/pricing"
)

// whole makes the test go through every start date; without it a sample is
// taken.
var whole = flag.Bool("pricing.whole", false, "compare due dates for every start date of ten years, not a sample")

const (
	startDates = 3653 // ten years
	periods    = 48
)

// oracle walks day by day from the anchor and collects the first due dates of
// the periods 0 to 48, by looking at each day alone.
type oracle struct {
	terms  pricing.Terms
	anchor time.Time // local
}

// falls reports whether a walked date is a due date, and counts aligned dates.
func (o oracle) falls(date time.Time, days, months int, alignedSeen int, cut bool) bool {
	count := o.terms.Interval.Count
	if o.terms.Align.MonthDays != 0 || o.terms.Align.Weekdays != 0 {
		if cut {
			return alignedSeen >= 1 && (alignedSeen-1)%count == 0
		}
		return alignedSeen%count == 0
	}
	switch o.terms.Interval.Unit {
	case pricing.Day:
		return days%count == 0
	case pricing.Week:
		return days%(7*count) == 0
	case pricing.Year:
		count *= 12
	}
	isLast := date.AddDate(0, 0, 1).Day() == 1
	return months%count == 0 && (date.Day() == o.anchor.Day() || isLast && date.Day() < o.anchor.Day())
}

func (o oracle) aligned(date time.Time) bool {
	if o.terms.Align.Weekdays != 0 {
		return o.terms.Align.Weekdays&(1<<date.Weekday()) != 0
	}
	if o.terms.Align.MonthDays&(1<<date.Day()) != 0 {
		return true
	}
	isLast := date.AddDate(0, 0, 1).Day() == 1
	for d := date.Day(); isLast && d <= 32; d++ {
		if o.terms.Align.MonthDays&(1<<d) != 0 {
			return true
		}
	}
	return false
}

// walk lists the due dates of periods 1 to 48 as calendar dates.
func (o oracle) walk() []time.Time {
	isAligned := o.terms.Align.MonthDays != 0 || o.terms.Align.Weekdays != 0
	year, month, d := o.anchor.Date()
	date := time.Date(year, month, d, 0, 0, 0, 0, time.UTC)
	cut := isAligned && !o.aligned(date)
	var due []time.Time
	for days, months, seen := 1, 0, 0; len(due) < periods; days++ {
		date = date.AddDate(0, 0, 1)
		if date.Day() == 1 {
			months++
		}
		if isAligned {
			if !o.aligned(date) {
				continue
			}
			seen++
		}
		if o.falls(date, days, months, seen, cut) {
			due = append(due, date)
		}
	}
	return due
}

// shows reports whether a clock in loc shows the date and time of day; if the
// clocks skip that time, an hour later is right.
func shows(at time.Time, date time.Time, clock time.Duration, loc *time.Location) bool {
	local := at.In(loc)
	if local.Year() != date.Year() || local.YearDay() != date.YearDay() {
		return false
	}
	got := time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute
	if got == clock {
		// Of a time that is shown twice, the first.
		hourBefore := at.Add(-time.Hour).In(loc)
		return hourBefore.Hour() != local.Hour() || hourBefore.Minute() != local.Minute()
	}
	skipped := at.Add(-time.Minute).In(loc)
	_, offset := local.Zone()
	_, offsetBefore := at.Add(-2 * time.Hour).In(loc).Zone()
	return got == clock+time.Hour && offset-offsetBefore == 3600 && skipped.Hour() != int(clock.Hours())
}

func TestDueDatesAgainstAnOracle(t *testing.T) {
	step := 37
	if *whole {
		step = 1
	}
	month15, monday := pricing.OnMonthDays(15, pricing.LastDay), pricing.OnWeekdays(time.Monday, time.Friday)
	for _, zone := range []string{"UTC", "Europe/London", "America/Sao_Paulo"} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		for _, unit := range []pricing.Unit{pricing.Day, pricing.Week, pricing.Month, pricing.Year} {
			for _, count := range []int{1, 3} {
				aligns := []pricing.Alignment{{}}
				switch unit {
				case pricing.Week:
					aligns = append(aligns, pricing.Alignment{Weekdays: monday})
				case pricing.Month:
					aligns = append(aligns, pricing.Alignment{MonthDays: month15},
						pricing.Alignment{MonthDays: pricing.OnMonthDays(30, pricing.LastDay)})
				}
				for _, align := range aligns {
					terms := pricing.Terms{Interval: pricing.Interval{Unit: unit, Count: count}, Align: align}
					t.Run(fmt.Sprintf("%s/%d %s/%v", zone, count, unit, align), func(t *testing.T) {
						t.Parallel()
						for i := 0; i < startDates; i += step {
							compare(t, terms, time.Date(2016, 1, 1+i, i%24, 30*(i%2), 0, 0, loc))
						}
					})
				}
			}
		}
	}
}

func compare(t *testing.T, terms pricing.Terms, anchor time.Time) {
	loc := anchor.Location()
	o := oracle{terms: terms, anchor: anchor}
	clock := time.Duration(anchor.Hour())*time.Hour + time.Duration(anchor.Minute())*time.Minute
	if terms.Align.MonthDays != 0 || terms.Align.Weekdays != 0 {
		clock = 0
	}
	for k, date := range o.walk() {
		if due := terms.Due(anchor, k+1, loc); !shows(due, date, clock, loc) {
			t.Fatalf("from %s, period %d: %s, the oracle's is %s at %s", anchor, k+1, due.In(loc),
				date.Format(time.DateOnly), clock)
		}
	}
}
