// Package invoicesheet is the content of an invoice or a credit note in the
// customer's language: every form of it shows the same sheet. It knows no form.
package invoicesheet

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
)

// Sheet is the content of an invoice.
type Sheet struct {
	Locale   string
	Title    string
	Colour   string // of the title, #rrggbb; "" = black
	From, To Block
	Facts    []Fact
	Heads    []string // of the rows' columns; the last three are amounts
	Rows     [][]string
	Sums     [][]string // label, net, tax and gross: the rounding, if there is any, and the total
	TaxHeads []string   // of the columns of Taxes; the last two are amounts
	Taxes    [][]string
	Notes    []string
}

// Block is a party with its head.
type Block struct {
	Head  string
	Lines []string
}

// Fact is a name with its value.
type Fact struct{ Name, Value string }

// Source has the data of a sheet.
type Source struct {
	Invoice ledger.Invoice
	Lines   []ledger.InvoiceLine // all, or a page of them
	// LinesElsewhere means that the sheet has no lines, because there are too many.
	LinesElsewhere bool
	Packages       map[string]string // names by id
	Carrier        string            // for a draft: the names of the parties
	Customer       string
	Loc            *time.Location // of days
}

// Of returns the sheet of an invoice.
func Of(s Source) Sheet {
	i := s.Invoice
	locale := cmp.Or(i.Issued.Locale, party.Locales[0])
	w := writer{s, lexicon(locale)}
	sheet := Sheet{
		Locale: locale, Title: w.title(), Colour: i.Issued.Colour, Facts: w.facts(),
		From: w.block(fromWord, i.Issued.From, cmp.Or(i.Issued.FromName, s.Carrier)),
		To:   w.block(toWord, i.Issued.To, cmp.Or(i.Issued.ToName, s.Customer)),
		Heads: []string{w.say[numberWord], w.say[packageWord], w.say[whatWord], w.say[periodWord], w.say[netWord],
			w.say[taxWord],
			w.say[grossWord] + " " + i.Gross.Currency()},
	}
	for _, line := range s.Lines {
		sheet.Rows = append(sheet.Rows, w.row(line))
	}
	w.taxes(&sheet)
	if s.LinesElsewhere {
		sheet.Notes = append(sheet.Notes, w.say[elsewhereWord])
	}
	if r := i.Rounding; !r.IsZero() {
		sheet.Sums = append(sheet.Sums, []string{w.say[roundingWord], "", r.Number(), r.Number()})
	}
	sheet.Sums = append(sheet.Sums, []string{w.say[totalWord], i.Net.Number(), i.Tax.Number(), i.Gross.Number()})
	return sheet
}

// writer writes a sheet in the language of a locale.
type writer struct {
	Source
	say [words]string
}

func (w writer) title() string {
	if w.Invoice.IsCreditNote() {
		return strings.TrimSpace(w.say[creditNoteWord] + " " + w.Invoice.Issued.Number)
	}
	if w.Invoice.Issued.Number == "" && !w.Invoice.NextAt.IsZero() {
		return w.say[draftWord] + " " + w.Invoice.ID
	}
	return w.say[invoiceWord] + " " + cmp.Or(w.Invoice.Issued.Number, w.Invoice.ID)
}

func (w writer) block(head word, p party.Party, name string) Block {
	lines := append([]string{cmp.Or(p.LegalName, name)}, p.Address.Lines()...)
	if p.TaxID != "" {
		lines = append(lines, w.say[taxNumberWord]+" "+p.TaxID)
	}
	return Block{w.say[head], lines}
}

func (w writer) facts() []Fact {
	i := w.Invoice
	at := i.At
	if i.Issued.Number != "" {
		at = i.Issued.At
	}
	facts := []Fact{{w.say[dateWord], w.day(at)}}
	if !i.Issued.DueAt.IsZero() {
		facts = append(facts, Fact{w.say[dueWord], w.day(i.Issued.DueAt)})
	}
	if i.Issued.Number != "" {
		facts = append(facts, Fact{w.say[referenceWord], i.ID})
	}
	if i.Issued.PurchaseOrder != "" {
		facts = append(facts, Fact{w.say[purchaseOrderWord], i.Issued.PurchaseOrder})
	}
	if i.IsCreditNote() {
		return append(facts, Fact{w.say[correctsWord], i.Corrects.Number}, Fact{w.say[reasonWord], i.Corrects.Reason})
	}
	return append(facts, Fact{w.say[chargesWord], w.subject()})
}

// subject returns the order, the day or the month of the charges.
func (w writer) subject() string {
	switch i := w.Invoice; {
	case i.OrderID != "":
		return w.say[orderWord] + " " + i.OrderID
	case len(i.Period) == len("2026-01"):
		return i.Period
	default:
		return w.say[renewalsWord] + " " + cmp.Or(i.Period, w.day(i.At))
	}
}

func (w writer) row(l ledger.InvoiceLine) []string {
	period := ""
	if !l.From.IsZero() {
		period = w.day(l.From) + " – " + w.day(l.To)
	}
	kinds := map[ledger.Kind]word{
		ledger.Kind(ledger.Setup): setupWord, ledger.Kind(ledger.Recurring): recurringWord,
		ledger.Kind(ledger.Proration): prorationWord,
		ledger.CreditNote:             creditWord,
	}
	number := ""
	switch {
	case l.Number != 0:
		number = e164.Display(l.Number)
	case l.Count > 0:
		number = fmt.Sprintf("%d ×", l.Count)
	}
	return []string{
		number, cmp.Or(w.Packages[l.Package], l.Package), w.say[kinds[l.Kind]], period,
		l.Net.Number(), l.Tax.Number(), l.Gross.Number(),
	}
}

// taxes writes the sums of each rate, and the reasons of charges without tax.
func (w writer) taxes(s *Sheet) {
	s.TaxHeads = []string{w.say[rateWord], w.say[netWord], w.say[taxWord]}
	for _, t := range w.Invoice.Taxes {
		s.Taxes = append(s.Taxes, []string{t.Rate.String() + " %", t.Net.Number(), t.Tax.Number()})
		switch t.Treatment {
		case ledger.ReverseCharge:
			s.Notes = append(s.Notes, w.say[reverseChargeWord])
		case ledger.Exempt:
			s.Notes = append(s.Notes, w.say[exemptWord]+" "+t.Reason)
		}
	}
}

func (w writer) day(t time.Time) string { return t.In(w.Loc).Format(time.DateOnly) }
