package shop

import (
	"cmp"
	"context"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/renewal"
)

// Coming is a charge of a rental that is owed already, or will be.
type Coming struct {
	At time.Time // when its period begins
	pricing.Charge
	Owed bool // At is past: it is charged as soon as there is money
}

// DueDate is what comes due at one time.
type DueDate struct {
	At      time.Time
	Net     money.Amount
	Tax     money.Amount
	Gross   money.Amount
	Charges int // how many
}

// rates is what a customer's charges are computed by.
type rates struct {
	carrier carrier.Carrier
	loc     *time.Location // of new rentals and of days
	older   *time.Location // of rentals that keep no zone
	tax     money.Rate
	now     time.Time
}

// rates reads what the customer's charges are computed by. Errors: ErrNotFound.
func (s *Service) rates(ctx context.Context, c ledger.Customer) (rates, error) {
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return rates{}, err
	}
	return s.ratesOf(ctx, account)
}

func (s *Service) ratesOf(ctx context.Context, account ledger.Account) (rates, error) {
	of, err := s.store.Carrier(ctx, account.Customer.Carrier)
	if err != nil {
		return rates{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return rates{}, err
	}
	older, err := of.OlderLocation()
	return rates{of, loc, older, account.Tax, s.now()}, err
}

// coming lists the next n charges of a rental, as long as it goes on: first what
// is owed. Nothing is charged of one that ends.
func (r rates) coming(d did.DID, n int) []Coming {
	if d.State != did.Assigned && d.State != did.PastDue && d.State != did.Suspended {
		return nil
	}
	periods := renewal.Owed(d, r.carrier, r.older, r.now)
	next := d.Period + 1
	if owed := len(periods); owed > 0 {
		next = periods[owed-1] + 1
	}
	for len(periods) < n {
		periods = append(periods, next)
		next++
	}
	charges := make([]Coming, n)
	for i, k := range periods[:n] {
		at := d.Begins(k, r.older)
		charges[i] = Coming{At: at, Charge: d.ChargeOf(k, r.older, r.tax), Owed: !at.After(r.now)}
	}
	return charges
}

// afterPurchase lists the next n dates on which something of numbers that are
// bought now comes due.
func (r rates) afterPurchase(terms []pricing.Terms, n int) ([]DueDate, error) {
	var charges []Coming
	for _, t := range terms {
		for k := 1; k <= n; k++ {
			charges = append(charges, Coming{At: t.Due(r.now, k, r.loc), Charge: t.Each(r.tax)})
		}
	}
	dates, err := byTime(charges)
	return dates[:min(n, len(dates))], err
}

// byTime adds up what comes due at the same time, in the order of time. Errors:
// money.ErrCurrencyMismatch.
func byTime(charges []Coming) ([]DueDate, error) {
	slices.SortStableFunc(charges, func(a, b Coming) int { return a.At.Compare(b.At) })
	var dates []DueDate
	for _, c := range charges {
		if len(dates) == 0 || !dates[len(dates)-1].At.Equal(c.At) {
			zero := money.Zero(c.Net.Currency())
			dates = append(dates, DueDate{At: c.At, Net: zero, Tax: zero, Gross: zero})
		}
		if err := dates[len(dates)-1].add(c.Charge); err != nil {
			return nil, err
		}
	}
	return dates, nil
}

func (d *DueDate) add(c pricing.Charge) (err error) {
	var errs [3]error
	d.Net, errs[0] = d.Net.Add(c.Net)
	d.Tax, errs[1] = d.Tax.Add(c.Tax)
	d.Gross, errs[2] = d.Net.Add(d.Tax)
	d.Charges++
	return cmp.Or(errs[:]...)
}

// Charges lists the next n charges of one of the customer's rentals; none of one
// that ends. Errors: ErrNotFound.
func (s *Service) Charges(ctx context.Context, c ledger.Customer, n e164.Number, next int) ([]Coming, error) {
	r, err := s.rates(ctx, c)
	if err != nil {
		return nil, err
	}
	d, err := s.rental(ctx, c, n)
	if err != nil {
		return nil, err
	}
	return r.coming(d, next), nil
}

// MaxForecast is how many rentals one forecast adds up.
const MaxForecast = 500

// Forecast is what some of a customer's rentals will cost.
type Forecast struct {
	Rentals int       // how many were looked at
	Owed    DueDate   // what has not been paid; At is when the oldest of it came due
	Dates   []DueDate // day by day in the carrier's time zone, ascending; At is when the day begins
}

// Forecast adds up, day by day, what the customer's rentals cost until a number
// of days from now: of a page of rentals, at most MaxForecast. next is the cursor
// of the next page, "" after the last; the whole is the sum of all pages. Errors:
// ErrNotFound.
func (s *Service) Forecast(ctx context.Context, c ledger.Customer, days int, page Page) (f Forecast, next string, err error) {
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

// owe adds up the charges of a rental that are owed already, and returns the
// others.
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

// until lists the charges of a rental that come due before a moment.
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
