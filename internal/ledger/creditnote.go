package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/money"
)

// ErrNotCreditable is a credit note that the invoice does not allow.
var ErrNotCreditable = errors.New("ledger: the invoice can't be credited")

// NotCreditable is ErrNotCreditable with its reason for people.
type NotCreditable struct{ Reason string }

func (e *NotCreditable) Error() string { return ErrNotCreditable.Error() + ": " + e.Reason }

// Unwrap makes errors.Is find ErrNotCreditable.
func (e *NotCreditable) Unwrap() error { return ErrNotCreditable }

func refuse(format string, args ...any) error {
	return &NotCreditable{Reason: fmt.Sprintf(format, args...)}
}

// Correction is the part of a credit note that an invoice does not have.
type Correction struct {
	Invoice string // the id of the corrected invoice
	Number  string // its number in the carrier's series
	Reason  string
	Payment string // the provider's id of the payment to which the money goes back; "" = it stays in the balance
}

// IsCreditNote reports whether the document is a credit note: an invoice with
// amounts of 0 or less, which corrects an earlier one.
func (i Invoice) IsCreditNote() bool { return i.Corrects.Invoice != "" }

// Selection is the part of an invoice that a credit note takes back: some lines,
// an amount, or without both all that is left.
type Selection struct {
	Lines  []int        // positions on the invoice, from 1
	Amount money.Amount // with tax; without a currency: none
}

func (s Selection) isWhole() bool { return len(s.Lines) == 0 && s.Amount.Currency() == "" }

// Crediting has the decisions of a credit note. All of them are written, or none.
type Crediting struct {
	Account Update
	Entry   Entry
	Note    Invoice // without its number in the carrier's series
	Invoice Invoice // the corrected one: only what was credited changes
}

// PlacedLine is a line of an invoice with its position.
type PlacedLine struct {
	InvoiceLine
	Position int // from 1
	Rate     int // the index of its rate in Invoice.Taxes; -1 = not known
}

// PlaceLines reads all lines of an invoice from its entries, ascending. Errors:
// money.ErrCurrencyMismatch.
func (i Invoice) PlaceLines(entries []Entry) ([]PlacedLine, error) {
	var placed []PlacedLine
	for _, e := range entries {
		lines, err := Lines([]Entry{e})
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			placed = append(placed, PlacedLine{l, len(placed) + 1, i.rateOf(e.Seq)})
		}
	}
	return placed, nil
}

// rateOf returns the index of the rate that taxed an entry. The first rate has
// the entries that no other has. An invoice of several rates that names no
// entries is of an earlier release: -1.
func (i Invoice) rateOf(seq int) int {
	named := false
	for n, t := range i.Taxes {
		if slices.Contains(t.Seqs, seq) {
			return n
		}
		named = named || len(t.Seqs) > 0
	}
	if len(i.Taxes) > 1 && !named {
		return -1
	}
	return 0
}

// creditable returns nil for an issued invoice of which something is left.
func (i Invoice) creditable() error {
	switch {
	case i.IsCreditNote():
		return refuse("%s is a credit note; credit the invoice", i.ID)
	case i.Issued.Number == "" && !i.NextAt.IsZero():
		return refuse("%s is a draft; it can be credited once it is issued", i.ID)
	case i.Issued.Number == "" || len(i.Taxes) == 0:
		return refuse("%s was made before invoices had numbers and tax totals; enter an adjustment", i.ID)
	case i.Credited.Equal(i.Gross):
		return refuse("%s is credited whole", i.Issued.Number)
	}
	return nil
}

// Credit decides a credit note for one of the account's invoices. lines are all of
// the invoice's lines; they are needed for a selection of lines, and for the whole
// to name them. Without them the whole is credited as an amount.
//
// A line is credited with its own tax, and an amount with the tax of each rate in
// proportion. The credit that takes the last of a rate takes the rest of its tax,
// so that all credit notes together come to the invoice, to the cent.
//
// Errors: *NotCreditable, ErrAccountClosed, money.ErrCurrencyMismatch,
// money.ErrTooLarge.
func (a Account) Credit(of Invoice, lines []PlacedLine, s Selection, reason string, now time.Time) (Crediting, error) {
	if err := of.creditable(); err != nil {
		return Crediting{}, err
	}
	left, err := of.left()
	if err != nil {
		return Crediting{}, err
	}
	var taken []credited
	var charges []Posting
	switch {
	case s.Amount.Currency() != "":
		taken, err = left.amount(s.Amount)
	case s.isWhole() && (len(lines) == 0 || of.CreditedByAmount):
		taken = left.all()
	default:
		taken, charges, err = left.lines(of, lines, s.Lines)
	}
	if err != nil {
		return Crediting{}, err
	}
	return a.crediting(of, taken, charges, s, lines, reason, now)
}

