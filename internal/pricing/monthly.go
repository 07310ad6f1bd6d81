package pricing

import (
	"math/bits"
	"time"

	"didpurchase/internal/money"
)

// Days of a plain year and of a week: a month is 365/12 days.
const (
	daysPerYear = 365
	daysPerWeek = 7
)

// MonthlyEquivalent returns the recurring charge per 365/12 days, rounded half
// even to the currency's minor unit. Packages with different intervals are
// compared by it.
//
//	0.10 a day                            0.10 × 365/12 = 3.04
//	12.00 a year                          12.00 × 1/12  = 1.00
//	2.00 on the 1st and 15th of a month   2.00 × 24/12  = 4.00
//	1.00 every second monday              1.00 × 365/14/12 = 2.17
func (t Terms) MonthlyEquivalent() money.Amount {
	charges, years := t.chargesPerYears()
	return t.Recurring.Times(charges, 12*years)
}

// YearlyEquivalent returns the recurring charge per 365 days, rounded like
// MonthlyEquivalent.
func (t Terms) YearlyEquivalent() money.Amount {
	charges, years := t.chargesPerYears()
	return t.Recurring.Times(charges, years)
}

// chargesPerYears returns a number of charges, and the number of years of 365 days
// in which they fall due.
func (t Terms) chargesPerYears() (charges, years int) {
	count := max(1, t.Interval.Count)
	switch t.Interval.Unit {
	case Day:
		return daysPerYear, count
	case Week:
		return daysPerYear * max(1, bits.OnesCount8(uint8(t.Align.Weekdays))), daysPerWeek * count
	case Year:
		return 1, count
	}
	if t.Align.MonthDays == 0 {
		return 12, count
	}
	return t.Align.datesIn4Years(), yearsToLeap * count
}

// yearsToLeap is the number of years of which one is a leap year.
const yearsToLeap = 4

// datesIn4Years counts the aligned dates of four years, one of them a leap year:
// 30 and 31 are one date in a month of 30 days, 28 and 29 in most Februaries.
func (a Alignment) datesIn4Years() (dates int) {
	const from = 2001
	for year := from; year < from+yearsToLeap; year++ {
		for month := time.January; month <= time.December; month++ {
			dates += len(a.datesIn(year, month))
		}
	}
	return dates
}
