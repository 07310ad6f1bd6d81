package pricing_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

func TestMonthlyEquivalent(t *testing.T) {
	t.Parallel()
	days := func(days ...int) pricing.Alignment { return pricing.Alignment{MonthDays: pricing.OnMonthDays(days...)} }
	on := func(days ...time.Weekday) pricing.Alignment {
		return pricing.Alignment{Weekdays: pricing.OnWeekdays(days...)}
	}
	for _, c := range []struct {
		recurring string
		unit      pricing.Unit
		count     int
		align     pricing.Alignment
		want      string
	}{
		{"2.00 USD", pricing.Month, 1, pricing.Alignment{}, "2.00"},
		{"2.00 USD", pricing.Month, 3, pricing.Alignment{}, "0.67"},
		{"12.00 USD", pricing.Year, 1, pricing.Alignment{}, "1.00"},
		{"12.00 USD", pricing.Year, 2, pricing.Alignment{}, "0.50"},
		{"0.10 USD", pricing.Day, 1, pricing.Alignment{}, "3.04"},
		{"3.00 USD", pricing.Day, 30, pricing.Alignment{}, "3.04"},
		{"1.00 USD", pricing.Week, 1, pricing.Alignment{}, "4.35"},
		{"100 JPY", pricing.Week, 2, pricing.Alignment{}, "217"},
		{"2.00 USD", pricing.Month, 1, days(1), "2.00"},
		{"2.00 USD", pricing.Month, 1, days(1, 15), "4.00"},
		{"2.00 USD", pricing.Month, 2, days(1, 15), "2.00"},
		{"2.00 USD", pricing.Month, 1, days(31, pricing.LastDay), "2.00"},
		{"12.00 USD", pricing.Month, 1, days(30, 31), "19.00"}, // 7 months of 31 days have both
		{"16.00 USD", pricing.Month, 1, days(28, 29), "31.00"}, // 23 dates a year, 24 in one of four
		{"1.00 USD", pricing.Week, 1, on(time.Monday, time.Thursday), "8.69"},
		{"1.00 USD", pricing.Week, 2, on(time.Monday), "2.17"},
		{"0.00 USD", pricing.Day, 1, pricing.Alignment{}, "0.00"},
		{"999999999999999.99 USD", pricing.Day, 1, pricing.Alignment{}, "30416666666666666.36"},
	} {
		var number, currency string
		fmt.Sscan(c.recurring, &number, &currency)
		terms := pricing.Terms{Recurring: money.MustParse(number, currency),
			Interval: pricing.Interval{Unit: c.unit, Count: c.count}, Align: c.align}
		if got := terms.MonthlyEquivalent(); got.Number() != c.want {
			t.Errorf("%s per %d %s %+v: %s, want %s", c.recurring, c.count, c.unit, c.align, got, c.want)
		}
	}
}

// TestMonthlyEquivalentAgainstDueDates adds up the charges that really fall due
// in 112 years, which have whole weeks and, nearly, months of 365/12 days.
func TestMonthlyEquivalentAgainstDueDates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := pricing.Terms{Recurring: money.MustParse("1000000.00", "USD"), Interval: pricing.Interval{
			Unit:  rapid.SampledFrom([]pricing.Unit{pricing.Day, pricing.Week, pricing.Month, pricing.Year}).Draw(t, "unit"),
			Count: rapid.IntRange(1, 14).Draw(t, "count"),
		}}
		if rapid.Bool().Draw(t, "aligned") {
			terms.Align = drawAlignment(t, terms.Interval.Unit)
		}
		anchor := time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)
		end := anchor.AddDate(112, 0, 0)
		charges := chargesUntil(terms, anchor, end)
		months := new(big.Rat).Quo(big.NewRat(int64(end.Sub(anchor)/(24*time.Hour)), 1), big.NewRat(365, 12))
		want := new(big.Rat).Quo(big.NewRat(int64(charges)*1_000_000, 1), months)
		got, _ := new(big.Rat).SetString(terms.MonthlyEquivalent().Number())
		ratio, _ := new(big.Rat).Quo(got, want).Float64()
		// The due dates are in years of 365.25 days, the equivalent is for 365. An
		// aligned rental begins with a short period, and the end cuts the last one:
		// two charges more or fewer.
		if limit := 0.0015 + 2/float64(charges); ratio < 1-limit || ratio > 1+limit {
			t.Fatalf("%+v: %s, want about %s (%d charges)", terms, got.FloatString(2), want.FloatString(2), charges)
		}
	})
}

func drawAlignment(t *rapid.T, unit pricing.Unit) (a pricing.Alignment) {
	switch unit {
	case pricing.Month:
		a.MonthDays = pricing.OnMonthDays(rapid.SliceOfN(rapid.IntRange(1, pricing.LastDay), 1, 4).Draw(t,
			"days of the month")...)
	case pricing.Week:
		for _, d := range rapid.SliceOfN(rapid.IntRange(0, 6), 1, 4).Draw(t, "days of the week") {
			a.Weekdays |= pricing.OnWeekdays(time.Weekday(d))
		}
	}
	return a
}

// chargesUntil counts the periods that begin before the end, by doubling and
// halving the step.
func chargesUntil(terms pricing.Terms, anchor, end time.Time) (charges int) {
	step := 1
	for terms.Due(anchor, step, time.UTC).Before(end) {
		step *= 2
	}
	for ; step > 0; step /= 2 {
		if terms.Due(anchor, charges+step, time.UTC).Before(end) {
			charges += step
		}
	}
	return charges + 1
}
