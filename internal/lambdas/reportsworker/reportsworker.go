// Package reportsworker is the Lambda on the queue of reports: each message names
// a report to make, or a schedule with due reports.
package reportsworker

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/renewal"
	"didpurchase/internal/report"
	"didpurchase/internal/s3store"
	"didpurchase/internal/sqsqueue"
)

// margin is the time before the function's deadline at which work ends, so that
// progress is saved and the report released.
const margin = 20 * time.Second

// Handler is what lambda.Start takes.
type Handler func(context.Context, events.SQSEvent) (events.SQSEventResponse, error)

// New wires the worker to the table and the bucket.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	table := dynamo.New(env.AWS, env.TableName)
	files := s3store.New(env.AWS, env.S3Endpoint, env.BucketName)
	h := handler{report.NewWorker(table, table, files, env.Now, env.Logger), env.Logger}
	return metered.Invocation(env.Metrics, h.handle)
}

type handler struct {
	worker *report.Worker
	log    *slog.Logger
}

func (h handler) handle(ctx context.Context, event events.SQSEvent) (events.SQSEventResponse, error) {
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, m := range event.Records {
		if err := h.work(sqsqueue.Context(ctx, m), m.Body); err != nil {
			h.log.ErrorContext(sqsqueue.Context(ctx, m), "message failed", "error", err, "message_id", m.MessageId)
			answer.BatchItemFailures = append(answer.BatchItemFailures, events.SQSBatchItemFailure{ItemIdentifier: m.MessageId})
		}
	}
	return answer, nil
}

// work carries out a message. One that can't be read fails until the queue moves it
// to the dead letters.
func (h handler) work(ctx context.Context, body string) error {
	m, err := renewal.ParseReportMessage(body)
	if err != nil {
		return err
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-margin))
		defer cancel()
	}
	if m.Schedule != "" {
		return h.worker.Fire(ctx, m.Carrier, m.Schedule)
	}
	return h.worker.Make(ctx, m.Carrier, m.Report)
}
