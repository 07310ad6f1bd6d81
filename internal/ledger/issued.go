package ledger

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/money"
	"didpurchase/internal/party"
)

// Treatment is the reason for the tax of a charge.
type Treatment string

// The treatments. An account without one is taxable by its rate.
const (
	Taxable       Treatment = "taxable"
	ReverseCharge Treatment = "reverse_charge" // the customer owes the tax
	Exempt        Treatment = "exempt"         // no tax is owed, for the account's TaxReason
)

// Known reports whether the treatment exists.
func (t Treatment) Known() bool { return t == Taxable || t == ReverseCharge || t == Exempt }

// TaxedAs returns the treatment of the account's charges.
func (a Account) TaxedAs() Treatment {
	if a.TaxTreatment == "" {
		return Taxable
	}
	return a.TaxTreatment
}

// TaxTotal is the tax of an invoice's charges with one rate and treatment.
type TaxTotal struct {
	Rate      money.Rate
	Treatment Treatment
	Reason    string // of an exemption
	Net       money.Amount
	Tax       money.Amount

	Seqs        []int        // the entries that it taxed; the first total of an invoice has all that no other has
	CreditedNet money.Amount // by credit notes; without a currency: nothing
	CreditedTax money.Amount
}

// Issued is the content of an issued invoice. It never changes: parties are
// written as they were at that moment.
type Issued struct {
	Number        string // in the carrier's series; "" = not issued
	At            time.Time
	DueAt         time.Time
	From          party.Party // the carrier
	FromName      string      // for people
	Colour        string      // of headings
	To            party.Party // the customer
	ToName        string
	PurchaseOrder string
	Locale        string
}

// InvoiceStatus is the progress of an invoice.
type InvoiceStatus string

// The statuses of invoices.
const (
	Draft InvoiceStatus = "draft" // not issued: further charges may be added
	Open  InvoiceStatus = "open"
	Paid  InvoiceStatus = "paid"
	Void  InvoiceStatus = "void" // credited whole
)

// StatusOf returns the status of one of the account's invoices. Money pays the
// oldest charge first: an invoice is paid when all money that came in covers all
// that was charged up to the invoice's last charge, which Debits counts. A credit
// note is settled when it is issued.
//
// Invoices from before Debits was counted have none. Such an invoice is paid when
// the money covers all charges of that time.
func (a Account) StatusOf(i Invoice) (InvoiceStatus, error) {
	switch {
	case i.IsCreditNote():
		return Paid, nil
	case i.Issued.Number == "" && !i.NextAt.IsZero():
		return Draft, nil
	case !i.Gross.IsZero() && i.Credited.Equal(i.Gross):
		return Void, nil
	}
	left, err := a.beyond(i.Debits)
	if err != nil {
		return "", err
	}
	if left.IsNegative() {
		return Open, nil
	}
	return Paid, nil
}

// Series counts the invoices of a carrier with one prefix in a year, without
// gaps: an invoice and its number are written in one transaction. Charges never
// write it.
type Series struct {
	Carrier string
	Prefix  string
	Year    int
	Last    int // the last number that was given; 0 = none
}

// Target names the item of the series.
func (s Series) Target() string { return fmt.Sprintf("series %s %s-%d", s.Carrier, s.Prefix, s.Year) }

// Next returns the series after one more invoice, and the invoice's number.
func (s Series) Next() (after Series, number string) {
	s.Last++
	return s, fmt.Sprintf("%s-%d-%06d", s.Prefix, s.Year, s.Last)
}

// SeriesUpdate replaces a series whose last number is still SeenLast.
type SeriesUpdate struct {
	SeenLast int
	To       Series
}

// Target names the item of the series.
func (u SeriesUpdate) Target() string { return u.To.Target() }

// InvoiceRef names an invoice by its number in the account.
type InvoiceRef struct {
	Customer Customer
	Number   int
}

// Ref returns the invoice's customer and number, which its id ends with.
func (i Invoice) Ref() InvoiceRef {
	n, _ := strconv.Atoi(i.ID[strings.LastIndexByte(i.ID, '-')+1:]) // NextInvoice wrote it
	return InvoiceRef{Customer: i.Customer, Number: n}
}

// DocumentKey is the key of an issued invoice's PDF in the bucket.
func (i Invoice) DocumentKey() string {
	return "invoices/" + i.Customer.Carrier + "/" + i.Customer.ID + "/" + i.ID + ".pdf"
}

// XMLKey is the key of its e-invoice, if HasXML.
func (i Invoice) XMLKey() string { return strings.TrimSuffix(i.DocumentKey(), "pdf") + "xml" }

// HasDocument reports whether the invoice was archived.
func (i Invoice) HasDocument() bool { return i.Issued.Number != "" && i.NextAt.IsZero() }
