package pump

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
	"didpurchase/internal/localaws/sqs"
)

const (
	queueWait        = 20 * time.Second
	queueReceive     = 10 // SQS's limit for one call
	queueAtOnce      = 10 // of a mapping without a maximum concurrency
	queueErrorsPause = time.Second
)

// Queue feeds a queue's messages to a function.
type Queue struct {
	Base
	Server  *sqs.Server
	Mapping template.QueueMapping
}

// Run receives and delivers until the context ends. A failed message comes back
// after its visibility time-out.
func (q Queue) Run(ctx context.Context) error {
	limit := q.Mapping.MaxConcurrency
	if limit == 0 {
		limit = queueAtOnce
	}
	var running sync.WaitGroup
	defer running.Wait()
	places := make(chan struct{}, limit)
	for {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		batch, err := q.gather(ctx)
		if err != nil {
			q.Log.Error("reading a queue failed", "queue", q.Mapping.Queue, "error", err)
			pause(ctx, queueErrorsPause)
		}
		if len(batch) == 0 {
			<-places
			continue
		}
		q.Pace.deliver(1)
		running.Go(func() {
			defer func() { <-places }()
			defer q.Pace.deliver(-1)
			if err := q.deliver(ctx, batch); err != nil {
				q.Log.Warn("messages left in the queue", "queue", q.Mapping.Queue, "function", q.Mapping.Function, "error", err)
			}
		})
	}
}

// gather receives up to a batch: the waiting messages and, with a window, the
// messages that arrive within it.
func (q Queue) gather(ctx context.Context) ([]sqs.Message, error) {
	batch, err := q.receive(ctx, q.Mapping.BatchSize, queueWait)
	if len(batch) == 0 || err != nil {
		return batch, err
	}
	if q.Pace.isHurried() {
		return batch, nil
	}
	end := q.Now().Add(q.Mapping.Window)
	for len(batch) < q.Mapping.BatchSize && ctx.Err() == nil {
		more, err := q.receive(ctx, q.Mapping.BatchSize-len(batch), end.Sub(q.Now()))
		if err != nil {
			return batch, err
		}
		batch = append(batch, more...)
		if len(more) == 0 {
			break
		}
	}
	return batch, nil
}

func (q Queue) receive(ctx context.Context, limit int, wait time.Duration) ([]sqs.Message, error) {
	return q.Server.Receive(ctx, q.Mapping.Queue, min(limit, queueReceive), -1, max(wait, 0))
}

// deliver invokes the function and deletes the messages that it processed.
func (q Queue) deliver(ctx context.Context, batch []sqs.Message) error {
	payload, err := json.Marshal(QueueEvent(q.Mapping.Queue, batch))
	if err != nil {
		return fmt.Errorf("build the event: %w", err)
	}
	answer, err := q.Invoker.Invoke(ctx, q.Mapping.Function, payload)
	if err != nil {
		return err
	}
	var failed map[string]bool
	if q.Mapping.PartialFailures {
		known := map[string]int{}
		for i, m := range batch {
			known[m.ID] = i
		}
		if failed, err = itemFailures(answer, known); err != nil {
			return err
		}
	}
	for _, m := range batch {
		if failed[m.ID] {
			q.Log.Warn("message left in the queue", "queue", q.Mapping.Queue, "message", m.ID, "receives", m.Receives)
			continue
		}
		if err := q.Server.Delete(q.Mapping.Queue, m.Receipt); err != nil {
			return err
		}
	}
	return nil
}

// QueueEvent returns Lambda's event of a batch of messages.
func QueueEvent(queue string, batch []sqs.Message) events.SQSEvent {
	var event events.SQSEvent
	for _, m := range batch {
		sum := md5.Sum([]byte(m.Body))
		attributes := map[string]events.SQSMessageAttribute{}
		for name, a := range m.Attributes {
			attributes[name] = events.SQSMessageAttribute{
				DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue,
				StringListValues: []string{}, BinaryListValues: [][]byte{},
			}
		}
		event.Records = append(event.Records, events.SQSMessage{
			MessageId: m.ID, ReceiptHandle: m.Receipt, Body: m.Body, Md5OfBody: hex.EncodeToString(sum[:]),
			Attributes: m.SystemAttributes(), MessageAttributes: attributes,
			EventSource: "aws:sqs", EventSourceARN: template.Queue{Name: queue}.ARN(), AWSRegion: template.Region,
		})
	}
	return event
}
