package topup

import (
	"context"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Provider is a payment provider.
type Provider interface {
	// Open makes the hosted page of a top-up. The same Session makes the same page.
	// Errors: ErrProvider, *Refused.
	Open(ctx context.Context, with Secret, s Session) (PaymentPage, error)
	// Refund sends money of a payment back, and returns it as a notification would.
	// The same refund of the same customer is done once. Errors: ErrProvider,
	// *Refused.
	Refund(ctx context.Context, with Secret, c ledger.Customer, r Refund) (Reversal, error)
	// Read checks the signature of a notification and returns its content. Errors:
	// ErrForged.
	Read(with Secret, header func(name string) string, body []byte, now time.Time) (Notification, error)
}

// Secret is a carrier's access to its provider.
type Secret struct {
	Key     string // signs our requests
	Signing string // the provider signs its notifications with it
}

// Secrets returns carriers' secrets.
type Secrets interface {
	// Secret returns the carrier's secret for a provider. Errors:
	// commit.ErrNotFound.
	Secret(ctx context.Context, carrier, provider string) (Secret, error)
}

// Session is a top-up in the form for its provider.
type Session struct {
	Customer ledger.Customer
	TopUp    string
	Amount   money.Amount
	Payee    string // the carrier's name
	Return   string // where the provider sends the customer, after a payment or without one
}

// PaymentPage is the page of the provider on which the customer pays.
type PaymentPage struct{ ID, URL string }

// Refused is the provider's refusal of a top-up, such as an amount that is too
// small.
type Refused struct{ Reason string }

func (r *Refused) Error() string { return "topup: the payment provider refused: " + r.Reason }

// Notification is the content of a provider's notification.
type Notification struct {
	ID      string    // the provider's id, the same for each repeat
	At      time.Time // when it happened
	Payment string    // the provider's id of the payment; "" if there is none yet

	// Of a top-up; "" if the notification is about something else. Carrier and
	// Customer are the Session's.
	Carrier, Customer, TopUp string

	Session string
	Status  Status
	Amount  money.Amount

	Reversal *Reversal // of a refund or a dispute
}
