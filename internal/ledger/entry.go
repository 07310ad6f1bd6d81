package ledger

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// Kind is the reason for an entry.
type Kind string

// The kinds of entries.
const (
	Order      Kind = "order"
	Renewal    Kind = "renewal"
	Payment    Kind = "payment"
	Refund     Kind = "refund"
	Adjustment Kind = "adjustment"
	CreditNote Kind = "credit_note" // the correction of an invoice
	Rounding   Kind = "rounding"    // the tax of an invoice by its total, less the tax of its lines
)

// Book is the book of a posting.
type Book string

// The books.
const (
	Wallet    Book = "wallet"    // the customer's money with the carrier
	Setup     Book = "setup"     // revenue of setup charges
	Recurring Book = "recurring" // revenue of recurring charges
	Proration Book = "proration" // revenue of first periods that are cut short
	Tax       Book = "tax"       // owed to the state
	Cash      Book = "cash"      // money that came in or was given back
	Goodwill  Book = "goodwill"  // corrections by the carrier's staff
)

// IsRevenue reports whether the book is revenue of the carrier.
func (b Book) IsRevenue() bool { return b == Setup || b == Recurring || b == Proration }

// Posting is one line of an entry; a positive amount is received by the book. A
// charge for a rental names the rental and its period, so that no period is
// charged twice.
type Posting struct {
	Account  Book
	Amount   money.Amount
	Number   e164.Number // 0: no DID
	RentalID string
	Period   int
	Package  string    // of a charge before tax: the package's id
	Version  int       // of a charge before tax: the package's version; 0 in entries of earlier releases and of credit notes
	From, To time.Time // of a charge before tax: the period; zero for a setup
	Count    int       // the number of DIDs, if the charge does not name them; else 0
}

// Reference names the cause of an entry.
type Reference struct {
	OrderID   string
	InvoiceID string
	Note      string
}

// ErrUnbalanced means that an entry can't have been made by Post.
var ErrUnbalanced = errors.New("ledger: the entry is not balanced")

// Entry is one immutable record of the ledger. Its postings sum to zero: Post
// makes them so, and the store writes no entry that Check refuses.
type Entry struct {
	Customer     Customer
	Seq          int // gapless from 1 in the account
	Kind         Kind
	Amount       money.Amount // the wallet's posting: negative if the customer pays
	BalanceAfter money.Amount
	At           time.Time
	Reference
	Postings []Posting
	By       auth.Actor
}

// Target names the entry's item.
func (e Entry) Target() string { return fmt.Sprintf("entry %s %d", e.Customer, e.Seq) }

// Check returns nil for an entry whose postings sum to zero in one currency, the
// wallet's coming to its Amount. Errors wrap ErrUnbalanced.
func (e Entry) Check() error {
	currency := e.Amount.Currency()
	sum, wallet := money.Zero(currency), money.Zero(currency)
	for _, p := range e.Postings {
		var err error
		if p.Amount.Currency() != currency {
			return fmt.Errorf("%w: %s has a posting of %q, and is in %q", ErrUnbalanced, e.Target(), p.Amount, currency)
		}
		if sum, err = sum.Add(p.Amount); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrUnbalanced, e.Target(), err)
		}
		if p.Account != Wallet {
			continue
		}
		if wallet, err = wallet.Add(p.Amount); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrUnbalanced, e.Target(), err)
		}
	}
	switch {
	case currency == "" || len(e.Postings) < 2:
		return fmt.Errorf("%w: %s has %d postings in %q", ErrUnbalanced, e.Target(), len(e.Postings), currency)
	case !sum.IsZero():
		return fmt.Errorf("%w: the postings of %s come to %s", ErrUnbalanced, e.Target(), sum)
	case !wallet.Equal(e.Amount):
		return fmt.Errorf("%w: %s is of %s, and the wallet's postings come to %s", ErrUnbalanced,
			e.Target(), e.Amount, wallet)
	}
	return nil
}
