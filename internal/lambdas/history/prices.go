package history

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/renewal"
	"didpurchase/internal/repricing"
)

// startPriceChange has a price change worked on as soon as staff ask for it or
// cancel it. The sweep would do so within two minutes; it does when the message is
// lost.
func (h history) startPriceChange(ctx context.Context, r events.DynamoDBStreamRecord) {
	before, after, err := images(r, dynamo.ReadPriceChangeImage)
	if err != nil {
		h.env.Logger.ErrorContext(ctx, "price change unreadable", "error", err)
		return
	}
	if before.Status == after.Status || after.Status != repricing.Applying && after.Status != repricing.Cancelling {
		return
	}
	h.wakeWorker(stream.Context(ctx, r), renewal.Message{Carrier: after.Carrier,
		Prices: []renewal.PriceRef{{Package: after.Package, ID: after.ID}}})
}
