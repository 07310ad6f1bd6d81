package ledger

import (
	"time"

	"didpurchase/internal/money"
)

// taxByTotal returns the invoice's totals with the tax of each rate on its sum,
// and the tax in all.
func (i Invoice) taxByTotal() (totals []TaxTotal, tax money.Amount, err error) {
	tax = money.Zero(i.Gross.Currency())
	for _, t := range i.Taxes {
		t.Tax = t.Rate.Of(t.Net)
		if tax, err = tax.Add(t.Tax); err != nil {
			return nil, money.Amount{}, err
		}
		totals = append(totals, t)
	}
	return totals, tax, nil
}

// RoundTax returns the invoice with the tax of each rate on the sum of its
// charges, and the entry that corrects the sum of the lines' taxes. ok is false
// if there is nothing to correct. The entry is posted whether there are funds
// or not, because it is a few cents.
//
// Example: three charges of 0.03 at 20 % have 0.01 of tax each, so 0.03, but
// together 0.02. The entry corrects the tax by 0.01.
func (a Account) RoundTax(i Invoice, now time.Time) (u Update, e Entry, rounded Invoice, ok bool, err error) {
	totals, tax, err := i.taxByTotal()
	if err != nil {
		return u, e, i, false, err
	}
	more, err := tax.Sub(i.Tax)
	if err != nil || more.IsZero() {
		return u, e, i, false, err
	}
	limit := a.CreditLimit
	if a.CreditLimit, err = a.enough(more); err != nil {
		return u, e, i, false, err
	}
	u, e, err = a.Post(Rounding, []Posting{{Account: Tax, Amount: more}},
		Reference{InvoiceID: i.ID, Note: "Rounding of the tax"}, now)
	if err != nil {
		return u, e, i, false, err
	}
	u.To.CreditLimit = limit
	i.Taxes, i.Tax, i.Rounding, i.Debits = totals, tax, more, u.To.Debits
	if i.Gross, err = i.Net.Add(tax); err != nil {
		return u, e, i, false, err
	}
	i.Entries = append(i.Entries[:len(i.Entries):len(i.Entries)], e.Seq)
	return u, e, i, true, nil
}

// enough returns a credit limit that covers an amount.
func (a Account) enough(amount money.Amount) (money.Amount, error) {
	limit, err := a.CreditLimit.Sub(a.Balance)
	if err != nil {
		return limit, err
	}
	if limit.IsNegative() {
		limit = money.Zero(a.Currency)
	}
	if amount.IsNegative() {
		return limit, nil
	}
	return limit.Add(amount)
}
