package pricing_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

var noon = date("2026-01-31T12:00:00Z")

func date(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestDue(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	month, quarter := pricing.Interval{Unit: pricing.Month, Count: 1}, pricing.Interval{Unit: pricing.Month, Count: 3}
	year, week, day := pricing.Interval{Unit: pricing.Year, Count: 1}, pricing.Interval{Unit: pricing.Week, Count: 2},
		pricing.Interval{Unit: pricing.Day, Count: 1}
	for _, tc := range []struct {
		interval pricing.Interval
		anchor   string
		k        int
		loc      *time.Location
		want     string
	}{
		{month, "2026-01-31T10:00:00Z", 0, time.UTC, "2026-01-31T10:00:00Z"},
		{month, "2026-01-31T10:00:00Z", 1, time.UTC, "2026-02-28T10:00:00Z"},
		{month, "2026-01-31T10:00:00Z", 2, time.UTC, "2026-03-31T10:00:00Z"},
		{month, "2027-12-31T10:00:00Z", 2, time.UTC, "2028-02-29T10:00:00Z"},
		{month, "2026-11-30T10:00:00Z", 3, time.UTC, "2027-02-28T10:00:00Z"},
		{quarter, "2026-11-30T00:00:00Z", 1, time.UTC, "2027-02-28T00:00:00Z"},
		{year, "2028-02-29T00:00:00Z", 1, time.UTC, "2029-02-28T00:00:00Z"},
		{year, "2028-02-29T00:00:00Z", 4, time.UTC, "2032-02-29T00:00:00Z"},
		{week, "2026-12-25T00:00:00Z", 1, time.UTC, "2027-01-08T00:00:00Z"},
		{day, "2026-03-28T12:00:00Z", 1, london, "2026-03-29T11:00:00Z"}, // the clocks go forward that night
		{month, "2026-10-24T23:30:00Z", 1, london, "2026-11-25T00:30:00Z"},
	} {
		if got := tc.interval.Due(date(tc.anchor), tc.k, tc.loc); !got.Equal(date(tc.want)) {
			t.Errorf("%v from %s, period %d: %s, want %s", tc.interval, tc.anchor, tc.k, got, tc.want)
		}
	}
}

func TestPeriodsFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		i := pricing.Interval{
			Unit:  rapid.SampledFrom([]pricing.Unit{pricing.Day, pricing.Week, pricing.Month, pricing.Year}).Draw(t, "unit"),
			Count: rapid.IntRange(1, 12).Draw(t, "count"),
		}
		anchor := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "anchor"), 0).UTC()
		k := rapid.IntRange(0, 200).Draw(t, "k")
		terms := pricing.Terms{Interval: i}
		start, end := terms.Period(anchor, k, time.UTC)
		next, _ := terms.Period(anchor, k+1, time.UTC)
		if !start.Before(end) || !end.Equal(next) {
			t.Fatalf("period %d of %v from %v: %v to %v, then %v", k, i, anchor, start, end, next)
		}
		if i.Unit == pricing.Month && end.Day() != anchor.Day() && end.AddDate(0, 0, 1).Day() != 1 {
			t.Fatalf("%v is neither the anchor's day of %v nor a month's last", end, anchor)
		}
	})
}

func TestCheckSchedule(t *testing.T) {
	interval := func(unit pricing.Unit, count int) pricing.Interval { return pricing.Interval{Unit: unit, Count: count} }
	for _, tc := range []struct {
		terms pricing.Terms
		ok    bool
	}{
		{pricing.Terms{}, false},
		{pricing.Terms{Interval: interval("hour", 1)}, false},
		{pricing.Terms{Interval: interval(pricing.Day, 0)}, false},
		{pricing.Terms{Interval: interval(pricing.Year, 2)}, true},
		{pricing.Terms{Interval: interval(pricing.Month, 1),
			Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(1, pricing.LastDay)}}, true},
		{pricing.Terms{Interval: interval(pricing.Month, 1), Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(0)}},
			false},
		{pricing.Terms{Interval: interval(pricing.Month, 1), Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(33)}},
			false},
		{pricing.Terms{Interval: interval(pricing.Month, 1),
			Align: pricing.Alignment{Weekdays: pricing.OnWeekdays(time.Monday)}}, false},
		{pricing.Terms{Interval: interval(pricing.Week, 2),
			Align: pricing.Alignment{Weekdays: pricing.OnWeekdays(time.Monday), Prorated: true}}, true},
		{pricing.Terms{Interval: interval(pricing.Day, 1), Align: pricing.Alignment{MonthDays: pricing.OnMonthDays(1)}},
			false},
		{pricing.Terms{Interval: interval(pricing.Day, 1), Align: pricing.Alignment{Prorated: true}}, false},
	} {
		if err := tc.terms.CheckSchedule(); (err == nil) != tc.ok || (err != nil && !errors.Is(err, pricing.ErrInterval)) {
			t.Errorf("%+v: %v, want ok %v", tc.terms, err, tc.ok)
		}
	}
}

