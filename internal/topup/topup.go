// Package topup lets customers pay by the carrier's payment provider: a top-up
// begins with the provider's hosted page, and ends when the provider's signed
// notification is credited to the account, once. It knows neither HTTP nor the
// provider's protocol.
package topup

import (
	"errors"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Errors of the use cases.
var (
	// ErrNoProvider means that the carrier takes no payments by a provider.
	ErrNoProvider = errors.New("topup: the carrier has no payment provider")
	// ErrForged means that a notification is not the provider's, or too old.
	ErrForged = errors.New("topup: the signature is not valid")
	// ErrProvider means that the provider can't be reached, or fails. The same
	// request may succeed later.
	ErrProvider = errors.New("topup: the payment provider does not answer")
)

// Status is the state of a top-up.
type Status string

// The statuses. Only a paid one is credited.
const (
	Open       Status = "open"       // no payment is known
	Processing Status = "processing" // the customer paid, and the provider waits for the money
	Paid       Status = "paid"
	Failed     Status = "failed"
	Expired    Status = "expired"
	Review     Status = "review" // the provider's notification contradicts it: staff decide
)

// TopUp is one payment by a customer into the customer's own account.
type TopUp struct {
	Customer  ledger.Customer
	ID        string // a ULID
	Ver       int    // +1 at each write
	Provider  string
	Amount    money.Amount
	Status    Status
	CreatedAt time.Time
	By        auth.Actor

	Session string // the provider's id of the hosted page; "" until it is made
	URL     string

	Payment      string // the provider's id of the payment; "" until it is known
	PaidAt       time.Time
	Seq          int // of the ledger entry
	BalanceAfter money.Amount
}

// Update replaces a top-up that still has version SeenVer; 0 is a new one.
type Update struct {
	SeenVer int
	To      TopUp
}

// Target names the top-up's item.
func (u Update) Target() string { return "top-up " + u.To.Customer.String() + " " + u.To.ID }

// in returns the update that brings the top-up into a status.
func (t TopUp) in(s Status) Update {
	after := t
	after.Status, after.Ver = s, t.Ver+1
	return Update{SeenVer: t.Ver, To: after}
}

// mayBecome reports whether a notification changes the status. Notifications arrive
// in any order: a paid top-up stays paid, and a payment counts after any other
// status.
//
//	open → expired → paid    the payment was reported last
//	open → paid → expired    stays paid
func (t TopUp) mayBecome(s Status) bool {
	switch t.Status {
	case Paid, Review:
		return false
	case Failed, Expired:
		return s == Paid || s == Review
	case Processing:
		return s != Open && s != Processing
	default:
		return s != Open
	}
}
