// Package einvoice writes an issued invoice or credit note as UBL 2.1 by the
// European standard EN 16931, for the programs of accountants. It refuses an
// invoice that lacks a mandatory field. It knows no archive and no network.
package einvoice

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"strings"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
)

// ErrIncomplete is a document that lacks mandatory fields; the error names them.
var ErrIncomplete = errors.New("einvoice: mandatory fields are missing")

// Source has the data of a document.
type Source struct {
	Invoice  ledger.Invoice
	Lines    []ledger.PlacedLine // all of them
	Packages map[string]string   // names by id
	Loc      *time.Location      // of days
}

const (
	standard = "urn:cen.eu:en16931:2017"
	basics   = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
	groups   = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
	schemas  = "urn:oasis:names:specification:ubl:schema:xsd:"
	piece    = "C62" // UN/ECE recommendation 20: one
)

// Write returns the document. Errors: ErrIncomplete.
func Write(s Source) ([]byte, error) {
	rates := ratesOf(s.Invoice)
	if missing := s.missing(rates); len(missing) > 0 {
		return nil, fmt.Errorf("%w: %s", ErrIncomplete, strings.Join(missing, ", "))
	}
	d := writer{Source: s, rates: rates, sign: 1}
	if s.Invoice.IsCreditNote() {
		d.sign = -1
	}
	var out bytes.Buffer
	out.WriteString(xml.Header)
	encoder := xml.NewEncoder(&out)
	encoder.Indent("", "  ")
	if err := encoder.Encode(d.document()); err != nil {
		return nil, fmt.Errorf("einvoice: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

// missing names the mandatory fields that the invoice lacks.
func (s Source) missing(rates []rate) (missing []string) {
	demand := func(there bool, name string) {
		if !there {
			missing = append(missing, name)
		}
	}
	said := s.Invoice.Issued
	demand(said.Number != "", "the invoice's number")
	demand(said.From.Address.Country != "", "the carrier's country")
	demand(said.From.TaxID != "", "the carrier's tax number")
	demand(said.To.Address.Country != "", "the customer's country")
	demand(len(s.Lines) > 0, "a line")
	for _, r := range rates {
		demand(r.category != reverseCharge || said.To.TaxID != "", "the customer's tax number, for reverse charge")
		demand(r.isTaxedRight(), "a tax of "+r.percent+" % on the sum of its lines")
	}
	for _, l := range s.Lines {
		if l.Rate < 0 || l.Rate >= len(s.Invoice.Taxes) {
			return append(missing, "the tax rate of each line")
		}
	}
	return missing
}

// writer writes the parts of a document. The amounts of a credit note are positive:
// its type already means that they are given back.
type writer struct {
	Source
	rates []rate
	sign  int64
}

func (w writer) document() document {
	i, kind := w.Invoice, "Invoice"
	if w.sign < 0 {
		kind = "CreditNote"
	}
	d := document{
		XMLName: xml.Name{Local: kind}, Namespace: schemas + kind + "-2", Aggregates: groups, Basics: basics,
		Customization: standard, ID: i.Issued.Number, IssueDate: w.day(i.Issued.At), Currency: i.Gross.Currency(),
		Supplier: roleOf(i.Issued.From, i.Issued.FromName), Customer: roleOf(i.Issued.To, i.Issued.ToName),
		TaxTotal: w.taxTotal(), Total: monetaryTotal{w.amount(i.Net), w.amount(i.Net), w.amount(i.Gross), w.amount(i.Gross)},
	}
	if i.Issued.PurchaseOrder != "" {
		d.OrderReference = &reference{i.Issued.PurchaseOrder}
	}
	if w.sign > 0 {
		d.InvoiceType, d.DueDate, d.InvoiceLines = "380", w.day(i.Issued.DueAt), w.lines()
		return d
	}
	d.CreditNoteType, d.Note, d.CreditNoteLines = "381", i.Corrects.Reason, w.lines()
	d.BillingReference = &billingRef{reference{i.Corrects.Number}}
	d.PaymentTerms = &terms{"The amount was added to the balance."}
	return d
}

func roleOf(p party.Party, name string) role {
	a := p.Address
	r := role{partyOf{
		Address: address{Street: a.Street, City: a.City, Postal: a.PostalCode, Region: a.Region, Country: country{a.Country}},
		Legal:   registration{cmp.Or(p.LegalName, name)},
	}}
	if p.TaxID != "" {
		r.Party.Tax = &taxScheme{p.TaxID, reference{"VAT"}}
	}
	return r
}

func (w writer) taxTotal() taxTotal {
	total := taxTotal{Tax: w.amount(w.Invoice.Tax)}
	for _, r := range w.rates {
		total.Subtotals = append(total.Subtotals, subtotal{w.units(r.net), w.units(r.tax), r.wire(true)})
	}
	return total
}

func (w writer) lines() (lines []line) {
	for n, l := range w.Lines {
		count := quantity{piece, max(l.Count, 1)}
		written := line{
			ID: n + 1, Net: w.amount(l.Net), Item: item{w.name(l), categoryOf(w.Invoice.Taxes[l.Rate]).wire(false)},
			Price: price{w.amount(l.Net), count}, // of all pieces together, so that no price is rounded
		}
		if w.sign > 0 {
			written.Invoiced = &count
		} else {
			written.Credited = &count
		}
		if !l.From.IsZero() {
			written.Period = &period{w.day(l.From), w.day(l.To)}
		}
		lines = append(lines, written)
	}
	return lines
}

// name describes a line: the charge, its package and its number.
func (w writer) name(l ledger.PlacedLine) string {
	parts := []string{string(l.Kind), cmp.Or(w.Packages[l.Package], l.Package)}
	if l.Number != 0 {
		parts = append(parts, e164.Display(l.Number))
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

func (w writer) day(t time.Time) string { return t.In(w.Loc).Format(time.DateOnly) }

func (w writer) amount(a money.Amount) amount { return w.units(unitsOf(a)) }

func (w writer) units(n int64) amount {
	code := w.Invoice.Gross.Currency()
	a, err := money.FromMinor(w.sign*n, code)
	if err != nil { // an invoice's currency exists
		panic(err)
	}
	return amount{code, a.Number()}
}

// unitsOf returns minor units; sums of an invoice fit.
func unitsOf(a money.Amount) int64 {
	n, err := a.Minor()
	if err != nil {
		panic(err)
	}
	return n
}
