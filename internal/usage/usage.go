// Package usage keeps the calls and minutes of a carrier's numbers by day, as the
// carrier's switches counted them. It knows no calls, no store and no HTTP.
//
// A switch reports a number's day as a whole, so a repeated report changes nothing,
// and a later report of the day replaces the earlier one. Several switches of one
// carrier report as several sources; their counts are added up.
package usage

import (
	"maps"
	"strings"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// Days for which counts are kept, and over which they are summed up.
const (
	KeptDays  = 40
	ShownDays = 30
)

// Count has the calls of a number on a day, as one source counted.
type Count struct {
	Calls    int64
	Minutes  int64
	LastCall time.Time // zero without a call
}

// Row is what a source reports of a number's day.
type Row struct {
	Number e164.Number
	Count
}

// Record is the usage of one number.
type Record struct {
	Number   e164.Number
	Ver      int              // +1 at each write, 0 = never written
	LastCall time.Time        // of all that was ever reported
	Days     map[string]Count // by day and source, as slotOf
}

// slotOf names the count of a day by a source; slots sort by their day.
func slotOf(day time.Time, source string) string { return day.Format(time.DateOnly) + " " + source }

// With returns the record with a count of a day, and without the days that are over.
func (r Record) With(day time.Time, source string, c Count, today time.Time) (to Record, changed bool) {
	slot := slotOf(day, source)
	if old, known := r.Days[slot]; known && old.equal(c) || !known && c == (Count{}) {
		return r, false
	}
	to, oldest := r, slotOf(today.AddDate(0, 0, 1-KeptDays), "")
	to.Days = maps.Clone(r.Days)
	if to.Days == nil {
		to.Days = map[string]Count{}
	}
	to.Days[slot] = c
	maps.DeleteFunc(to.Days, func(slot string, _ Count) bool { return slot < oldest })
	if c.LastCall.After(to.LastCall) {
		to.LastCall = c.LastCall
	}
	return to, true
}

func (c Count) equal(other Count) bool {
	return c.Calls == other.Calls && c.Minutes == other.Minutes && c.LastCall.Equal(other.LastCall)
}

// Sources is the number of sources of the record's days.
func (r Record) Sources() int {
	names := map[string]bool{}
	for slot := range r.Days {
		names[slot[strings.IndexByte(slot, ' '):]] = true
	}
	return len(names)
}

// Coverage is the first and the last day for which a carrier's switches reported
// anything; zero if they never did.
type Coverage struct {
	Ver         int
	First, Last time.Time
}

// With returns the coverage with a day.
func (c Coverage) With(day time.Time) (to Coverage, changed bool) {
	to = c
	if c.First.IsZero() || day.Before(c.First) {
		to.First = day
	}
	if day.After(c.Last) {
		to.Last = day
	}
	return to, to != c
}

// Reported reports whether there is any usage.
func (c Coverage) Reported() bool { return !c.First.IsZero() }

// Summary is the usage of a rental.
type Summary struct {
	LastCall time.Time // zero for none since the rental began
	Calls    int64     // of the last ShownDays
	Minutes  int64
}

// Of sums up a record for a rental at a moment. It leaves out calls before the
// rental began: the number was another customer's then.
func (r Record) Of(d did.DID, now time.Time) (sum Summary) {
	if !r.LastCall.Before(d.AssignedAt) {
		sum.LastCall = r.LastCall
	}
	first := slotOf(later(Day(now).AddDate(0, 0, 1-ShownDays), Day(d.AssignedAt)), "")
	for slot, count := range r.Days {
		if slot >= first {
			sum.Calls += count.Calls
			sum.Minutes += count.Minutes
		}
	}
	return sum
}

// Day is the day of a moment, in UTC.
func Day(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// IdleSince is the moment since which a rental has no call: the last call, or the
// start of the rental.
func IdleSince(d did.DID, sum Summary) time.Time { return later(d.AssignedAt, sum.LastCall) }
