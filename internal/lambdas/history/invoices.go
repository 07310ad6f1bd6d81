package history

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/renewal"
)

// issue has the new invoices of checkouts issued: one message for each carrier, so
// that few workers write the carrier's series at once. If the message is lost, the
// timer of the customer's cart finds the invoice, so a broken queue does not hold
// the stream back.
func (h history) issue(ctx context.Context, records []events.DynamoDBEventRecord) {
	of := map[string][]renewal.InvoiceRef{}
	for _, r := range records {
		key := stream.Key(r.Change)
		if r.Change.OldImage != nil || dynamo.KindOf(key[0], key[1]) != dynamo.InvoiceItem {
			continue
		}
		i, err := image(r.Change.NewImage, dynamo.ReadInvoiceImage)
		if err != nil || !i.Guarded || i.Issued.Number != "" {
			continue // eventOf reports an item that can't be read
		}
		of[i.Customer.Carrier] = append(of[i.Customer.Carrier],
			renewal.InvoiceRef{Customer: i.Customer.ID, Number: i.Ref().Number})
	}
	for carrier, refs := range of {
		h.wakeWorker(ctx, renewal.Message{Carrier: carrier, Invoices: refs})
	}
}
