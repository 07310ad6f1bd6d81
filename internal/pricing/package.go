// Package pricing is what numbers cost and when: packages and their versions,
// the due dates of a rental, quotes. It decides from what it is given; it
// knows nothing of stores, carts or accounts.
package pricing

import (
	"time"

	"didpurchase/internal/money"
)

// Package is one version of a carrier's price. A version never changes: a new
// price is a new version, for new rentals.
type Package struct {
	Terms
	Description string
}

// Terms is what a rental is agreed at: the part of a package version that a
// hold and a rental keep a copy of.
type Terms struct {
	Package     string // the package's id, a slug
	Version     int    // from 1
	Name        string
	Setup       money.Amount // NRC: charged once, at purchase
	Recurring   money.Amount // MRC: charged at the start of each period
	Interval    Interval
	Align       Alignment // zero: anniversaries of the purchase
	MinTermDays int       // no cancellation takes effect before
}

// Quote is what buying numbers costs today.
type Quote struct {
	Setup       money.Amount // all setup charges
	FirstCharge money.Amount // the first period's recurring charges
	Tax         money.Amount
	Total       money.Amount
}

// QuoteFor adds up what the terms cost now in the account's currency.
// Errors: money.ErrCurrencyMismatch when a package is priced in another.
func QuoteFor(currency string, terms []Terms, now time.Time, loc *time.Location) (Quote, error) {
	q := Quote{Setup: money.Zero(currency), FirstCharge: money.Zero(currency), Tax: money.Zero(currency)}
	for _, t := range terms {
		var err error
		if q.Setup, err = q.Setup.Add(t.Setup); err != nil {
			return Quote{}, err
		}
		first, _ := t.FirstCharge(now, loc)
		if q.FirstCharge, err = q.FirstCharge.Add(first); err != nil {
			return Quote{}, err
		}
	}
	total, err := money.Sum(currency, q.Setup, q.FirstCharge, q.Tax)
	q.Total = total
	return q, err
}
