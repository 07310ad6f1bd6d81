package renewal

import (
	"context"
	"errors"
	"fmt"

	strictjson "github.com/go-json-experiment/json"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// ErrMessage means that a message of a queue can never be read.
var ErrMessage = errors.New("renewal: unreadable message")

// Message announces due work of one customer, or due invoices of a carrier.
type Message struct {
	Carrier  string        `json:"carrier"`
	Customer string        `json:"customer"`
	Cart     bool          `json:"cart,omitempty"`    // holds of the cart are over
	Account  bool          `json:"account,omitempty"` // a payment came for unpaid charges
	DIDs     []e164.Number `json:"dids,omitempty"`    // due rentals, oldest first
	Late     []e164.Number `json:"late,omitempty"`    // numbers with a hold that was written late
	Orders   []string      `json:"orders,omitempty"`  // large orders with steps left
	Edits    []string      `json:"edits,omitempty"`   // edits of many rentals with steps left
	// Prices are price changes of the carrier with steps left. A message with price
	// changes names no customer.
	Prices []PriceRef `json:"prices,omitempty"`
	// Invoices are due ones of the carrier's customers. A message with invoices
	// names no customer: one worker issues them all, so that few workers write the
	// carrier's series at once.
	Invoices []InvoiceRef `json:"invoices,omitempty"`
	// Oldest means that no older due rental of the customer is missing in DIDs.
	// Messages of the sweep set it, because the sweep reads a shard in that order.
	// Other messages cost a query of the shard.
	Oldest bool `json:"oldest,omitempty"`
}

// InvoiceRef names an invoice by its number in the customer's account.
type InvoiceRef struct {
	Customer string `json:"customer"`
	Number   int    `json:"number"`
}

// PriceRef names a price change by its package and id.
type PriceRef struct {
	Package string `json:"package"`
	ID      string `json:"id"`
}

// invoices returns the message's invoices.
func (m Message) invoices() []ledger.InvoiceRef {
	refs := make([]ledger.InvoiceRef, len(m.Invoices))
	for i, r := range m.Invoices {
		refs[i] = ledger.InvoiceRef{Customer: ledger.Customer{Carrier: m.Carrier, ID: r.Customer}, Number: r.Number}
	}
	return refs
}

// customer returns the customer of the message.
func (m Message) customer() ledger.Customer {
	return ledger.Customer{Carrier: m.Carrier, ID: m.Customer}
}

// ParseMessage reads a message of the renewal queue, with exact names, each once;
// it ignores members that a later version may send. Errors wrap ErrMessage.
func ParseMessage(body string) (Message, error) {
	var m Message
	if err := strictjson.Unmarshal([]byte(body), &m); err != nil {
		return Message{}, fmt.Errorf("%w: %v", ErrMessage, err)
	}
	if m.Carrier == "" || m.Customer == "" && len(m.Invoices) == 0 && len(m.Prices) == 0 {
		return Message{}, fmt.Errorf("%w: carrier %q, customer %q", ErrMessage, m.Carrier, m.Customer)
	}
	return m, nil
}

// JobMessage, a message of the import queue, asks to resume an import job.
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

// ReportMessage, a message of the queue of reports, asks for one report, or for the
// due reports of a schedule: exactly one of the two is set.
type ReportMessage struct {
	Carrier  string `json:"carrier"`
	Report   string `json:"report,omitempty"`
	Schedule string `json:"schedule,omitempty"`
}

// ParseReportMessage reads a message of the queue of reports as ParseMessage does.
func ParseReportMessage(body string) (ReportMessage, error) {
	var m ReportMessage
	if err := strictjson.Unmarshal([]byte(body), &m); err != nil {
		return ReportMessage{}, fmt.Errorf("%w: %v", ErrMessage, err)
	}
	if m.Carrier == "" || (m.Report == "") == (m.Schedule == "") {
		return ReportMessage{}, fmt.Errorf("%w: carrier %q, report %q, schedule %q", ErrMessage, m.Carrier, m.Report,
			m.Schedule)
	}
	return m, nil
}

// Queue sends messages to the workers.
type Queue interface {
	// Send sends any number of messages. If it fails, some may have been sent.
	Send(ctx context.Context, bodies []string) error
	// Depth returns the approximate number of messages that wait or are being
	// processed.
	Depth(ctx context.Context) (int, error)
}
