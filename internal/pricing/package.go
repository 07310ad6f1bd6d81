// Package pricing computes the charges of numbers and their times: packages and
// their versions, the due dates of a rental, quotes. Its results depend only on the
// arguments; it knows nothing about stores, carts or accounts.
package pricing

import (
	"errors"
	"maps"
	"time"

	"didpurchase/internal/money"
)

// Package is one version of a carrier's price. A version never changes: a new
// price is a new version, for new rentals.
type Package struct {
	Terms
	Description string
	ActiveFrom  time.Time // new rentals have it from then on
	ActiveUntil time.Time // new rentals have it no longer from then on; zero = without end
	// Cost is what a number costs the carrier itself in each interval, in the currency
	// of the price; without a currency: unknown. Terms don't have it, so that no offer,
	// order or rental carries it to a customer.
	Cost money.Amount
}

// HasCost reports whether the carrier's own cost is known.
func (p Package) HasCost() bool { return p.Cost.Currency() != "" }

// Costs returns terms whose recurring charge is the carrier's own cost: the cost of
// a period is computed as its charge is. They have no setup charge.
func (p Package) Costs() Terms {
	t := p.Terms
	t.Setup, t.Recurring = money.Zero(p.Cost.Currency()), p.Cost
	return t
}

// MaxVersions is the largest number of versions of all packages of a carrier:
// each hold reads them.
const MaxVersions = 2_000

// OnSale returns the package versions of new rentals at a moment, by the
// package's id: of each package the highest version that has begun, unless that
// version has ended.
func OnSale(versions []Package, at time.Time) map[string]Package {
	latest := map[string]Package{}
	for _, p := range versions {
		if !at.Before(p.ActiveFrom) && p.Version > latest[p.Package].Version {
			latest[p.Package] = p
		}
	}
	maps.DeleteFunc(latest, func(_ string, p Package) bool { return !p.ActiveUntil.IsZero() && !at.Before(p.ActiveUntil) })
	return latest
}

// Terms are the agreed price of a rental: the part of a package version that a
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

// Quote is the price of numbers if they are bought today.
type Quote struct {
	Setup       money.Amount // all setup charges
	FirstCharge money.Amount // the first period's recurring charges
	Tax         money.Amount
	Total       money.Amount
}

// QuoteFor adds up the charges of the terms in the account's currency. Errors:
// money.ErrCurrencyMismatch if a package has a price in another currency.
func QuoteFor(currency string, terms []Terms, tax money.Rate, now time.Time, loc *time.Location) (Quote, error) {
	setup, first, taxes := []money.Amount{}, []money.Amount{}, []money.Amount{}
	for _, t := range terms {
		for _, c := range t.AtPurchase(now, loc, tax) {
			taxes = append(taxes, c.Tax)
			if c.Kind == Setup {
				setup = append(setup, c.Net)
			} else {
				first = append(first, c.Net)
			}
		}
	}
	var q Quote
	var errs [4]error
	q.Setup, errs[0] = money.Sum(currency, setup...)
	q.FirstCharge, errs[1] = money.Sum(currency, first...)
	q.Tax, errs[2] = money.Sum(currency, taxes...)
	q.Total, errs[3] = money.Sum(currency, q.Setup, q.FirstCharge, q.Tax)
	return q, errors.Join(errs[:]...)
}
