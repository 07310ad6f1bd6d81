package pump

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/template"
)

// asyncRetryAfter has Lambda's pauses before the second and the third try, in
// seconds instead of minutes, so that a developer sees the end.
var asyncRetryAfter = []time.Duration{time.Second, 2 * time.Second}

// invokeAsync delivers an event without a waiting caller like Lambda: it tries
// again by the function's policy, then sends the event to its failure queue, or
// drops it with a line in the log. An error means that the event must be tried
// again: the system is stopping, or the queue refused it.
func (w Base) invokeAsync(ctx context.Context, f template.Function, payload []byte) error {
	began := w.Now()
	for try := 1; ; try++ {
		_, err := w.Invoker.Invoke(ctx, f.Name, payload)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case try > f.Async.MaxRetries:
			return w.giveUp(f, payload, err, "RetriesExhausted", try)
		case w.Now().Sub(began) >= f.Async.MaxAge:
			return w.giveUp(f, payload, err, "EventAgeExceeded", try)
		}
		w.Log.Warn("function failed; it is tried again", "function", f.Name, "try", try, "error", err)
		if !pause(ctx, asyncRetryAfter[min(try, len(asyncRetryAfter))-1]) {
			return ctx.Err()
		}
	}
}

// giveUp sends the record of a failed event to the function's failure queue, in
// the form of Lambda's destinations.
func (w Base) giveUp(f template.Function, payload []byte, failure error, condition string, tries int) error {
	if f.Async.FailureQueue == "" {
		w.Log.Error("event dropped", "function", f.Name, "tries", tries, "error", failure, "event", string(payload))
		return nil
	}
	kind, message := describe(failure)
	record, err := json.Marshal(map[string]any{
		"version":   "1.0",
		"timestamp": w.Now().UTC().Format(time.RFC3339Nano),
		"requestContext": map[string]any{
			"requestId": ulid.Make().String(), "functionArn": f.ARN() + ":$LATEST",
			"condition": condition, "approximateInvokeCount": tries,
		},
		"requestPayload":  json.RawMessage(payload),
		"responseContext": map[string]any{"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
		"responsePayload": map[string]string{"errorType": kind, "errorMessage": message},
	})
	if err != nil {
		return fmt.Errorf("describe a failed event of %s: %w", f.Name, err)
	}
	w.Log.Error("event sent to the failure queue", "function", f.Name, "queue", f.Async.FailureQueue, "tries", tries,
		"error", failure)
	return w.DeadLetters.SendDeadLetter(f.Async.FailureQueue, string(record))
}
