package renewal

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// bill is what one rental owes now, to be charged whole or not at all.
type bill struct {
	rental  did.DID
	periods []int     // ascending
	since   time.Time // when the first of them began
}

// billsFor lists what the rentals owe, the oldest first.
func billsFor(rentals []did.DID, c carrier.Carrier, loc *time.Location, now time.Time) []bill {
	var bills []bill
	for _, d := range rentals {
		if periods := owed(d, c.CatchUp, loc, now); len(periods) > 0 {
			bills = append(bills, bill{d, periods, d.Terms.Due(d.Anchor, periods[0], loc)})
		}
	}
	slices.SortFunc(bills, func(a, b bill) int {
		return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.rental.Number, b.rental.Number))
	})
	return bills
}

// owed lists the periods that a rental has to be charged next. Periods that
// passed wholly while it was suspended are not owed; nor are, after an outage,
// the oldest beyond what the carrier catches up on.
func owed(d did.DID, catchUp int, loc *time.Location, now time.Time) []int {
	switch d.State {
	case did.Assigned:
		last := lastBegun(d, loc, now)
		if last <= d.Period {
			return nil
		}
		return []int{max(d.Period+1, last-catchUp+1)}
	case did.PastDue:
		return []int{d.Period + 1}
	case did.Suspended:
		return owedBySuspended(d, loc, now)
	default:
		return nil
	}
}

// owedBySuspended: each unpaid period begun before the suspension, and the one
// that contains now.
func owedBySuspended(d did.DID, loc *time.Location, now time.Time) []int {
	var periods []int
	for k := d.Period + 1; d.Terms.Due(d.Anchor, k, loc).Before(d.SuspendedAt); k++ {
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
		each := b.rental.Terms.Each(tax)
		lines[i] = ledger.Charge{
			Book: ledger.Recurring, Net: each.Net, Tax: each.Tax,
			Number: b.rental.Number, RentalID: b.rental.RentalID, Period: period,
		}
	}
	return lines
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
// and one transaction allow. Errors: money.ErrCurrencyMismatch.
func affordable(bills []bill, account ledger.Account) (taken []bill, charges []ledger.Charge, err error) {
	left, err := account.Available()
	if err != nil || account.Status != ledger.Active {
		return nil, nil, err
	}
	for _, b := range bills {
		lines := b.charges(account.Tax)
		costs, err := ledger.Sum(account.Currency, lines)
		if err != nil {
			return nil, nil, err
		}
		if left, err = left.Sub(costs); err != nil {
			return nil, nil, err
		}
		if (left.IsNegative() && !costs.IsZero()) || len(taken) == maxRentals || len(charges)+len(lines) > maxCharges && len(taken) > 0 {
			break
		}
		taken, charges = append(taken, b), append(charges, lines...)
	}
	return taken, charges, nil
}
