package history

import (
	"context"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/auth"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/stream"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
)

// startOrder sends a large order to the worker as soon as it is placed, approved,
// declined or cancelled. If the message is lost, the sweep finds the order within two
// minutes, so a broken queue does not hold the stream back.
func (h history) startOrder(ctx context.Context, r events.DynamoDBStreamRecord) {
	before, after, err := images(r, dynamo.ReadOrderImage)
	if err != nil || !needsWorker(before, after) {
		return // eventOf reports an item that can't be read
	}
	h.wakeWorker(stream.Context(ctx, r), renewal.Message{Carrier: after.Customer.Carrier, Customer: after.Customer.ID,
		Orders: []string{after.ID}})
}

// startEdit has an edit of many rentals worked on as soon as it is made, as
// startOrder does an order.
func (h history) startEdit(ctx context.Context, r events.DynamoDBStreamRecord, key [2]string) {
	if c, id, isNew := dynamo.EditAt(key[0], key[1]); isNew && r.OldImage == nil && r.NewImage != nil {
		h.wakeWorker(stream.Context(ctx, r), renewal.Message{Carrier: c.Carrier, Customer: c.ID, Edits: []string{id}})
	}
}

// needsWorker reports whether an order that has steps left was written by a
// request, and not by a worker.
func needsWorker(before, after shop.Order) bool {
	if after.Large == nil || after.Status.Ended() {
		return false
	}
	return before.Large == nil && after.Status != shop.AwaitingApproval ||
		before.Status != after.Status && after.Large.DecidedBy != (auth.Actor{})
}
