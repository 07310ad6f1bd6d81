// Package renewalworker is the Lambda on the renewal queue: each message names
// one customer, and it makes that customer's due moves.
package renewalworker

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/edits"
	"didpurchase/internal/invoicearchive"
	"didpurchase/internal/invoicing"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/renewal"
	"didpurchase/internal/repricing"
	"didpurchase/internal/s3store"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/shop"
	"didpurchase/internal/sqsqueue"
)

// Handler is the type of handler that lambda.Start accepts.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// messagesAtOnce is the number of messages of a batch that are processed in
// parallel.
const messagesAtOnce = 4

// cacheBytes is the most memory for the catalogues in which orders by criteria find
// numbers.
const cacheBytes = 256 << 20

// New wires the worker.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	table := dynamo.New(env.AWS, env.TableName)
	store := journal{metered.Over(table, env.Metrics), env.Logger}
	catalogues := searchcache.New(table, cacheBytes, env.Now)
	archive := invoicearchive.Archive{Bucket: s3store.New(env.AWS, env.S3Endpoint, env.BucketName)}
	orders := shop.NewLargeOrders(store, catalogues, env.Now)
	worker := renewal.NewWorker(orders, invoicing.New(store, archive, env.Now), store, env.Now).
		WithEdits(edits.New(store, orders, env.Now)).
		WithPrices(repricing.New(store, env.Now))
	return metered.Invocation(env.Metrics,
		func(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
			errs := workAll(auth.ActingAs(ctx, auth.Renewals), worker, env.Logger, event.Records)
			answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
			for i, err := range errs {
				if err != nil {
					answer.BatchItemFailures = append(answer.BatchItemFailures,
						events.SQSBatchItemFailure{ItemIdentifier: event.Records[i].MessageId})
				}
			}
			return answer, nil
		})
}

// workAll processes the messages, and logs and returns each one's error. A message
// that can't be read fails until the queue moves it to the dead letters.
func workAll(ctx context.Context, worker *renewal.Worker, log *slog.Logger, messages []events.SQSMessage) []error {
	errs := make([]error, len(messages))
	var g errgroup.Group
	g.SetLimit(messagesAtOnce)
	for i, m := range messages {
		g.Go(func() error {
			ctx := sqsqueue.Context(ctx, m)
			message, err := renewal.ParseMessage(m.Body)
			if err == nil {
				err = worker.Work(ctx, message)
			}
			if err != nil {
				log.ErrorContext(ctx, "message failed", "error", err, "message_id", m.MessageId, "carrier", message.Carrier,
					"customer", message.Customer)
			}
			errs[i] = err
			return nil
		})
	}
	_ = g.Wait() // each message has its own error
	return errs
}
