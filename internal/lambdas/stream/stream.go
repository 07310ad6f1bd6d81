// Package stream has the shared parts of the consumers of the table's stream:
// they read a record's key and answer a batch with failed records. It knows no
// kind of item.
package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/correlation"
	"didpurchase/internal/dynamo"
)

// Handler is the type of handler that lambda.Start accepts.
type Handler func(context.Context, events.DynamoDBEvent) (events.DynamoDBEventResponse, error)

// ErrPoison means that a record can never be processed: it can't be read, or
// contradicts itself. A record that fails for any other reason holds back the ones
// after it until it succeeds, if necessary for hours.
var ErrPoison = errors.New("record can't be processed")

// Poison marks an error as ErrPoison; nil stays nil.
func Poison(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrPoison, err)
}

// Aside stores records that are poison, for a person to check.
type Aside interface {
	SetAside(ctx context.Context, sequence string, record []byte, reason string) error
}

// Answer logs each record's error (nil for a record that is done), sets poison
// aside, and names the first record that has to come again. Lambda sends that one
// and all later ones again, so naming more would change nothing. A log line names
// the partition but no number.
func Answer(ctx context.Context, log *slog.Logger, aside Aside, event events.DynamoDBEvent,
	errs []error) events.DynamoDBEventResponse {
	answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	for i, err := range errs {
		if err == nil {
			continue
		}
		record := event.Records[i].Change
		about := []any{"error", err, "sequence_number", record.SequenceNumber, "partition", Key(record)[0]}
		if errors.Is(err, ErrPoison) {
			if err = setAside(ctx, aside, event.Records[i], err); err == nil {
				log.ErrorContext(Context(ctx, record), "record set aside", about...)
				continue
			}
			about[1] = err
		}
		log.ErrorContext(Context(ctx, record), "record failed", about...)
		if len(answer.BatchItemFailures) == 0 {
			answer.BatchItemFailures = append(answer.BatchItemFailures,
				events.DynamoDBBatchItemFailure{ItemIdentifier: record.SequenceNumber})
		}
	}
	return answer
}

func setAside(ctx context.Context, aside Aside, record events.DynamoDBEventRecord, reason error) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	return aside.SetAside(ctx, record.Change.SequenceNumber, text, reason.Error())
}

// Key returns the partition and the sort key of the record's item, "" if it has
// none or it is not a text.
func Key(record events.DynamoDBStreamRecord) [2]string {
	return [2]string{text(record.Keys["pk"]), text(record.Keys["sk"])}
}

// Context returns the context for processing a record: with the correlation id of
// the item's last writer.
func Context(ctx context.Context, record events.DynamoDBStreamRecord) context.Context {
	image := record.NewImage
	if image == nil { // a removal has no id of its own
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
