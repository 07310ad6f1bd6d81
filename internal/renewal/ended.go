package renewal

import (
	"context"
	"errors"
	"slices"
	"sync"

	"didpurchase/internal/timer"
)

// endedPeriods collects the invoices whose period is over, from all shards, by
// carrier.
type endedPeriods struct {
	mu sync.Mutex
	of map[string][]InvoiceRef
}

// maxInvoices is the largest number of invoices in one message, and of one carrier
// in a sweep; the next sweep finds the others.
const maxInvoices = 1_000

func (e *endedPeriods) note(due timer.Due) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if carrier := due.Customer.Carrier; len(e.of[carrier]) < maxInvoices {
		e.of[carrier] = append(e.of[carrier], InvoiceRef{due.Customer.ID, due.Invoice})
	}
}

// send sends a message for each carrier.
func (e *endedPeriods) send(ctx context.Context, customers *outbox) error {
	var errs []error
	for carrier, refs := range e.of {
		errs = append(errs, customers.add(ctx, Message{Carrier: carrier, Invoices: slices.Clone(refs)}))
	}
	return errors.Join(errs...)
}
