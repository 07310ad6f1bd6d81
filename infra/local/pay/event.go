package pay

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/stripe/stripe-go/v82/webhook"
)

// Event is an event in Stripe's form.
type Event struct {
	ID      string    `json:"id"`
	Object  string    `json:"object"`
	Type    string    `json:"type"`
	Created int64     `json:"created"`
	Data    EventData `json:"data"`
}

// EventData has the object that changed.
type EventData struct {
	Object any `json:"object"`
}

// Moved is a refund or a dispute of a payment.
type Moved struct {
	ID            string `json:"id"`
	Object        string `json:"object"`
	Amount        int64  `json:"amount"`
	Currency      string `json:"currency"`
	Status        string `json:"status"`
	PaymentIntent string `json:"payment_intent"`

	Metadata map[string]string `json:"metadata,omitempty"`
	key      string            // the Idempotency-Key of a request for it
}

// Buttons of a session's page.
const (
	Pay       = "pay"
	PayLater  = "pay by transfer" // the money arrives days later
	Arrive    = "let the transfer arrive"
	Decline   = "decline"
	Refund    = "refund"
	Dispute   = "dispute"
	Reinstate = "win the dispute"
)

// Actions returns the buttons that a session has now.
func (s Session) Actions() []string {
	switch {
	case s.PaymentStatus == "paid" && s.reported("charge.dispute.funds_withdrawn"):
		return []string{Reinstate}
	case s.PaymentStatus == "paid":
		return []string{Refund, Dispute}
	case s.Status == "complete":
		return []string{Arrive, Decline}
	case s.Status == "open":
		return []string{Pay, PayLater, Decline}
	default:
		return nil
	}
}

func (s Session) reported(event string) bool {
	return slices.ContainsFunc(s.Events, func(e Event) bool { return e.Type == event })
}

// after changes the session by a button and returns the event; false if the session
// has no such button now.
func (s *Session) after(action string, now time.Time) (Event, bool) {
	if !slices.Contains(s.Actions(), action) {
		return Event{}, false
	}
	e := Event{Object: "event", Created: now.Unix()}
	switch action {
	case Pay:
		s.Status, s.PaymentStatus, e.Type = "complete", "paid", "checkout.session.completed"
	case PayLater:
		s.Status, e.Type = "complete", "checkout.session.completed"
	case Arrive:
		s.PaymentStatus, e.Type = "paid", "checkout.session.async_payment_succeeded"
	case Decline:
		s.Status, e.Type = "expired", "checkout.session.async_payment_failed"
	case Refund:
		s.Status, s.PaymentStatus = "refunded", "refunded"
		e.Type = "refund.created"
	case Dispute:
		e.Type = "charge.dispute.funds_withdrawn"
	case Reinstate:
		s.Status, s.PaymentStatus, e.Type = "won", "won", "charge.dispute.funds_reinstated"
	}
	e.Data.Object = s.object(action)
	return e, true
}

func (s *Session) object(action string) any {
	moved := Moved{Amount: s.AmountTotal, Currency: s.Currency, PaymentIntent: s.PaymentIntent, Status: "succeeded"}
	switch action {
	case Refund:
		moved.ID, moved.Object = "re_"+s.ID, "refund"
		return moved
	case Dispute, Reinstate:
		moved.ID, moved.Object = "dp_"+s.ID, "dispute"
		return moved
	}
	return *s
}

// With returns a copy that signs events with another secret, like a forger.
func (s *Stripe) With(signing string) *Stripe {
	other := &Stripe{Options: s.Options}
	other.Signing = signing
	return other
}

// Send sends an event of a carrier, signed at a time.
func (s *Stripe) Send(ctx context.Context, carrier string, e Event, signed time.Time) error {
	body, err := json.Marshal(e)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.EventsURL(carrier), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	request.Header.Set("Stripe-Signature", Sign(body, s.Signing, signed))
	response, err := s.Client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusMultipleChoices {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 1000))
		return fmt.Errorf("the event %s was answered by %d: %s", e.Type, response.StatusCode, text)
	}
	return nil
}

// Sign returns the header for a body that is signed at a time.
func Sign(body []byte, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: secret, Timestamp: at}).Header
}
