// Package billing computes the debt of a rental: the periods of its next charge, and
// how a charge is written in the ledger. It decides nothing about funds, and
// knows no store.
package billing

import (
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Owed lists the periods of a rental, ascending, of the next charge; none if
// all begun periods are paid, or are not charged any more. Periods that passed
// completely during a suspension are not owed.
func Owed(d did.DID, c carrier.Carrier, older *time.Location, now time.Time) []int {
	switch d.State {
	case did.Assigned:
		if lastBegun(d, older, now) == d.Period {
			return nil
		}
		return []int{oldest(d, c, older, now)}
	case did.PastDue:
		return []int{oldest(d, c, older, now)}
	case did.Suspended:
		return owedBySuspended(d, c, older, now)
	default:
		return nil
	}
}

// oldest returns the first period that is still charged at a moment: after an
// outage, periods beyond the carrier's catch-up limit are not charged. Periods
// that waited in the grace are not limited by an outage.
func oldest(d did.DID, c carrier.Carrier, older *time.Location, at time.Time) int {
	if !d.UnpaidSince.IsZero() {
		if at = at.Add(-c.Grace()); at.Before(d.UnpaidSince) {
			at = d.UnpaidSince
		}
	}
	return max(d.Period+1, lastBegun(d, older, at)-c.CatchUp+1)
}

// owedBySuspended returns each unpaid period that began before the suspension,
// and the one that contains now.
func owedBySuspended(d did.DID, c carrier.Carrier, older *time.Location, now time.Time) []int {
	var periods []int
	for k := oldest(d, c, older, d.SuspendedAt); d.Begins(k, older).Before(d.SuspendedAt); k++ {
		periods = append(periods, k)
	}
	if current := lastBegun(d, older, now); len(periods) == 0 || current > periods[len(periods)-1] {
		periods = append(periods, current)
	}
	return periods
}

// lastBegun returns the period that contains now.
func lastBegun(d did.DID, older *time.Location, now time.Time) int {
	k := d.Period
	for !d.Begins(k+1, older).After(now) {
		k++
	}
	return k
}

// books has the ledger's book for each kind of charge.
var books = map[pricing.Kind]ledger.Book{
	pricing.Setup: ledger.Setup, pricing.Recurring: ledger.Recurring, pricing.Proration: ledger.Proration,
}

// Booked returns the charge of a rental's period in the ledger's form.
func Booked(d did.DID, period int, c pricing.Charge, older *time.Location) ledger.Charge {
	booked := ledger.Charge{
		Book: books[c.Kind], Net: c.Net, Tax: c.Tax, Number: d.Number, RentalID: d.RentalID, Period: period,
		Package: d.Terms.Package, Version: d.TermsFor(period, older).Version,
	}
	if c.Kind != pricing.Setup {
		booked.From, booked.To = d.Span(period, older)
	}
	return booked
}
