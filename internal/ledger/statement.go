package ledger

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// Item is one line of an entry as the customer sees it.
type Item struct {
	Kind     Kind         // setup, recurring, proration, tax, or the entry's own where it has no charges
	Amount   money.Amount // negative if the customer pays
	Number   e164.Number  // 0: no DID
	Package  string
	From, To time.Time // the period that is paid; zero for none
}

// Items returns the entry's postings without the wallet's; they sum to its
// amount.
func (e Entry) Items() []Item {
	var items []Item
	for _, p := range e.Postings {
		if p.Account == Wallet {
			continue
		}
		kind := Kind(p.Account)
		if p.Account == Cash || p.Account == Goodwill {
			kind = e.Kind
		}
		items = append(items, Item{kind, p.Amount.Neg(), p.Number, p.Package, p.From, p.To})
	}
	return items
}

// Number returns the only DID of the entry; 0 if there is none or several.
func (e Entry) Number() e164.Number {
	var about e164.Number
	for _, p := range e.Postings {
		switch {
		case p.Number == 0:
		case about == 0:
			about = p.Number
		case about != p.Number:
			return 0
		}
	}
	return about
}

// InvoiceLine is a charge on an invoice with the tax on it.
type InvoiceLine struct {
	Kind     Kind
	Number   e164.Number // 0 of a charge for Count numbers
	Count    int
	Package  string
	From, To time.Time // zero for a setup
	Net      money.Amount
	Tax      money.Amount
	Gross    money.Amount
}

// Lines reads an invoice's lines from its entries. Errors:
// money.ErrCurrencyMismatch.
func Lines(entries []Entry) ([]InvoiceLine, error) {
	var lines []InvoiceLine
	for _, e := range entries {
		for n, p := range e.Postings {
			var err error
			switch {
			case p.Account == Wallet, e.Kind == Rounding: // the amount is Invoice.Rounding, on no line
			case p.Account == Tax && n == 1: // a credit note's rounding is on no line either
			case p.Account == Tax && len(lines) > 0: // it follows its charge
				last := &lines[len(lines)-1]
				last.Tax = p.Amount
				last.Gross, err = last.Net.Add(p.Amount)
			default:
				kind := Kind(p.Account)
				if p.Account == Goodwill {
					kind = e.Kind
				}
				lines = append(lines, InvoiceLine{
					Kind: kind, Number: p.Number, Count: p.Count, Package: p.Package, From: p.From, To: p.To,
					Net: p.Amount, Tax: money.Zero(p.Amount.Currency()), Gross: p.Amount,
				})
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return lines, nil
}

// Total is the sum of the items of a kind.
type Total struct {
	Kind   Kind
	Amount money.Amount
}

// Statement lists the entries of an account in a time, with its balances.
type Statement struct {
	From, To time.Time // To is excluded
	Opening  money.Amount
	Closing  money.Amount
	Totals   []Total // by kind, ascending; they sum to Closing − Opening
	Entries  []Entry // ascending
}

// NewStatement adds up the entries of a time, ascending. opening is the balance
// before them. Errors: money.ErrCurrencyMismatch.
func NewStatement(opening money.Amount, entries []Entry, from, to time.Time) (Statement, error) {
	s := Statement{From: from, To: to, Opening: opening, Closing: opening, Entries: entries}
	totals := map[Kind]money.Amount{}
	for _, e := range entries {
		var err error
		if s.Closing, err = s.Closing.Add(e.Amount); err != nil {
			return Statement{}, err
		}
		for _, item := range e.Items() {
			if totals[item.Kind], err = totals[item.Kind].Add(item.Amount); err != nil {
				return Statement{}, err
			}
		}
	}
	for kind, amount := range totals {
		s.Totals = append(s.Totals, Total{kind, amount})
	}
	slices.SortFunc(s.Totals, func(a, b Total) int { return cmp.Compare(a.Kind, b.Kind) })
	return s, nil
}
