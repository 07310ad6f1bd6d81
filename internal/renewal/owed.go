package renewal

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// bill is what one rental owes now, to be charged whole or not at all.
type bill struct {
	rental  did.DID
	periods []int     // ascending
	since   time.Time // when the first of them began
	loc     *time.Location
}

// billsFor lists what the rentals owe, the oldest first.
func billsFor(rentals []did.DID, c carrier.Carrier, loc *time.Location, now time.Time) []bill {
	var bills []bill
	for _, d := range rentals {
		if periods := Owed(d, c, loc, now); len(periods) > 0 {
			bills = append(bills, bill{d, periods, d.Terms.Due(d.Anchor, periods[0], loc), loc})
		}
	}
	slices.SortFunc(bills, func(a, b bill) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.rental.Number, b.rental.Number))
	})
	return bills
}

// Owed lists the periods of a rental, ascending, that the next charge is for;
// none when all that began is paid, or what began is not charged any more.
// Periods that passed wholly while it was suspended are not owed.
func Owed(d did.DID, c carrier.Carrier, loc *time.Location, now time.Time) []int {
	switch d.State {
	case did.Assigned:
		if lastBegun(d, loc, now) == d.Period {
			return nil
		}
		return []int{oldest(d, c, loc, now)}
	case did.PastDue:
		return []int{oldest(d, c, loc, now)}
	case did.Suspended:
		return owedBySuspended(d, c, loc, now)
	default:
		return nil
	}
}

// oldest is the first period that is charged still at a moment: after an
// outage, those beyond what the carrier catches up on are not. What waited in
// its grace did not wait for an outage.
func oldest(d did.DID, c carrier.Carrier, loc *time.Location, at time.Time) int {
	if !d.UnpaidSince.IsZero() {
		if at = at.Add(-c.Grace()); at.Before(d.UnpaidSince) {
			at = d.UnpaidSince
		}
	}
	return max(d.Period+1, lastBegun(d, loc, at)-c.CatchUp+1)
}

// owedBySuspended: each unpaid period begun before the suspension, and the one
// that contains now.
func owedBySuspended(d did.DID, c carrier.Carrier, loc *time.Location, now time.Time) []int {
	var periods []int
	for k := oldest(d, c, loc, d.SuspendedAt); d.Terms.Due(d.Anchor, k, loc).Before(d.SuspendedAt); k++ {
		periods = append(periods, k)
	}
	if current := lastBegun(d, loc, now); len(periods) == 0 || current > periods[len(periods)-1] {
		periods = append(periods, current)
	}
	return periods
}

// lastBegun is the period that contains now.
func lastBegun(d did.DID, loc *time.Location, now time.Time) int {
	k := d.Period
	for !d.Terms.Due(d.Anchor, k+1, loc).After(now) {
		k++
	}
	return k
}

// charges are the bill's lines.
func (b bill) charges(tax money.Rate) []ledger.Charge {
	lines := make([]ledger.Charge, len(b.periods))
	for i, period := range b.periods {
		lines[i] = Booked(b.rental, period, b.rental.Terms.For(period, b.rental.Anchor, b.loc, tax), b.loc)
	}
	return lines
}

// books says on which side of the books each kind of charge is.
var books = map[pricing.Kind]ledger.Book{
	pricing.Setup: ledger.Setup, pricing.Recurring: ledger.Recurring, pricing.Proration: ledger.Proration,
}

// Booked is a charge of a rental's period as the ledger books it.
func Booked(d did.DID, period int, c pricing.Charge, loc *time.Location) ledger.Charge {
	booked := ledger.Charge{
		Book: books[c.Kind], Net: c.Net, Tax: c.Tax, Number: d.Number, RentalID: d.RentalID, Period: period, Package: d.Terms.Package,
	}
	if c.Kind != pricing.Setup {
		booked.From, booked.To = d.Terms.Period(d.Anchor, period, loc)
	}
	return booked
}

// paid is the move that the charges allow.
func (b bill) paid(now time.Time, loc *time.Location) (did.Move, error) {
	return b.rental.Paid(b.periods[len(b.periods)-1], now, loc)
}

// The bounds of one transaction.
const (
	maxRentals = 90  // DynamoDB takes 100 actions
	maxCharges = 300 // keeps the ledger entry well below 400 KB
)

// affordable takes of the bills, in their order, as many as the account's money
// and one transaction of atOnce rentals allow. Behind one that can't be paid,
// only what costs nothing is taken. Errors: money.ErrCurrencyMismatch.
func affordable(bills []bill, account ledger.Account, atOnce int) (taken []bill, charges []ledger.Charge, err error) {
	left, err := account.Available()
	if err != nil || account.Status != ledger.Active {
		return nil, nil, err
	}
	short := false
	for _, b := range bills {
		lines := b.charges(account.Tax)
		costs, err := ledger.Sum(account.Currency, lines)
		if err != nil {
			return nil, nil, err
		}
		after, err := left.Sub(costs)
		if err != nil {
			return nil, nil, err
		}
		if short = short || after.IsNegative(); short && !costs.IsZero() {
			continue
		}
		if len(taken) == atOnce || len(charges)+len(lines) > maxCharges && len(taken) > 0 {
			break
		}
		left, taken, charges = after, append(taken, b), append(charges, lines...)
	}
	return taken, charges, nil
}
