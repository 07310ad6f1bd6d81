package report

import (
	"context"
	"strconv"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// costs has the package versions whose cost the carrier knows.
type costs map[versionKey]pricing.Package

type versionKey struct {
	id      string
	version int
}

// costs reads the costs of all package versions. Versions never change.
func (b *basis) costs(ctx context.Context) (costs, error) {
	versions, err := b.data.PackageVersions(ctx, b.report.Carrier)
	known := costs{}
	for _, p := range versions {
		if p.HasCost() {
			known[versionKey{p.Package, p.Version}] = p
		}
	}
	return known, err
}

// cells returns the cost of a period at the terms, the margin, and the margin of a
// month of 365/12 days; three empty cells without a known cost.
func (c costs) cells(t pricing.Terms) ([]string, error) {
	p, known := c[versionKey{t.Package, t.Version}]
	if !known {
		return []string{"", "", ""}, nil
	}
	left := t
	var err error
	if left.Recurring, err = t.Recurring.Sub(p.Cost); err != nil {
		return nil, err
	}
	return []string{p.Cost.Number(), left.Recurring.Number(), left.MonthlyEquivalent().Number()}, nil
}

// of returns the cost of a posting's numbers: of each, the cost of the period,
// or, if that was cut short, of the same share of days as the price.
func (c costs) of(p ledger.Posting, loc *time.Location) (cost money.Amount, known bool) {
	priced, known := c[versionKey{p.Package, p.Version}]
	if !known {
		return money.Amount{}, false
	}
	cost = priced.Cost
	if p.Account == ledger.Proration {
		cost = priced.Costs().First(p.From, loc, money.Rate{}).Net
	}
	return cost.Times(max(p.Count, 1), 1), true
}

// spent is what the charges of one row of the revenue cost the carrier.
type spent struct {
	cost    money.Amount // without a currency: nothing yet
	unknown int          // charges of periods whose cost is not known
}

// spending has the costs by month, package and currency.
type spending map[earningKey]spent

type earningKey struct{ month, pkg, currency string }

// count adds the costs of an entry's charges of periods. A credit note gives money
// back to the customer, and nothing to the carrier: it changes no cost.
func (s spending) count(e ledger.Entry, known costs, month string, loc *time.Location) error {
	if e.Kind == ledger.CreditNote {
		return nil
	}
	for _, p := range e.Postings {
		if p.Account != ledger.Recurring && p.Account != ledger.Proration {
			continue
		}
		key := earningKey{month, p.Package, p.Amount.Currency()}
		sum := s[key]
		cost, isKnown := known.of(p, loc)
		switch {
		case !isKnown:
			sum.unknown += max(p.Count, 1)
		case sum.cost.Currency() == "":
			sum.cost = cost
		default:
			var err error
			if sum.cost, err = sum.cost.Add(cost); err != nil {
				return err
			}
		}
		s[key] = sum
	}
	return nil
}

// cells returns the cost, the margin of a total, and the number of charges without
// a known cost. The margin is empty while one is unknown, or nothing was charged
// for a period.
func (s spent) cells(total money.Amount) ([]string, error) {
	unknown := strconv.Itoa(s.unknown)
	if s.cost.Currency() == "" {
		return []string{"", "", unknown}, nil
	}
	if s.unknown > 0 {
		return []string{s.cost.Number(), "", unknown}, nil
	}
	margin, err := total.Sub(s.cost)
	return []string{s.cost.Number(), margin.Number(), unknown}, err
}
