// Package sqsqueue is a queue of SQS to whoever sends messages. It knows nothing
// of what they say. The context's correlation id goes with them.
package sqsqueue

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"didpurchase/internal/outage"
)

// batch is how many messages SQS takes at once.
const batch = 10

// answerWithin is how long one request may take: a connection that died without
// a word must not eat a function's whole time.
const answerWithin = 10 * time.Second

// Queue is one queue.
type Queue struct {
	client *sqs.Client
	url    string
}

// New is the queue of that URL.
func New(cfg aws.Config, url string) *Queue {
	client := sqs.NewFromConfig(outage.Marked(cfg), func(o *sqs.Options) {
		if cfg.HTTPClient == nil {
			o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(answerWithin)
		}
	})
	return &Queue{client: client, url: url}
}

// Send sends the messages, ten at once. The error joins those of all messages
// that were not taken; the others were sent.
func (q *Queue) Send(ctx context.Context, bodies []string) error {
	var errs []error
	for part := range slices.Chunk(bodies, batch) {
		errs = append(errs, q.sendBatch(ctx, part))
	}
	return errors.Join(errs...)
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

// depthAttributes count the messages that wait, are being worked off, and will
// be visible later.
var depthAttributes = []types.QueueAttributeName{
	types.QueueAttributeNameApproximateNumberOfMessages,
	types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
	types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
}

// Depth is about how many messages the queue holds, those that are being worked
// off included.
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
