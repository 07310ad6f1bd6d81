package renewal

import (
	"context"
	"errors"
	"fmt"

	strictjson "github.com/go-json-experiment/json"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// ErrMessage says that a message of a queue can't be read; it never will be.
var ErrMessage = errors.New("renewal: unreadable message")

// Message says that something of one customer's is due.
type Message struct {
	Carrier  string        `json:"carrier"`
	Customer string        `json:"customer"`
	Cart     bool          `json:"cart,omitempty"`    // holds of the cart are over
	Account  bool          `json:"account,omitempty"` // money came for what is unpaid
	DIDs     []e164.Number `json:"dids,omitempty"`    // rentals whose time has come, oldest first
	// Oldest says that the DIDs are the first that are due to the customer: none
	// that is older is left out. The sweep's messages say so, as it reads a shard
	// in that order. Other messages cost a query of the shard.
	Oldest bool `json:"oldest,omitempty"`
}

// customer is whom the message names.
func (m Message) customer() ledger.Customer {
	return ledger.Customer{Carrier: m.Carrier, ID: m.Customer}
}

// ParseMessage reads a message of the renewal queue, names in their exact case
// and each once; it passes over a member that a later version may send. Errors
// wrap ErrMessage.
func ParseMessage(body string) (Message, error) {
	var m Message
	if err := strictjson.Unmarshal([]byte(body), &m); err != nil {
		return Message{}, fmt.Errorf("%w: %v", ErrMessage, err)
	}
	if m.Carrier == "" || m.Customer == "" {
		return Message{}, fmt.Errorf("%w: carrier %q, customer %q", ErrMessage, m.Carrier, m.Customer)
	}
	return m, nil
}

// JobMessage says that an import job has to be taken up again: what the import
// queue carries.
type JobMessage struct {
	Carrier  string `json:"carrier"`
	ImportID string `json:"import_id"`
}

// ParseJobMessage reads a message of the import queue as ParseMessage does.
func ParseJobMessage(body string) (JobMessage, error) {
	var m JobMessage
	if err := strictjson.Unmarshal([]byte(body), &m); err != nil {
		return JobMessage{}, fmt.Errorf("%w: %v", ErrMessage, err)
	}
	if m.Carrier == "" {
		return JobMessage{}, fmt.Errorf("%w: it names no carrier", ErrMessage)
	}
	return m, nil
}

// Queue takes messages to those who work them off.
type Queue interface {
	// Send takes any number of messages. When it fails, some may have been sent.
	Send(ctx context.Context, bodies []string) error
	// Depth is about how many messages wait or are being worked off.
	Depth(ctx context.Context) (int, error)
}
