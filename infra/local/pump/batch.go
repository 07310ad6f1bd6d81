package pump

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/cenkalti/backoff/v5"
	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// The pauses between the tries of a batch.
const (
	batchRetryFirst = 100 * time.Millisecond
	batchRetryMost  = 10 * time.Second
)

// Lambda's reasons for giving a batch up, in its words.
const (
	triesExhausted = "RetryAttemptsExhausted"
	recordTooOld   = "RecordAgeExceeded"
)

// deliver gives the records to the function in order. After a partial failure it
// continues with the first failed record. After an error it halves the batch, down
// to single records, which does not count as a try; then it tries as often as the
// mapping allows. Records that are given up go to the failure destination. An error
// means that the batch must be tried again.
func (s *Stream) deliver(ctx context.Context, batch []events.DynamoDBEventRecord) error {
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.MaxInterval = batchRetryFirst, batchRetryMost
	for tries := 1; len(batch) > 0; tries++ {
		if old := s.outdated(batch); old > 0 {
			if err := s.giveUp(batch[:old], tries-1, recordTooOld, nil); err != nil {
				return err
			}
			batch, tries = batch[old:], 0
			continue
		}
		done, err := s.invoke(ctx, batch)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if done > 0 {
			tries = 0
			waits.Reset()
		}
		batch = batch[done:]
		if len(batch) == 0 {
			return nil
		}
		if err != nil && s.Mapping.Bisect && len(batch) > 1 {
			s.Log.Warn("batch halved", "function", s.Mapping.Function, "records", len(batch), "error", err)
			if err := s.deliver(ctx, batch[:len(batch)/2]); err != nil {
				return err
			}
			batch, tries = batch[len(batch)/2:], 0
			continue
		}
		if s.Mapping.MaxRetries >= 0 && tries > s.Mapping.MaxRetries {
			return s.giveUp(batch, tries, triesExhausted, err)
		}
		s.Log.Warn("batch failed; it is tried again", "function", s.Mapping.Function, "records", len(batch),
			"try", tries, "error", err)
		if !pause(ctx, waits.NextBackOff()) {
			return ctx.Err()
		}
	}
	return nil
}

// outdated counts the records, from the first on, that are older than the
// mapping allows. Lambda sets them aside without calling the function, and
// continues with the younger ones.
func (s *Stream) outdated(batch []events.DynamoDBEventRecord) (n int) {
	if s.Mapping.MaxAge <= 0 {
		return 0
	}
	for n < len(batch) && s.Now().Sub(batch[n].Change.ApproximateCreationDateTime.Time) > s.Mapping.MaxAge {
		n++
	}
	return n
}

// invoke returns the number of processed records, from the first on.
func (s *Stream) invoke(ctx context.Context, batch []events.DynamoDBEventRecord) (done int, err error) {
	payload, err := json.Marshal(events.DynamoDBEvent{Records: batch})
	if err != nil {
		return 0, fmt.Errorf("build the event: %w", err)
	}
	answer, err := s.Invoker.Invoke(ctx, s.Mapping.Function, payload)
	if err != nil {
		return 0, err
	}
	if !s.Mapping.PartialFailures {
		return len(batch), nil
	}
	places := map[string]int{}
	for i, r := range batch {
		places[r.Change.SequenceNumber] = i
	}
	failed, err := itemFailures(answer, places)
	if err != nil {
		return 0, err
	}
	done = len(batch)
	for sequence := range failed {
		done = min(done, places[sequence])
	}
	return done, nil
}

// giveUp writes the whole batch to the failure bucket, in the form and under
// the kind of key of Lambda's destination.
func (s *Stream) giveUp(batch []events.DynamoDBEventRecord, tries int, condition string, failure error) error {
	if failure == nil {
		failure = fmt.Errorf("record %s is reported as failed", batch[0].Change.SequenceNumber)
	}
	log := s.Log.With("function", s.Mapping.Function, "records", len(batch), "tries", tries, "error", failure)
	if s.Mapping.FailureBucket == "" {
		log.Error("batch dropped")
		return nil
	}
	body, err := s.failureRecord(batch, tries, condition, failure)
	if err != nil {
		return fmt.Errorf("describe a failed batch: %w", err)
	}
	now := s.Now().UTC()
	key := path.Join("aws/lambda", s.Mapping.Function, s.shard, now.Format("2006/01/02"),
		now.Format("2006-01-02T15.04.05")+"-"+ulid.Make().String())
	log.Error("batch sent to the failure bucket", "bucket", s.Mapping.FailureBucket, "key", key)
	return s.Failures.Put(s.Mapping.FailureBucket, key, body)
}

func (s *Stream) failureRecord(batch []events.DynamoDBEventRecord, tries int, condition string,
	failure error) ([]byte, error) {
	event, err := json.Marshal(events.DynamoDBEvent{Records: batch})
	if err != nil {
		return nil, err
	}
	first, last := batch[0].Change, batch[len(batch)-1].Change
	kind, message := describe(failure)
	return json.Marshal(map[string]any{
		"version":   "1.0",
		"timestamp": s.Now().UTC().Format(time.RFC3339Nano),
		"requestContext": map[string]any{
			"requestId": ulid.Make().String(), "functionArn": template.FunctionARN(s.Mapping.Function),
			"condition": condition, "approximateInvokeCount": tries,
		},
		"responseContext": map[string]any{
			"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled",
			"errorType": kind, "errorMessage": message,
		},
		"DDBStreamBatchInfo": map[string]any{
			"shardId": s.shard, "streamArn": s.SourceARN, "batchSize": len(batch),
			"startSequenceNumber": first.SequenceNumber, "endSequenceNumber": last.SequenceNumber,
			"approximateArrivalOfFirstRecord": first.ApproximateCreationDateTime.UTC().Format(time.RFC3339),
			"approximateArrivalOfLastRecord":  last.ApproximateCreationDateTime.UTC().Format(time.RFC3339),
		},
		"payload": string(event),
	})
}
