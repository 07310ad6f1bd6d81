// Package sqsqueue sends messages to an SQS queue. It knows nothing about their
// content. The context's correlation id goes with them.
package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"didpurchase/internal/outage"
)

// The limits of one request to SQS.
const (
	batch      = 10      // batch is the largest number of messages in one request to SQS.
	batchBytes = 250_000 // of their bodies; SQS counts the attributes, too, up to 262,144
)

// answerWithin is the longest duration of one request: a silently broken
// connection must not use up a function's whole time.
const answerWithin = 10 * time.Second

// Queue is one queue.
type Queue struct {
	client *sqs.Client
	url    string
}

// New returns the queue of that URL.
func New(cfg aws.Config, url string) *Queue {
	client := sqs.NewFromConfig(outage.Marked(cfg), func(o *sqs.Options) {
		if cfg.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(answerWithin)
		}
	})
	return &Queue{client: client, url: url}
}

// Send sends the messages, as many in a request as SQS takes. The error joins the
// errors of all refused messages; the others were sent.
func (q *Queue) Send(ctx context.Context, bodies []string) error {
	var errs []error
	for len(bodies) > 0 {
		n := fitting(bodies)
		errs = append(errs, q.sendBatch(ctx, bodies[:n]))
		bodies = bodies[n:]
	}
	return errors.Join(errs...)
}

// fitting returns how many of the first messages fit into one request, at least one.
func fitting(bodies []string) int {
	size := 0
	for n, body := range bodies {
		if size += len(body); n == batch || n > 0 && size > batchBytes {
			return n
		}
	}
	return len(bodies)
}

func (q *Queue) sendBatch(ctx context.Context, bodies []string) error {
	entries := make([]types.SendMessageBatchRequestEntry, len(bodies))
	for i, body := range bodies {
		entries[i] = types.SendMessageBatchRequestEntry{
			Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(body), MessageAttributes: attributes(ctx),
		}
	}
	out, err := q.client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: &q.url, Entries: entries})
	if err != nil {
		return fmt.Errorf("sqsqueue: send to %s: %w", q.url, err)
	}
	var errs []error
	for _, f := range out.Failed {
		errs = append(errs, fmt.Errorf("sqsqueue: %s refused message %s: %s: %s",
			q.url, aws.ToString(f.Id), aws.ToString(f.Code), aws.ToString(f.Message)))
	}
	return errors.Join(errs...)
}

// depthAttributes count the messages that are visible, in process, or delayed.
var depthAttributes = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages,
	types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// Depth returns the approximate number of messages in the queue, with those in
// process.
func (q *Queue) Depth(ctx context.Context) (int, error) {
	out, err := q.client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &q.url, AttributeNames: depthAttributes,
	})
	if err != nil {
		return 0, fmt.Errorf("sqsqueue: depth of %s: %w", q.url, err)
	}
	depth := 0
	for name, value := range out.Attributes {
		n, err := strconv.Atoi(value)
		if err != nil {
			return 0, fmt.Errorf("sqsqueue: %s of %s is %q: %w", name, q.url, value, err)
		}
		depth += n
	}
	return depth, nil
}

// SendAfter sends one message that becomes visible after wait, which SQS allows
// up to 15 minutes.
func (q *Queue) SendAfter(ctx context.Context, body string, wait time.Duration) error {
	_, err := q.client.SendMessage(ctx, &sqs.SendMessageInput{
		QueueUrl: &q.url, MessageBody: &body, MessageAttributes: attributes(ctx),
		DelaySeconds: int32((wait + time.Second - 1) / time.Second),
	})
	if err != nil {
		return fmt.Errorf("sqsqueue: send to %s: %w", q.url, err)
	}
	return nil
}
