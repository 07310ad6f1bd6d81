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

// Completed is an order with all numbers rented.
const Completed OrderStatus = "completed"

// Order is the result of a checkout. It never changes.
type Order struct {
	Customer  ledger.Customer
	ID        string // a ULID
	Number    string // <customer>-<n>, counting from 1 in the account
	Status    OrderStatus
	Lines     []OrderLine
	Total     money.Amount
	InvoiceID string
	EntrySeq  int // the ledger entry that paid it
	CreatedAt time.Time
	By        auth.Actor // who ordered
}

// OrderLine is one number of an order, with the agreed terms.
type OrderLine struct {
	Number   e164.Number
	RentalID string
	did.Offer
}

// Target names the order's item.
func (o Order) Target() string { return fmt.Sprintf("order %s %s", o.Customer, o.ID) }

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
