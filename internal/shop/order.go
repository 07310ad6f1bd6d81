package shop

import (
	"fmt"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// KeyLifetime is how long an Idempotency-Key answers with its order.
const KeyLifetime = 31 * 24 * time.Hour

// OrderStatus is how far an order is.
type OrderStatus string

// Completed is an order whose numbers are all rented.
const Completed OrderStatus = "completed"

// Order is what a checkout bought, once and for all.
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
}

// OrderLine is one number of an order, as it was agreed.
type OrderLine struct {
	Number   e164.Number
	RentalID string
	did.Offer
}

// Target names the order's item.
func (o Order) Target() string { return fmt.Sprintf("order %s %s", o.Customer, o.ID) }

// IdempotencyRecord remembers which order a customer's Idempotency-Key made.
type IdempotencyRecord struct {
	Customer  ledger.Customer
	Key       string
	Body      string // what was confirmed: another body under the same key is a mistake
	OrderID   string
	At        time.Time
	ExpiresAt time.Time
}

// Target names the record's item.
func (r IdempotencyRecord) Target() string {
	return fmt.Sprintf("idempotency %s %q", r.Customer, r.Key)
}
