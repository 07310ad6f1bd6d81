package report

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/pricing"
)

// zones have days that begin at 1:00, days that are missing, and clocks on the half
// hour, besides plain ones.
var zones = []string{"UTC", "Europe/London", "America/New_York", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut",
	"Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/Santiago", "Atlantic/Azores", "America/Scoresbysund"}

// firstMoment finds the start of a date by looking at every minute around it.
func firstMoment(d Day, loc *time.Location) time.Time {
	at := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Add(-30 * time.Hour)
	for DayOf(at, loc).before(d) {
		at = at.Add(time.Minute)
	}
	return at
}

func TestSchedulesFollowTheCalendar(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
		if err != nil {
			t.Fatal(err)
		}
		unit := rapid.SampledFrom([]pricing.Unit{pricing.Day, pricing.Week, pricing.Month}).Draw(t, "unit")
		every := Every{unit, rapid.IntRange(1, most[unit]).Draw(t, "count")}
		if rapid.Bool().Draw(t, "often") {
			every.Count = 1
		}
		now := time.Unix(rapid.Int64Range(1_200_000_000, 1_900_000_000).Draw(t, "now"), 0).UTC()
		s := Schedule{Every: every}.begun(now, loc)
		if !s.NextAt.After(now) {
			t.Errorf("the first report is due at %s, not after %s", s.NextAt, now)
		}
		for range 40 {
			if want := firstMoment(s.Day, loc); !s.NextAt.Equal(want) {
				t.Fatalf("%s begins at %s, want %s", s.Day, s.NextAt.In(loc), want.In(loc))
			}
			if unit == pricing.Week && s.Day.noon().Weekday() != time.Monday || unit == pricing.Month && s.Day.Day != 1 {
				t.Errorf("%s begins no %s", s.Day, unit)
			}
			next := s.advanced(loc)
			if !next.Since.Equal(s.NextAt) {
				t.Errorf("the period after %s begins at %s", s.NextAt, next.Since)
			}
			wanted := s.Day.noon().AddDate(0, 0, every.Count)
			switch unit {
			case pricing.Week:
				wanted = s.Day.noon().AddDate(0, 0, 7*every.Count)
			case pricing.Month:
				wanted = s.Day.noon().AddDate(0, every.Count, 0)
			}
			if loc.String() != "Pacific/Apia" && next.Day.noon() != wanted { // Samoa left out a day
				t.Errorf("after %s comes %s, want %s", s.Day, next.Day, wanted.Format(time.DateOnly))
			}
			s = next
		}
	})
}

// A carrier that moves to another time zone loses no moment, and reports none twice.
func TestAMovedTimeZoneLeavesNoGap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		at := func(label string) *time.Location {
			loc, _ := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, label))
			return loc
		}
		s := Schedule{Every: Every{pricing.Day, 1}}.begun(time.Unix(rapid.Int64Range(1_500_000_000, 1_900_000_000).Draw(t,
			"now"), 0), at("first"))
		for range 10 {
			next := s.advanced(at("next"))
			if !next.Since.Equal(s.NextAt) || !next.NextAt.After(next.Since) {
				t.Fatalf("after %s to %s comes %s to %s", s.Since, s.NextAt, next.Since, next.NextAt)
			}
			s = next
		}
	})
}

func TestAPeriodIsRead(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		kind           Kind
		from, to, want string
	}{
		{Revenue, "", "", "2026-10-01T04:00:00Z 2026-11-01T04:00:00Z"},
		{Revenue, "2026-11-01", "2026-11-01", "2026-11-01T04:00:00Z 2026-11-02T05:00:00Z"}, // a day of 25 hours
		{Changes, "2026-11-01T00:00:00Z", "", "2026-11-01T00:00:00Z 2026-11-30T12:00:00Z"},
		{Changes, "", "2026-11-01", "/from is missing: give both from and to, or from alone"},
		{Changes, "2026-11-02", "2026-11-01", "/to must be after from"},
		{Changes, "yesterday", "", `/from "yesterday" is neither a date`},
		{Changes, "2026-11-01", "2027-01-01", "/to is in the future"},
		{Changes, "1999-01-01", "", "/from is more than 10 years ago"},
		{Rentals, "2026-11-01", "", "/from is only for reports about a period"},
	} {
		p, err := Request{Kind: tc.kind, From: tc.from, To: tc.to}.period(now, loc)
		if err != nil {
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s to %s: %v, want %s", tc.from, tc.to, err, tc.want)
			}
			continue
		}
		if got := p.From.UTC().Format(time.RFC3339) + " " + p.To.UTC().Format(time.RFC3339); got != tc.want {
			t.Errorf("%s to %s: %s, want %s", tc.from, tc.to, got, tc.want)
		}
	}
}