func TestQuote(t *testing.T) {
	terms := pricing.Terms{Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2.50", "USD")}
	q, err := pricing.QuoteFor("USD", []pricing.Terms{terms, terms, terms}, money.Rate{}, noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := q.Setup.String()+" "+q.FirstCharge.String()+" "+q.Tax.String()+" "+q.Total.String(),
		"3.00 USD 7.50 USD 0.00 USD 10.50 USD"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := pricing.QuoteFor("EUR", []pricing.Terms{terms}, money.Rate{}, noon, time.UTC); !errors.Is(err,
		money.ErrCurrencyMismatch) {
		t.Errorf("a USD package in a EUR account: %v", err)
	}
	if q, err := pricing.QuoteFor("EUR", nil, money.Rate{}, noon, time.UTC); err != nil || q.Total.String() != "0.00 EUR" {
		t.Errorf("nothing costs %v, %v", q.Total, err)
	}
}

func TestTaxIsRoundedPerCharge(t *testing.T) {
	tax, err := money.ParseRate("8.25")
	if err != nil {
		t.Fatal(err)
	}
	terms := pricing.Terms{Setup: money.MustParse("1.10", "USD"), Recurring: money.MustParse("2", "USD")}
	q, err := pricing.QuoteFor("USD", []pricing.Terms{terms, terms}, tax, noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "tax", q.Tax.Number(), "0.50") // 2 × (0.09 + 0.16)
	wanttest.Equal(t, "total", q.Total.Number(), "6.70")
}

func TestProration(t *testing.T) {
	price := money.MustParse("10", "USD")
	every15thAndLast := pricing.Alignment{MonthDays: pricing.OnMonthDays(15, pricing.LastDay), Prorated: true}
	mondays := pricing.Alignment{Weekdays: pricing.OnWeekdays(time.Monday), Prorated: true}
	for _, tc := range []struct {
		anchor string
		unit   pricing.Unit
		count  int
		align  pricing.Alignment
		want   string
	}{
		{"2026-01-15T10:00:00Z", pricing.Month, 1, every15thAndLast, "recurring 10.00"}, // on the day
		{"2026-01-16T00:00:00Z", pricing.Month, 1, every15thAndLast, "proration 9.38"},  // 15 of 16 days
		{"2026-01-30T23:00:00Z", pricing.Month, 1, every15thAndLast, "proration 0.62"},  // 1 of 16: 0.625, half to even
		{"2026-02-01T12:00:00Z", pricing.Month, 1, every15thAndLast, "proration 9.33"},  // 14 of 15
		{"2026-01-30T12:00:00Z", pricing.Month, 2, every15thAndLast, "proration 0.32"},  // 1 of 31, since 31 December
		{"2026-01-14T12:00:00Z", pricing.Week, 1, mondays, "proration 7.14"},            // Wednesday: 5 of 7
		{"2026-01-14T12:00:00Z", pricing.Week, 2, mondays, "proration 3.57"},            // 5 of 14
		{"2026-01-12T12:00:00Z", pricing.Week, 1, mondays, "recurring 10.00"},           // Monday
	} {
		terms := pricing.Terms{Recurring: price, Interval: pricing.Interval{Unit: tc.unit, Count: tc.count}, Align: tc.align}
		c := terms.First(date(tc.anchor), time.UTC, money.Rate{})
		if got := string(c.Kind) + " " + c.Net.Number(); got != tc.want {
			t.Errorf("%s, every %v on %+v: %s, want %s", tc.anchor, terms.Interval, tc.align, got, tc.want)
		}
	}
	whole := pricing.Terms{Recurring: price, Interval: pricing.Interval{Unit: pricing.Week, Count: 1}, Align: mondays}
	whole.Align.Prorated = false
	if c := whole.First(date("2026-01-14T12:00:00Z"), time.UTC, money.Rate{}); c.Kind != pricing.Recurring ||
		!c.Net.Equal(price) {
		t.Errorf("without proration: %+v", c)
	}
}
