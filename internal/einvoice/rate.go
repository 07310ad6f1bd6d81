package einvoice

import (
	"slices"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Categories of tax, of UNCL5305.
const (
	standardRate  = "S"
	zeroRate      = "Z"
	reverseCharge = "AE"
	exempt        = "E"
)

// rate has the sums of an invoice with one category and percentage, in minor units.
type rate struct {
	category string
	percent  string
	reasons  []string
	of       money.Rate
	currency string
	net, tax int64
}

// categoryOf returns the rate of a total, without its sums.
func categoryOf(t ledger.TaxTotal) rate {
	r := rate{category: standardRate, percent: t.Rate.String(), of: t.Rate, currency: t.Net.Currency()}
	switch {
	case t.Treatment == ledger.ReverseCharge:
		r.category, r.reasons = reverseCharge, []string{"Reverse charge"}
	case t.Treatment == ledger.Exempt:
		r.category, r.reasons = exempt, []string{t.Reason}
	case t.Rate.Equal(money.Rate{}):
		r.category = zeroRate
	}
	return r
}

// ratesOf adds up the invoice's totals by category and percentage, because the
// standard demands one total for each pair. Exemptions for several reasons become
// one total.
func ratesOf(i ledger.Invoice) (rates []rate) {
	for _, t := range i.Taxes {
		of := categoryOf(t)
		n := slices.IndexFunc(rates, func(r rate) bool { return r.category == of.category && r.percent == of.percent })
		if n < 0 {
			n, rates = len(rates), append(rates, of)
		} else {
			rates[n].reasons = slices.Compact(append(rates[n].reasons, of.reasons...))
		}
		rates[n].net, rates[n].tax = rates[n].net+unitsOf(t.Net), rates[n].tax+unitsOf(t.Tax)
	}
	return rates
}

// tolerance is how far the tax of a rate may be from the rate's part of the sum
// (BR-CO-17), in minor units. A carrier that rounds each line can come to more.
const tolerance = 100

func (r rate) isTaxedRight() bool {
	sum, err := money.FromMinor(r.net, r.currency)
	if err != nil {
		return false
	}
	away := r.tax - unitsOf(r.of.Of(sum))
	limit := int64(tolerance)
	if r.category != standardRate {
		limit = 0
	}
	return away <= limit && away >= -limit
}

// wire returns the category; the category of a line has no reason.
func (r rate) wire(withReason bool) category {
	c := category{ID: r.category, Percent: r.percent, Scheme: reference{"VAT"}}
	if withReason {
		for n, reason := range r.reasons {
			if n > 0 {
				c.Reason += "; "
			}
			c.Reason += reason
		}
	}
	return c
}
