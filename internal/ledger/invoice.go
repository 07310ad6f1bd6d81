package ledger

import (
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// Charge is one amount that a rental costs, and the tax on it.
type Charge struct {
	Book     Book // Setup, Recurring or Proration
	Net      money.Amount
	Tax      money.Amount
	Number   e164.Number
	RentalID string
	Period   int
	Package  string    // the package's id
	Version  int       // the package's version
	From, To time.Time // the period that is paid; zero for a setup
	Count    int       // the number of DIDs, if the charge does not name them; else 0
}

// Invoice is the header of an invoice: of an order, of a day's renewals, or of all
// charges of a month. Its lines are the postings of its entries. It gathers charges
// until it is issued, which gives it a number of the carrier's series.
type Invoice struct {
	Customer Customer
	ID       string // <customer>-<n>, n counting from 1 in the account
	Ver      int    // +1 at each write: a day's renewals may come in parts
	OrderID  string // of an order's own invoice
	Period   string // of the charges, as Period.Name; "" for an order's own invoice
	At       time.Time
	Net      money.Amount
	Tax      money.Amount
	Gross    money.Amount
	Entries  []int // the seq of each of its entries
	Taxes    []TaxTotal
	Debits   money.Amount // of the account, after its last entry
	Credited money.Amount // by credit notes, with tax; without a currency: nothing
	Rounding money.Amount // the part of Tax that no line has; see RoundTax
	NextAt   time.Time    // when it is issued, and then archived; zero once it is, and for invoices of earlier releases
	Guarded  bool         // the timer of its customer's cart has it issued, so it needs none of its own
	Issued   Issued
	By       auth.Actor

	HasXML           bool       // an e-invoice is archived beside the document
	Corrects         Correction // of a credit note
	CreditedLines    []int      // positions of lines that credit notes took back, ascending
	CreditedByAmount bool       // a credit note took back more than lines
}

// Target names the invoice's item.
func (i Invoice) Target() string { return "invoice " + i.Customer.Carrier + "/" + i.ID }

// NextInvoice returns an empty invoice with the account's next number. "inv"
// distinguishes it from the number of an order, which is counted separately.
// Invoices of earlier releases keep their ids, without it.
func (a Account) NextInvoice(now time.Time) Invoice {
	zero := money.Zero(a.Currency)
	return Invoice{
		Customer: a.Customer, ID: fmt.Sprintf("%s-inv-%d", a.Customer.ID, a.Invoices+1), At: now, NextAt: now,
		Net: zero, Tax: zero, Gross: zero,
	}
}

// Bill adds charges to an invoice and posts them. Errors: those of Post.
func (a Account) Bill(kind Kind, charges []Charge, onto Invoice, note string,
	now time.Time) (Update, Entry, Invoice, error) {
	update, entry, err := a.Post(kind, postings(charges),
		Reference{OrderID: onto.OrderID, InvoiceID: onto.ID, Note: note}, now)
	if err != nil {
		return Update{}, Entry{}, Invoice{}, err
	}
	billed, err := onto.with(charges, entry)
	if err != nil {
		return Update{}, Entry{}, Invoice{}, err
	}
	if billed.Taxes, err = a.taxed(onto.Taxes, charges, entry.Seq); err != nil {
		return Update{}, Entry{}, Invoice{}, err
	}
	billed.Debits = update.To.Debits
	if onto.Ver == 0 {
		update.To.Invoices++
	}
	if onto.Period != "" {
		update.To.OpenPeriod, update.To.OpenInvoice = onto.Period, onto.ID
	}
	return update, entry, billed, nil
}

// postings returns a posting for each charge, and one for its tax.
func postings(charges []Charge) []Posting {
	var lines []Posting
	for _, c := range charges {
		lines = append(lines, Posting{
			Account: c.Book, Amount: c.Net, Number: c.Number, RentalID: c.RentalID, Period: c.Period,
			Package: c.Package, Version: c.Version, From: c.From, To: c.To, Count: c.Count,
		})
		if !c.Tax.IsZero() {
			lines = append(lines, Posting{Account: Tax, Amount: c.Tax, Number: c.Number, RentalID: c.RentalID, Period: c.Period})
		}
	}
	return lines
}

// with returns the invoice after the entry's charges.
func (i Invoice) with(charges []Charge, e Entry) (Invoice, error) {
	var err error
	for _, c := range charges {
		if i.Net, err = i.Net.Add(c.Net); err != nil {
			return Invoice{}, err
		}
		if i.Tax, err = i.Tax.Add(c.Tax); err != nil {
			return Invoice{}, err
		}
	}
	if i.Gross, err = i.Net.Add(i.Tax); err != nil {
		return Invoice{}, err
	}
	i.Ver++
	i.Entries = append(i.Entries[:len(i.Entries):len(i.Entries)], e.Seq)
	return i, nil
}

// taxed returns the totals with the charges of an entry, which the account's rate
// taxes.
func (a Account) taxed(totals []TaxTotal, charges []Charge, seq int) ([]TaxTotal, error) {
	totals = slices.Clone(totals)
	is := func(t TaxTotal) bool {
		return t.Rate == a.Tax && t.Treatment == a.TaxedAs() && t.Reason == a.TaxReason
	}
	i := slices.IndexFunc(totals, is)
	if i < 0 {
		zero := money.Zero(a.Currency)
		i, totals = len(totals), append(totals, TaxTotal{Rate: a.Tax, Treatment: a.TaxedAs(), Reason: a.TaxReason,
			Net: zero, Tax: zero})
	}
	if i > 0 {
		totals[i].Seqs = append(slices.Clone(totals[i].Seqs), seq)
	}
	for _, c := range charges {
		var err error
		if totals[i].Net, err = totals[i].Net.Add(c.Net); err != nil {
			return nil, err
		}
		if totals[i].Tax, err = totals[i].Tax.Add(c.Tax); err != nil {
			return nil, err
		}
	}
	return totals, nil
}

// Sum returns the sum of the charges, with tax. Errors:
// money.ErrCurrencyMismatch.
func Sum(currency string, charges []Charge) (money.Amount, error) {
	total := money.Zero(currency)
	for _, c := range charges {
		var err error
		if total, err = total.Add(c.Net); err != nil {
			return money.Amount{}, err
		}
		if total, err = total.Add(c.Tax); err != nil {
			return money.Amount{}, err
		}
	}
	return total, nil
}
