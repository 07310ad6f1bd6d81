package shop

import (
	"cmp"
	"context"
	"slices"
	"time"

	"didpurchase/internal/billing"
	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Coming is a charge of a rental that is owed or will come.
type Coming struct {
	At time.Time // when its period begins
	pricing.Charge
	Owed bool // At is past: it is charged as soon as there is money
}

// DueDate is the sum of the charges that are due at one time.
type DueDate struct {
	At      time.Time
	Net     money.Amount
	Tax     money.Amount
	Gross   money.Amount
	Charges int // number of charges
}

// rates are the carrier's rules and the customer's tax, by which charges are
// computed.
type rates struct {
	carrier carrier.Carrier
	loc     *time.Location // of new rentals and of days
	older   *time.Location // of rentals that keep no zone
	tax     money.Rate
	now     time.Time
	open    ledger.Invoice // that gathers the orders of this moment; zero if none does
}

// periodOf returns the period of an order of this moment.
func (r rates) periodOf(account ledger.Account) ledger.Period {
	return account.PeriodOf(ledger.Order, r.carrier.Invoicing, r.now, r.loc)
}

// rates reads the rates of a customer. Errors: commit.ErrNotFound.
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
	return rates{carrier: of, loc: loc, older: older, tax: account.Tax, now: s.now()}, err
}

// ratesToBuy is ratesOf with the open invoice that an order would be added to.
func (s *Service) ratesToBuy(ctx context.Context, account ledger.Account) (rates, error) {
	r, err := s.ratesOf(ctx, account)
	if err != nil {
		return rates{}, err
	}
	if id := account.Gathers(r.periodOf(account)); id != "" {
		r.open, err = s.store.Invoice(ctx, account.Customer, id)
	}
	return r, err
}

// coming lists the next n charges of a rental, as long as it continues; owed
// charges come first. A cancelled rental has none.
func (r rates) coming(d did.DID, n int) []Coming {
	if d.State != did.Assigned && d.State != did.PastDue && d.State != did.Suspended {
		return nil
	}
	periods := billing.Owed(d, r.carrier, r.older, r.now)
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

// afterPurchase lists the next n dates with charges for numbers that are bought
// now.
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

// byTime adds up the charges of each time, in the order of time. Errors:
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

// Charges lists the next n charges of one of the customer's rentals; none if it
// is cancelled. Errors: commit.ErrNotFound.
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
