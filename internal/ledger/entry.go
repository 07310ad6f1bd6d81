package ledger

import (
	"fmt"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// Kind is what an entry is about.
type Kind string

// The kinds of entries.
const (
	Order      Kind = "order"
	Renewal    Kind = "renewal"
	Payment    Kind = "payment"
	Refund     Kind = "refund"
	Adjustment Kind = "adjustment"
)

// Book is the side of the books that a posting is on.
type Book string

// The books.
const (
	Wallet    Book = "wallet"    // what the customer has with the carrier
	Setup     Book = "setup"     // revenue of setup charges
	Recurring Book = "recurring" // revenue of recurring charges
	Proration Book = "proration" // revenue of first periods that are cut short
	Tax       Book = "tax"       // owed to the state
	Cash      Book = "cash"      // money that came in or was given back
	Goodwill  Book = "goodwill"  // corrections by the carrier's staff
)

// IsRevenue says whether the book is what the carrier earns.
func (b Book) IsRevenue() bool { return b == Setup || b == Recurring || b == Proration }

// Posting is one line of an entry: plus is what the book receives. A charge for
// a rental names it and its period, so that no period is charged twice.
type Posting struct {
	Account  Book
	Amount   money.Amount
	Number   e164.Number // 0: no DID
	RentalID string
	Period   int
	Package  string    // of a charge before tax: the package's id
	From, To time.Time // of a charge before tax: the period; zero for a setup
}

// Reference is what made an entry.
type Reference struct {
	OrderID   string
	InvoiceID string
	Note      string
}

// Entry is one immutable record of the ledger. Its postings sum to zero.
type Entry struct {
	Customer     Customer
	Seq          int // gapless from 1 in the account
	Kind         Kind
	Amount       money.Amount // the wallet's posting: minus is what the customer pays
	BalanceAfter money.Amount
	At           time.Time
	Reference
	Postings []Posting
}

// Target names the entry's item.
func (e Entry) Target() string { return fmt.Sprintf("entry %s %d", e.Customer, e.Seq) }
