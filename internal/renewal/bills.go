package renewal

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/billing"
	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// bill is the amount that one rental owes now. It is charged as a whole or not at
// all.
type bill struct {
	rental  did.DID
	periods []int          // ascending
	first   begin          // the start of the first one
	next    begin          // the start of the period after them; zero unless that is owed too
	older   *time.Location // the zone of rentals that keep none
}

// begin orders bills: the period that began first comes first; if several began
// together, the lowest number.
type begin struct {
	at     time.Time
	number e164.Number
}

func (a begin) compare(b begin) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.number, b.number))
}

// billsFor lists the rentals' bills, the oldest first.
func billsFor(rentals []did.DID, c carrier.Carrier, older *time.Location, now time.Time) []bill {
	var bills []bill
	for _, d := range rentals {
		if periods := billing.Owed(d, c, older, now); len(periods) > 0 {
			b := bill{rental: d, periods: periods, first: begin{d.Begins(periods[0], older), d.Number}, older: older}
			if next := d.Begins(periods[len(periods)-1]+1, older); !next.After(now) {
				b.next = begin{next, d.Number}
			}
			bills = append(bills, b)
		}
	}
	slices.SortFunc(bills, func(a, b bill) int { return a.first.compare(b.first) })
	return bills
}

// charges returns the bill's lines.
func (b bill) charges(tax money.Rate) []ledger.Charge {
	lines := make([]ledger.Charge, len(b.periods))
	for i, period := range b.periods {
		lines[i] = billing.Booked(b.rental, period, b.rental.ChargeOf(period, b.older, tax), b.older)
	}
	return lines
}

// paid returns the move that the charges pay for.
func (b bill) paid(now time.Time) (did.Move, error) {
	return b.rental.Paid(b.periods[len(b.periods)-1], now, b.older)
}

// The bounds of one transaction.
const (
	maxRentals = 90  // DynamoDB takes 100 actions
	maxCharges = 300 // keeps the ledger entry well below 400 KB
)

// affordable returns the bills that the account can pay, the oldest first: it skips
// a bill that the remaining funds don't cover, and takes younger ones that they
// cover. It stops at atOnce rentals, the limit of one transaction. It also stops
// before a bill that is younger than the next owed period of a rental that it has
// taken already: that period comes first, in the next round. Errors:
// money.ErrCurrencyMismatch.
//
// For example, with 5.00 and bills of 2.00, 4.00 and 3.00 in the order of their
// age, the first and the third are taken.
func affordable(bills []bill, account ledger.Account, atOnce int) (taken []bill, charges []ledger.Charge, err error) {
	left, err := account.Available()
	if err != nil || account.Status != ledger.Active {
		return nil, nil, err
	}
	var next begin // of the oldest period that a taken rental still owes; the zero begin for none
	for _, b := range bills {
		if next != (begin{}) && b.first.compare(next) > 0 {
			break
		}
		lines := b.charges(account.Tax)
		after, err := payFrom(left, lines)
		if err != nil {
			return nil, nil, err
		}
		if isFree := after.Equal(left); after.IsNegative() && !isFree {
			continue
		}
		if len(taken) == atOnce || len(charges)+len(lines) > maxCharges && len(taken) > 0 {
			break
		}
		left, taken, charges = after, append(taken, b), append(charges, lines...)
		if b.next != (begin{}) && (next == (begin{}) || b.next.compare(next) < 0) {
			next = b.next
		}
	}
	return taken, charges, nil
}

// payFrom returns the wallet's balance after the charges.
func payFrom(wallet money.Amount, charges []ledger.Charge) (money.Amount, error) {
	costs, err := ledger.Sum(wallet.Currency(), charges)
	if err != nil {
		return wallet, err
	}
	return wallet.Sub(costs)
}
