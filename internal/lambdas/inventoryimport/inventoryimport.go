// Package inventoryimport is the Lambda that imports carriers' files: S3
// notifies it of new files, and the import queue of jobs to resume.
package inventoryimport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambdacontext"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/correlation"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/intake"
	"didpurchase/internal/lambdas/metered"
	"didpurchase/internal/renewal"
	"didpurchase/internal/s3store"
	"didpurchase/internal/sqsqueue"
)

// margin is the time before the function's deadline at which work ends, so that
// progress is saved and the lane released.
const margin = 20 * time.Second

// Handler is the type of handler that lambda.Start accepts: for an S3 event or an
// SQS event.
type Handler func(context.Context, json.RawMessage) (any, error)

// New wires the import to the table and to the bucket of carriers' files.
func New(env awsenv.Env) Handler {
	env.MustHave(awsenv.TableName, awsenv.BucketName)
	store := metered.Over(dynamo.New(env.AWS, env.TableName), env.Metrics)
	files := s3store.New(env.AWS, env.S3Endpoint, env.BucketName)
	h := handler{worker: intake.NewWorker(store, files, env.Now, env.Logger), log: env.Logger}
	return metered.Invocation(env.Metrics, h.handle)
}

type handler struct {
	worker *intake.Worker
	log    *slog.Logger
}

// handle distinguishes the sources: S3 and SQS both send Records with their
// eventSource.
func (h handler) handle(ctx context.Context, payload json.RawMessage) (any, error) {
	var probe struct {
		Records []struct {
			EventSource string `json:"eventSource"`
		}
	}
	if err := json.Unmarshal(payload, &probe); err != nil {
		return nil, fmt.Errorf("inventoryimport: unreadable event: %w", err)
	}
	if len(probe.Records) == 0 { // S3's test event, which it sends when notifications are set up
		return nil, nil
	}
	ctx, cancel := ahead(ctx)
	defer cancel()
	switch source := probe.Records[0].EventSource; source {
	case "aws:s3":
		var event events.S3Event
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, fmt.Errorf("inventoryimport: unreadable S3 event: %w", err)
		}
		if invocation, ok := lambdacontext.FromContext(ctx); ok { // the work on a dropped file begins here
			ctx = correlation.With(ctx, invocation.AwsRequestID)
		}
		return nil, h.created(ctx, event)
	case "aws:sqs":
		var event events.SQSEvent
		if err := json.Unmarshal(payload, &event); err != nil {
			return nil, fmt.Errorf("inventoryimport: unreadable SQS event: %w", err)
		}
		return h.resume(ctx, event), nil
	default:
		return nil, fmt.Errorf("inventoryimport: event of unknown source %q", source)
	}
}

// ahead returns a context that ends some time before the function does.
func ahead(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-margin))
	}
	return context.WithCancel(ctx)
}

// created queues the files, then works on their carriers' imports. A foreign
// file is logged and dropped, because a retry would not change it.
func (h handler) created(ctx context.Context, event events.S3Event) error {
	carriers := map[string]bool{}
	for _, record := range event.Records {
		file, err := fileOf(record)
		if err != nil {
			h.log.WarnContext(ctx, "event dropped", "error", err)
			continue
		}
		carrier, err := h.worker.Arrive(ctx, file)
		switch {
		case errors.Is(err, intake.ErrForeign):
			h.log.WarnContext(ctx, "file dropped", "key", file.Key, "version", file.Version, "reason", err.Error())
		case err != nil:
			return fmt.Errorf("arrival of s3://%s/%s: %w", file.Bucket, file.Key, err)
		default:
			carriers[carrier] = true
		}
	}
	var errs []error
	for carrier := range carriers {
		errs = append(errs, h.worker.Work(ctx, carrier))
	}
	return errors.Join(errs...)
}

// fileOf reads a record; S3 escapes the key as in a URL's query.
func fileOf(record events.S3EventRecord) (intake.File, error) {
	object := record.S3.Object
	key, err := url.QueryUnescape(object.Key)
	if err != nil {
		return intake.File{}, fmt.Errorf("inventoryimport: key %q: %w", object.Key, err)
	}
	return intake.File{
		Object:    intake.Object{Bucket: record.S3.Bucket.Name, Key: key, Version: object.VersionID},
		Sequencer: object.Sequencer, Size: object.Size, At: record.EventTime,
	}, nil
}

// resume works on the carriers in the messages. A message that can't be read fails
// until the queue moves it to the dead letters.
func (h handler) resume(ctx context.Context, event events.SQSEvent) events.SQSEventResponse {
	answer := events.SQSEventResponse{BatchItemFailures: []events.SQSBatchItemFailure{}}
	for _, message := range event.Records {
		job, err := renewal.ParseJobMessage(message.Body)
		if err == nil {
			err = h.worker.Work(sqsqueue.Context(ctx, message), job.Carrier)
		}
		if err != nil {
			h.log.ErrorContext(sqsqueue.Context(ctx, message), "message failed", "error", err, "message_id", message.MessageId,
				"carrier", job.Carrier)
			answer.BatchItemFailures = append(answer.BatchItemFailures,
				events.SQSBatchItemFailure{ItemIdentifier: message.MessageId})
		}
	}
	return answer
}
