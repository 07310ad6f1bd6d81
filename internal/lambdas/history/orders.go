package history

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
)

// startOrder has a large order worked on as soon as it is placed, and as soon as
// it is cancelled. The sweep would do so within two minutes; it does when the
// message is lost, so a broken queue does not hold the stream back.
func (h history) startOrder(ctx context.Context, r events.DynamoDBStreamRecord) {
	before, after, err := images(r, dynamo.ReadOrderImage)
	if err != nil || !needsWorker(before, after) {
		return // eventOf reports an item that can't be read
	}
	h.wakeWorker(stream.Context(ctx, r), renewal.Message{Carrier: after.Customer.Carrier, Customer: after.Customer.ID,
		Orders: []string{after.ID}})
}

// needsWorker reports whether a request, and not a worker, wrote an order that has
// steps left.
func needsWorker(before, after shop.Order) bool {
	if after.Large == nil || after.Status.Ended() {
		return false
	}
	cancelled := after.Large.Stopped.Code == shop.StoppedByCustomer && before.Status != after.Status
	return before.Large == nil || cancelled
}
