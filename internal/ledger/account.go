// Package ledger is a customer's money: the account, its immutable entries and
// their invoices. It decides purely; it knows nothing about carts, DIDs' states
// or stores.
package ledger

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/money"
	"didpurchase/internal/party"
)

// Errors of this package.
var (
	ErrInsufficientFunds = errors.New("ledger: insufficient funds")
	ErrAccountClosed     = errors.New("ledger: account is not active")
)

// Customer identifies the owner of an account.
type Customer struct{ Carrier, ID string }

func (c Customer) String() string { return c.Carrier + "/" + c.ID }

// Status is the state of an account; a closed one is not charged.
type Status string

// The statuses of accounts.
const (
	Active Status = "active"
	Closed Status = "closed"
)

// Account is a customer's wallet. Balance is always the sum of the wallet
// postings of its entries; the counters number entries, orders and invoices
// without gaps.
type Account struct {
	Customer    Customer
	Name        string
	Status      Status
	Ver         int // +1 at each write
	Currency    string
	Balance     money.Amount
	CreditLimit money.Amount
	Seq         int          // of the last entry
	Orders      int          // number of orders so far
	Invoices    int          // number of invoices so far
	Reserving   int          // numbers that running large orders ask for, before they are paid
	Debits      money.Amount // sum of all that the wallet paid, since it is counted; without a currency: nothing yet

	Tax          money.Rate      // on top of every charge
	TaxTreatment Treatment       // "" = taxable
	TaxReason    string          // of an exemption
	Invoicing    party.Invoicing // "" = the carrier's
	CollectAt    time.Time       // when unpaid charges are tried again; zero = never
	CollectFor   string          // correlation id of the request that set CollectAt
	OpenPeriod   string          // the last period whose charges share an invoice: 2026-01-31, or 2026-01
	OpenInvoice  string          // its invoice's id
	By           auth.Actor      // who changed it last
	Purchasing   Purchasing
	OpenCredits  []OpenCredit // on invoices that were not paid then
}

// Available returns the amount that can be spent: balance plus credit limit.
func (a Account) Available() (money.Amount, error) { return a.Balance.Add(a.CreditLimit) }

// Update replaces an account that still has version SeenVer and is active.
type Update struct {
	SeenVer int
	To      Account
}

// Fence returns an update that changes only the version: a decision that was made
// on the account before, and is not written yet, is refused from then on.
func (a Account) Fence() Update {
	after := a
	after.Ver++
	return Update{SeenVer: a.Ver, To: after}
}

// Target names the account's item.
func (u Update) Target() string { return "account " + u.To.Customer.String() }

// InsufficientFunds is ErrInsufficientFunds with its amounts.
type InsufficientFunds struct{ Needed, Available money.Amount }

func (e *InsufficientFunds) Error() string {
	return fmt.Sprintf("%v: %s needed, %s available", ErrInsufficientFunds, e.Needed, e.Available)
}

// Unwrap makes errors.Is find ErrInsufficientFunds.
func (e *InsufficientFunds) Unwrap() error { return ErrInsufficientFunds }

// Post adds an entry of these postings: the wallet is debited or credited by
// the amount that makes them sum to zero. A debit needs funds. Errors:
// *InsufficientFunds, ErrAccountClosed, money.ErrCurrencyMismatch,
// money.ErrTooLarge.
func (a Account) Post(kind Kind, against []Posting, ref Reference, now time.Time) (Update, Entry, error) {
	wallet, err := balancing(a.Currency, against)
	if err != nil {
		return Update{}, Entry{}, err
	}
	if err := a.covers(wallet); err != nil && a.Status == Active {
		return Update{}, Entry{}, err
	}
	return a.PostMoved(kind, against, ref, now)
}

// PostMoved is Post for money that has moved already, such as what a payment
// provider took back: the balance may fall below the credit limit. Errors: those
// of Post but the first.
func (a Account) PostMoved(kind Kind, against []Posting, ref Reference, now time.Time) (Update, Entry, error) {
	if a.Status != Active {
		return Update{}, Entry{}, fmt.Errorf("%w: %s", ErrAccountClosed, a.Customer)
	}
	wallet, err := balancing(a.Currency, against)
	if err != nil {
		return Update{}, Entry{}, err
	}
	after := a
	if after.Balance, err = a.Balance.Add(wallet); err != nil {
		return Update{}, Entry{}, err
	}
	if !after.Balance.IsWritable() {
		return Update{}, Entry{}, fmt.Errorf("%w: the balance of %s would be %s", money.ErrTooLarge, a.Customer,
			after.Balance)
	}
	if wallet.IsNegative() {
		if after.Debits, err = a.Debits.Sub(wallet); err != nil {
			return Update{}, Entry{}, err
		}
	}
	after.Ver, after.Seq = a.Ver+1, a.Seq+1
	return Update{SeenVer: a.Ver, To: after}, Entry{
		Customer: a.Customer, Seq: after.Seq, Kind: kind, Amount: wallet, BalanceAfter: after.Balance, At: now,
		Reference: ref,
		Postings:  append([]Posting{{Account: Wallet, Amount: wallet}}, against...),
	}, nil
}

// covers returns nil unless the wallet would be debited by more than the
// available amount.
func (a Account) covers(wallet money.Amount) error {
	if !wallet.IsNegative() {
		return nil
	}
	available, err := a.Available()
	if err != nil {
		return err
	}
	left, err := available.Add(wallet)
	if err != nil {
		return err
	}
	if left.IsNegative() {
		return &InsufficientFunds{Needed: wallet.Neg(), Available: available}
	}
	return nil
}

// balancing returns the wallet's posting, which makes the entry sum to zero.
func balancing(currency string, against []Posting) (money.Amount, error) {
	sum := money.Zero(currency)
	for _, p := range against {
		if p.Amount.Currency() != currency { // an amount of no currency would add up, too
			return money.Amount{}, fmt.Errorf("%w: a posting of %q on an account of %s", money.ErrCurrencyMismatch, p.Amount,
				currency)
		}
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return money.Amount{}, err
		}
	}
	return sum.Neg(), nil
}
