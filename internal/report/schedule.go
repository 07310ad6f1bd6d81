package report

import (
	"sort"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/pricing"
)

// Every is the interval of a schedule: some days, weeks that begin on Monday, or
// months.
type Every struct {
	Unit  pricing.Unit
	Count int
}

// most is the largest count of each unit: about a year.
var most = map[pricing.Unit]int{pricing.Day: 366, pricing.Week: 52, pricing.Month: 12}

// Schedule asks for a report at regular times. The next report is due when the
// period from Since to NextAt is over.
type Schedule struct {
	Carrier    string
	Name       string // a slug
	Ver        int    // +1 at each write
	Kind       Kind
	Every      Every
	Format     Format
	Recipients []string
	By         auth.Actor // who wrote it last
	ChangedAt  time.Time
	Day        Day // the day in the carrier's time zone that NextAt begins
	Since      time.Time
	NextAt     time.Time
}

// ScheduleUpdate replaces a schedule that still has version SeenVer; 0 = there is
// none. Deleted removes it.
type ScheduleUpdate struct {
	SeenVer int
	To      Schedule
	Deleted bool
}

// Target names the schedule's item.
func (u ScheduleUpdate) Target() string { return "audit schedule " + u.To.Carrier + "/" + u.To.Name }

func (s Schedule) update() ScheduleUpdate {
	u := ScheduleUpdate{SeenVer: s.Ver, To: s}
	u.To.Ver++
	return u
}

// Day is a date of the calendar.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf returns the date of a moment in a time zone.
func DayOf(t time.Time, loc *time.Location) Day {
	year, month, day := t.In(loc).Date()
	return Day{year, month, day}
}

// ParseDay reads a date such as 2026-11-30.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(time.DateOnly, text)
	return DayOf(t, time.UTC), err
}

func (d Day) String() string { return d.noon().Format(time.DateOnly) }

// noon is a moment of the date in UTC.
func (d Day) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// plus returns the date some intervals later. Months are counted from a first
// day, so no date has to be clamped.
func (d Day) plus(n int, e Every) Day {
	n *= e.Count
	switch e.Unit {
	case pricing.Month:
		return Day{d.Year, d.Month + time.Month(n), d.Day}.normal()
	case pricing.Week:
		n *= 7
	}
	return Day{d.Year, d.Month, d.Day + n}.normal()
}

func (d Day) normal() Day { return DayOf(d.noon(), time.UTC) }

// Begins returns the first moment of the date in a time zone. Where clocks leap
// over midnight that is not 0:00; where they leap over the whole date, it is the
// start of the next.
func (d Day) Begins(loc *time.Location) time.Time {
	// from the start of a date in the easternmost zone to its start in the westernmost, and more
	const widest = 38 * time.Hour
	from := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(-widest / 2)
	after := sort.Search(int(widest/time.Second), func(s int) bool {
		return !DayOf(from.Add(time.Duration(s)*time.Second), loc).before(d)
	})
	return from.Add(time.Duration(after) * time.Second)
}

func (d Day) before(o Day) bool {
	return d.Year < o.Year || d.Year == o.Year && (d.Month < o.Month || d.Month == o.Month && d.Day < o.Day)
}

// next returns the first date after d on which an interval of the unit begins.
func (d Day) next(u pricing.Unit) Day {
	switch u {
	case pricing.Month:
		return Day{d.Year, d.Month + 1, 1}.normal()
	case pricing.Week:
		sinceMonday := (int(d.noon().Weekday()) + 6) % 7
		return Day{d.Year, d.Month, d.Day + 7 - sinceMonday}.normal()
	default:
		return Day{d.Year, d.Month, d.Day + 1}.normal()
	}
}

// begun returns the schedule with its first report at the next start of a day,
// week or month; its period is the whole interval before.
func (s Schedule) begun(now time.Time, loc *time.Location) Schedule {
	s.Day = DayOf(now, loc).next(s.Every.Unit)
	s.Since, s.NextAt = s.Day.plus(-1, s.Every).Begins(loc), s.Day.Begins(loc)
	return s
}

// advanced returns the schedule after its due report. The next period begins
// where this one ends, also if the carrier's time zone has changed.
func (s Schedule) advanced(loc *time.Location) Schedule {
	s.Since = s.NextAt
	for !s.NextAt.After(s.Since) { // a date may be over already in another time zone
		s.Day = s.Day.plus(1, s.Every)
		s.NextAt = s.Day.Begins(loc)
	}
	return s
}

// lastMonth returns the calendar month before a moment's, in a time zone.
func lastMonth(now time.Time, loc *time.Location) Period {
	first := DayOf(now, loc)
	first.Day = 1
	return Period{first.plus(-1, Every{pricing.Month, 1}).Begins(loc), first.Begins(loc)}
}
