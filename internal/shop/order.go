package shop

import (
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// KeyLifetime is the time for which an Idempotency-Key returns its order.
const KeyLifetime = 31 * 24 * time.Hour

// OrderStatus is the progress of an order.
type OrderStatus string

// The statuses. An order that is made at once is completed from the beginning;
// the others are of large orders.
const (
	Reserving OrderStatus = "reserving" // numbers are being reserved for it
	// AwaitingApproval: all are reserved; the customer's owner or the carrier's staff decide.
	AwaitingApproval OrderStatus = "awaiting_approval"
	Paying           OrderStatus = "paying"    // all are reserved; the money is taken next
	Assigning        OrderStatus = "assigning" // paid; the numbers become rentals
	Completed        OrderStatus = "completed" // every bought number is rented
	Releasing        OrderStatus = "releasing" // it was stopped; the numbers become available
	Rejected         OrderStatus = "rejected"  // nothing was charged, and no number is reserved
)

// Ended reports whether nothing happens to the order any more.
func (s OrderStatus) Ended() bool { return s == Completed || s == Rejected }

// Order is a purchase. It never changes, unless it is a large one.
type Order struct {
	Customer  ledger.Customer
	ID        string // a ULID
	Number    string // <customer>-<n>, counting from 1 in the account
	Status    OrderStatus
	Lines     []OrderLine  // none of an order of more than MaxLines, nor of a rejected one: its parts have them
	Total     money.Amount // what was charged: zero until it is paid
	InvoiceID string       // "" until it is paid
	EntrySeq  int          // the ledger entry that paid it; 0 until it is paid
	CreatedAt time.Time
	By        auth.Actor // who ordered; DecidedBy of Large approved or cancelled it
	Large     *Large     // nil of an order that is made at once; not of one that needs an approval
}

// Actor returns who makes the order's steps: who approved, declined or cancelled it,
// until then who ordered.
func (o Order) Actor() auth.Actor {
	if o.Large != nil && o.Large.DecidedBy != (auth.Actor{}) {
		return o.Large.DecidedBy
	}
	return o.By
}

// OrderLine is one number of an order, with the agreed terms.
type OrderLine struct {
	Number   e164.Number
	RentalID string
	did.Offer
}

// Target names the order's item.
func (o Order) Target() string { return fmt.Sprintf("order %s %s", o.Customer, o.ID) }

// OrderUpdate replaces a large order that still has version SeenVer, 0 for a new
// one.
type OrderUpdate struct {
	SeenVer int
	To      Order
}

// Target names the order's item.
func (u OrderUpdate) Target() string { return u.To.Target() }

// IdempotencyRecord has the order that a customer's Idempotency-Key made.
type IdempotencyRecord struct {
	Customer  ledger.Customer
	Key       string
	Body      string // the confirmed content: another body under the same key is a mistake
	OrderID   string
	At        time.Time
	ExpiresAt time.Time
}

// Target names the record's item.
func (r IdempotencyRecord) Target() string {
	return fmt.Sprintf("idempotency %s %q", r.Customer, r.Key)
}
