package shop

import (
	"context"
	"fmt"
	"slices"

	"didpurchase/internal/billing"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Plan is what an order would buy now, and what it would cost.
type Plan struct {
	Wanted  Wanted
	Lines   []OrderLine // without rentals
	Counted []Counted   // the lines by package version
	Quote   pricing.Quote
}

// Missing is the number of wanted numbers that can't be bought now.
func (p Plan) Missing() int { return p.Wanted.Quantity - len(p.Lines) }

// NotEnough means that fewer numbers are available than an order asks for.
type NotEnough struct {
	Wanted, Found int
	Gone          []e164.Number // of a list: those that are not available
}

func (e *NotEnough) Error() string {
	return fmt.Sprintf("%v: %d of %d are available", ErrNotForSale, e.Found, e.Wanted)
}

// Unwrap makes errors.Is find ErrNotForSale.
func (e *NotEnough) Unwrap() error { return ErrNotForSale }

// PlanOrder returns what an order would buy, without buying it. Errors:
// commit.ErrNotFound, search.FieldErrors, ledger.ErrAccountClosed,
// ledger.ErrPurchasingOff.
func (l *LargeOrders) PlanOrder(ctx context.Context, c ledger.Customer, w Wanted) (Plan, error) {
	account, r, err := l.buyer(ctx, c, w)
	if err != nil {
		return Plan{}, err
	}
	return l.plan(ctx, account, w, r)
}

// buyer reads the account that orders, and refuses one that is not allowed to buy.
func (l *LargeOrders) buyer(ctx context.Context, c ledger.Customer, w Wanted) (ledger.Account, rates, error) {
	account, err := l.store.Account(ctx, c)
	if err != nil {
		return ledger.Account{}, rates{}, err
	}
	if !w.ByStaff {
		if err := account.MayBuy(); err != nil {
			return ledger.Account{}, rates{}, err
		}
	}
	r, err := l.ratesToBuy(ctx, account)
	return account, r, err
}

func (l *LargeOrders) plan(ctx context.Context, account ledger.Account, w Wanted, r rates) (Plan, error) {
	lines, err := l.listed(ctx, account, w)
	if err != nil {
		return Plan{}, err
	}
	p, counts := Plan{Wanted: w, Lines: lines}, Large{}
	for _, line := range lines {
		if !counts.count(line.Terms) {
			return Plan{}, fmt.Errorf("%w: they have more than %d packages", ErrTooMany, maxPackages)
		}
	}
	p.Counted = counts.Counted
	p.Quote, err = quoteOf(account.Currency, p.Counted, r)
	return p, err
}

// listed returns the lines of an order's numbers that can be bought now.
func (l *LargeOrders) listed(ctx context.Context, account ledger.Account, w Wanted) ([]OrderLine, error) {
	if w.IsList {
		return l.available(ctx, account.Customer, w.Numbers, 1)
	}
	var lines []OrderLine
	for after, last := (search.Cursor{}), false; !last && len(lines) < w.Quantity; {
		f, err := l.find(ctx, account, w, after, w.Quantity-len(lines))
		if err != nil {
			return nil, err
		}
		more, err := l.available(ctx, account.Customer, f.numbers, w.block())
		if err != nil {
			return nil, err
		}
		lines, after, last = append(lines, more...), f.after, f.last
	}
	return lines, nil
}

// check refuses a plan that does not fulfil the order. Errors: *NotEnough,
// *TotalChanged.
func (p Plan) check() error {
	if p.Missing() > 0 && !p.Wanted.Partial || len(p.Lines) == 0 {
		short := &NotEnough{Wanted: p.Wanted.Quantity, Found: len(p.Lines)}
		for _, n := range p.Wanted.Numbers {
			if !slices.ContainsFunc(p.Lines, func(l OrderLine) bool { return l.Number == n }) {
				short.Gone = append(short.Gone, n)
			}
		}
		return short
	}
	return withinTotal(p.Quote.Total, p.Wanted.MaxTotal)
}

// withinTotal refuses a total above the most that an order may cost. Errors:
// *TotalChanged, money.ErrCurrencyMismatch.
func withinTotal(total, most money.Amount) error {
	over, err := total.Cmp(most)
	if err == nil && over > 0 {
		err = &TotalChanged{Confirmed: most, Today: total}
	}
	return err
}

// chargesAtPurchase returns the charges of a new rental.
func chargesAtPurchase(d did.DID, r rates) (charges []ledger.Charge) {
	for _, c := range d.Terms.AtPurchase(r.now, r.loc, r.tax) {
		charges = append(charges, billing.Booked(d, 0, c, r.loc))
	}
	return charges
}

// chargesOf returns the charges of the counted numbers if their rentals begin at
// the moment of r: one for each package version and kind, which names no number.
// Each is the charge of one number times their count, so that the order costs
// what its numbers would cost one by one, to the last rounded cent of tax.
func chargesOf(counted []Counted, r rates) []ledger.Charge {
	var charges []ledger.Charge
	for _, c := range counted {
		one := did.Fulfilled(did.DID{Offer: did.Offer{Terms: c.Terms}}, "", r.now, r.now, r.loc).To
		for _, booked := range chargesAtPurchase(one, r) {
			booked.Net, booked.Tax, booked.Count = booked.Net.Times(c.Count, 1), booked.Tax.Times(c.Count, 1), c.Count
			charges = append(charges, booked)
		}
	}
	return charges
}

// quoteOf adds up the charges of the counted numbers.
func quoteOf(currency string, counted []Counted, r rates) (q pricing.Quote, err error) {
	zero := money.Zero(currency)
	q = pricing.Quote{Setup: zero, FirstCharge: zero, Tax: zero, Total: zero}
	charges := chargesOf(counted, r)
	for _, c := range charges {
		kind := &q.FirstCharge
		if c.Book == ledger.Setup {
			kind = &q.Setup
		}
		if *kind, err = kind.Add(c.Net); err != nil {
			return q, err
		}
		if q.Tax, err = q.Tax.Add(c.Tax); err != nil {
			return q, err
		}
	}
	q.Total, err = ledger.Sum(currency, charges)
	return q, err
}
