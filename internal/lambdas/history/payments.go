package history

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/ledger"
	"didpurchase/internal/renewal"
)

// collect sends a customer to the worker after a payment, so that unpaid charges
// are tried and suspended numbers work again at once. If the message is lost, the
// sweep finds the customer within a minute, so a broken queue does not hold the
// stream back.
func (h history) collect(ctx context.Context, r events.DynamoDBStreamRecord) {
	before, after, err := images(r, dynamo.ReadAccountImage)
	if err != nil || !paid(before, after) {
		return // eventOf reports an item that can't be read
	}
	h.wakeWorker(stream.Context(ctx, r), renewal.Message{Carrier: after.Customer.Carrier, Customer: after.Customer.ID,
		Account: true})
}

// paid reports whether a write asks for another try of unpaid charges.
func paid(before, after ledger.Account) bool {
	return after.Status == ledger.Active && !after.CollectAt.IsZero() && !after.CollectAt.Equal(before.CollectAt)
}

// wakeWorker sends work to the renewal worker that the sweep would find later. If
// the message can't be sent, it is left to the sweep.
func (h history) wakeWorker(ctx context.Context, m renewal.Message) {
	body, err := json.Marshal(m)
	if err == nil {
		err = h.queues.Renewals.Send(ctx, []string{string(body)})
	}
	if err != nil {
		h.env.Logger.WarnContext(ctx, "work left to the sweep", "error", err, "carrier", m.Carrier, "customer", m.Customer,
			"orders", m.Orders)
	}
}