// crediting posts the taken parts.
func (a Account) crediting(of Invoice, taken []credited, charges []Posting, s Selection, lines []PlacedLine,
	reason string,
	now time.Time) (c Crediting, err error) {
	byAmount := len(charges) == 0
	if byAmount {
		charges = amountPostings(taken, a.Currency)
	}
	c.Account, c.Entry, err = a.Post(CreditNote, charges, Reference{InvoiceID: a.nextCreditNote(), Note: reason}, now)
	if err != nil {
		return Crediting{}, err
	}
	if c.Entry.Amount.IsZero() {
		return Crediting{}, refuse("the credit note would be of 0")
	}
	c.Note = a.noteOf(of, taken, reason, now)
	c.Note.Entries, c.Note.Ver = []int{c.Entry.Seq}, 1
	c.Note.Net, c.Note.Tax = sumOf(c.Note.Taxes, a.Currency)
	if c.Note.Gross, err = c.Note.Net.Add(c.Note.Tax); err != nil {
		return Crediting{}, err
	}
	if c.Note.Rounding, err = roundingOf(c.Entry); err != nil {
		return Crediting{}, err
	}
	c.Invoice = of.after(taken, a.Currency)
	if c.Invoice.CreditedByAmount = of.CreditedByAmount || byAmount; !byAmount {
		c.Invoice.CreditedLines = withLines(of, s, lines)
	}
	c.Account.To.Invoices++
	c.Account.To.OpenCredits, err = a.openCredits(of, c.Entry.Amount)
	return c, err
}

// nextCreditNote returns the id of the account's next credit note. Invoices and
// credit notes are counted together, so a list has both in their order.
func (a Account) nextCreditNote() string {
	return fmt.Sprintf("%s-cn-%d", a.Customer.ID, a.Invoices+1)
}

// noteOf returns the credit note with its negative sums, with the parties as the
// invoice names them.
func (a Account) noteOf(of Invoice, taken []credited, reason string, now time.Time) Invoice {
	said := of.Issued
	said.Number, said.At, said.DueAt = "", now, time.Time{}
	note := Invoice{
		Customer: a.Customer, ID: a.nextCreditNote(), At: now, NextAt: now, Issued: said,
		Corrects: Correction{Invoice: of.ID, Number: of.Issued.Number, Reason: reason},
	}
	for n, t := range of.Taxes {
		if taken[n].isNothing() {
			continue
		}
		t.Net, t.Tax = amountOf(-taken[n].net, a.Currency), amountOf(-taken[n].tax, a.Currency)
		t.Seqs, t.CreditedNet, t.CreditedTax = nil, money.Amount{}, money.Amount{}
		note.Taxes = append(note.Taxes, t)
	}
	return note
}

// after returns the invoice with more credited.
func (i Invoice) after(taken []credited, currency string) Invoice {
	i.Taxes = slices.Clone(i.Taxes)
	total := unitsOf(i.Credited)
	for n := range i.Taxes {
		t := &i.Taxes[n]
		total += taken[n].net + taken[n].tax
		if taken[n].isNothing() {
			continue
		}
		t.CreditedNet = amountOf(unitsOf(t.CreditedNet)+taken[n].net, currency)
		t.CreditedTax = amountOf(unitsOf(t.CreditedTax)+taken[n].tax, currency)
	}
	i.Ver++
	i.Credited = amountOf(total, currency)
	return i
}

// withLines returns the positions of the credited lines, ascending.
func withLines(of Invoice, s Selection, lines []PlacedLine) []int {
	all := slices.Clone(of.CreditedLines)
	for _, l := range lines {
		if s.isWhole() && !slices.Contains(of.CreditedLines, l.Position) || slices.Contains(s.Lines, l.Position) {
			all = append(all, l.Position)
		}
	}
	slices.Sort(all)
	return all
}

func sumOf(totals []TaxTotal, currency string) (net, tax money.Amount) {
	var nets, taxes int64
	for _, t := range totals {
		nets, taxes = nets+unitsOf(t.Net), taxes+unitsOf(t.Tax)
	}
	return amountOf(nets, currency), amountOf(taxes, currency)
}
