// Package stream is what the consumers of the table's stream share: how they
// read a record's key and answer a batch of which a part failed. It knows no
// kind of item.
package stream

import (
	"context"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/correlation"
	"didpurchase/internal/dynamo"
)

// Handler is what lambda.Start takes.
type Handler func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// Answer logs each record's error, nil where it is done with, and names the
// first record that has to come again. A line names the partition and no number. Lambda sends it and all behind it once
// more, so naming more would change nothing.
func Answer(ctx context.Context, log *slog.Logger, event events.DynamoDBEvent, errs []error) events.DynamoDBEventResponse {
	answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	for i, err := range errs {
		if err == nil {
			continue
		}
		record := event.Records[i].Change
		log.ErrorContext(Context(ctx, record), "record failed", "error", err, "sequence_number", record.SequenceNumber, "partition", Key(record)[0])
		if len(answer.BatchItemFailures) == 0 {
			answer.BatchItemFailures = append(answer.BatchItemFailures,
				events.DynamoDBBatchItemFailure{ItemIdentifier: record.SequenceNumber})
		}
	}
	return answer
}

// Key is the partition and the sort key of the record's item, "" where it has
// none or it is no text.
func Key(record events.DynamoDBStreamRecord) [2]string {
	return [2]string{text(record.Keys["pk"]), text(record.Keys["sk"])}
}

// Context is that of following a record: with the correlation id of whoever
// wrote the item.
func Context(ctx context.Context, record events.DynamoDBStreamRecord) context.Context {
	image := record.NewImage
	if image == nil { // a removal says nothing of its own
		image = record.OldImage
	}
	return correlation.With(ctx, text(image[dynamo.CauseAttribute]))
}

func text(v events.DynamoDBAttributeValue) string {
	if v.DataType() != events.DataTypeString {
		return ""
	}
	return v.String()
}
