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

// collect has unpaid charges tried at once after a payment, so that suspended
// numbers ring again within moments. The sweep would do so within a minute; it
// does when the message is lost, so a broken queue does not hold the stream back.
func (h history) collect(ctx context.Context, r events.DynamoDBStreamRecord) {
	before, after, err := images(r, dynamo.ReadAccountImage)
	if err != nil || !paid(before, after) {
		return // eventOf reports an item that can't be read
	}
	ctx = stream.Context(ctx, r)
	body, err := json.Marshal(renewal.Message{Carrier: after.Customer.Carrier, Customer: after.Customer.ID, Account: true})
	if err == nil {
		err = h.queues.Renewals.Send(ctx, []string{string(body)})
	}
	if err != nil {
		h.env.Logger.WarnContext(ctx, "collection left to the sweep", "error", err, "carrier", after.Customer.Carrier,
			"customer", after.Customer.ID)
	}
}

// paid reports whether a write asks to try unpaid charges again.
func paid(before, after ledger.Account) bool {
	return after.Status == ledger.Active && !after.CollectAt.IsZero() && !after.CollectAt.Equal(before.CollectAt)
}
