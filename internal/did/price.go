package did

import (
	"time"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// NextPrice is a new price that was agreed for a running rental. It holds from the
// first period that begins at or after From; the periods before keep the price
// agreed before. The zero NextPrice is none.
type NextPrice struct {
	Change    string       // id of the price change
	Version   int          // of the rental's package
	Name      string       // of that version
	Recurring money.Amount // the new charge of each period
	From      time.Time
}

// TermsFor returns the terms at which period k is charged: the agreed ones, or,
// from the first period that begins at or after NextPrice.From, those with the new
// price. Interval, alignment and minimum term never change.
//
//	period     1 Jan    1 Feb    1 Mar     NextPrice: 0.12 from 15 Jan
//	charge     0.10     0.12     0.12
func (d DID) TermsFor(k int, older *time.Location) pricing.Terms {
	t := d.Terms
	if d.NextPrice.Change == "" || d.Begins(k, older).Before(d.NextPrice.From) {
		return t
	}
	t.Version, t.Name, t.Recurring = d.NextPrice.Version, d.NextPrice.Name, d.NextPrice.Recurring
	return t
}

// NextPriceAt returns the start of the first period at the next price; zero if
// there is no next price. It looks at unpaid periods only.
func (d DID) NextPriceAt(older *time.Location) time.Time {
	if d.NextPrice.Change == "" {
		return time.Time{}
	}
	k := d.Period + 1
	for d.Begins(k, older).Before(d.NextPrice.From) {
		k++
	}
	return d.Begins(k, older)
}

// AgreeOn gives a running rental a next price. Errors wrap ErrIllegalMove.
func (d DID) AgreeOn(next NextPrice, now time.Time) (Move, error) {
	to := d
	to.NextPrice = next
	return d.to(Reprice, to, now)
}

// KeepPrice takes the next price back, before it holds. Errors wrap
// ErrIllegalMove.
func (d DID) KeepPrice(now time.Time) (Move, error) {
	to := d
	to.NextPrice = NextPrice{}
	return d.to(KeepPrice, to, now)
}

// text returns the next price for people, "" for none.
func (p NextPrice) text() string {
	if p.Change == "" {
		return ""
	}
	return p.Recurring.String() + " from " + p.From.UTC().Format(time.RFC3339)
}
