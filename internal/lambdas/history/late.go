package history

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
)

// reportLate sends a hold that was written late to the worker, because its line in
// the cart may be gone. Only the stream shows when a write was made, and no timer
// finds such a hold. So the record fails, and comes again, while the queue is
// broken.
func (h history) reportLate(ctx context.Context, r events.DynamoDBStreamRecord, before, after did.DID) error {
	if !shop.CameLate(before, after, h.recorded(r)) {
		return nil
	}
	ctx = stream.Context(ctx, r)
	body, err := json.Marshal(renewal.Message{Carrier: after.Carrier, Customer: after.Customer,
		Late: []e164.Number{after.Number}})
	if err != nil {
		return stream.Poison(err)
	}
	h.env.Logger.WarnContext(ctx, "late hold sent to the worker", "carrier", after.Carrier, "customer", after.Customer)
	return h.queues.Renewals.Send(ctx, []string{string(body)})
}
