package shop

import (
	"context"
	"slices"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// MaxForecast is the most rentals in one forecast.
const MaxForecast = 500

// Forecast has the coming charges of some of a customer's rentals.
type Forecast struct {
	Rentals int       // number of rentals in it
	Owed    DueDate   // the unpaid charges; At is the due time of the oldest
	Dates   []DueDate // day by day in the carrier's time zone, ascending; At is when the day begins
}

// Forecast adds up, day by day, the charges of the customer's rentals within a
// number of days: for a page of rentals, at most MaxForecast. next is the
// cursor of the next page, "" after the last; the whole forecast is the sum of
// all pages. Errors: commit.ErrNotFound.
func (s *Service) Forecast(ctx context.Context, c ledger.Customer, days int,
	page Page) (f Forecast, next string, err error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return Forecast{}, "", err
	}
	r, err := s.ratesOf(ctx, account)
	if err != nil {
		return Forecast{}, "", err
	}
	numbers, next, err := s.store.OwnedAfter(ctx, c, page.After, min(page.Limit, MaxForecast))
	if err != nil {
		return Forecast{}, "", err
	}
	items, err := s.store.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return Forecast{}, "", err
	}
	zero := money.Zero(account.Currency)
	f = Forecast{Rentals: len(numbers), Owed: DueDate{Net: zero, Tax: zero, Gross: zero}}
	var ahead []Coming
	for _, d := range items {
		if d.Customer != c.ID {
			continue
		}
		coming, err := f.owe(r.until(d, r.now.AddDate(0, 0, days)))
		if err != nil {
			return Forecast{}, "", err
		}
		for _, charge := range coming {
			charge.At = startOfDay(charge.At, r.loc)
			ahead = append(ahead, charge)
		}
	}
	f.Dates, err = byTime(ahead)
	return f, next, err
}

// owe adds up the owed charges of a rental, and returns the others.
func (f *Forecast) owe(charges []Coming) (coming []Coming, err error) {
	for _, charge := range charges {
		if !charge.Owed {
			coming = append(coming, charge)
			continue
		}
		if f.Owed.At.IsZero() || charge.At.Before(f.Owed.At) {
			f.Owed.At = charge.At
		}
		if err := f.Owed.add(charge.Charge); err != nil {
			return nil, err
		}
	}
	return coming, nil
}

// until lists the charges of a rental that are due before a moment.
func (r rates) until(d did.DID, end time.Time) []Coming {
	for n := 32; ; n *= 2 {
		charges := r.coming(d, n)
		after := slices.IndexFunc(charges, func(c Coming) bool { return !c.At.Before(end) })
		if after >= 0 {
			return charges[:after]
		}
		if len(charges) < n {
			return charges
		}
	}
}

func startOfDay(at time.Time, loc *time.Location) time.Time {
	year, month, day := at.In(loc).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, loc)
}
