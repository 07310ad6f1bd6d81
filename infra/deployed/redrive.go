package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// moveTask is a request to move all messages of a queue. The emulator has no
// StartMessageMoveTask, so the proxy does it by receiving and sending.
type moveTask struct{ SourceArn, DestinationArn string }

// queueURL returns the URL of the queue with an ARN.
func queueURL(arn string) string {
	return fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/%s", region, account, arn[strings.LastIndex(arn, ":")+1:])
}

func (w *deployment) moveMessages(ctx context.Context, t moveTask) error {
	queues, source, destination := sqs.NewFromConfig(w.stack.access.AWS), queueURL(t.SourceArn), queueURL(t.DestinationArn)
	for {
		got, err := queues.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &source, MaxNumberOfMessages: 10})
		if err != nil || len(got.Messages) == 0 {
			return err
		}
		for _, m := range got.Messages {
			_, err := queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &destination, MessageBody: m.Body})
			if err != nil {
				return err
			}
			_, err = queues.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &source, ReceiptHandle: m.ReceiptHandle})
			if err != nil {
				return err
			}
		}
	}
}

// deadLetters are messages by the queue that gave them up: renewal work of a
// customer of the seed, and a report that was deleted meanwhile.
var deadLetters = map[string]string{
	"RenewalDeadLettersUrl": `{"carrier":"acme","customer":"alice","account":true,"dids":[]}`,
	"ReportDeadLettersUrl":  `{"carrier":"acme","report":"01JZZZZZZZZZZZZZZZZZZZZZZZ"}`,
}

// redrive puts messages into dead-letter queues, and sends them back with the
// runbook's commands. In the end no queue has a message.
func (w *deployment) redrive(ctx context.Context) (string, error) {
	queues := sqs.NewFromConfig(w.stack.access.AWS)
	for queue, letter := range deadLetters {
		dead := w.stack.outputs[queue]
		if _, err := queues.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &dead, MessageBody: &letter}); err != nil {
			return "", fmt.Errorf("%s: %w", queue, err)
		}
	}
	if err := w.dropFile(ctx); err != nil {
		return "", err
	}
	if err := w.redriveBlocks(ctx); err != nil {
		return "", err
	}
	for _, queue := range []string{
		"RenewalQueueUrl", "RenewalDeadLettersUrl", "ImportQueueUrl", "ImportDeadLettersUrl", "ReportQueueUrl",
		"ReportDeadLettersUrl", "SweepDeadLettersUrl",
	} {
		if err := w.becomesEmpty(ctx, queues, w.stack.outputs[queue]); err != nil {
			return "", fmt.Errorf("%s: %w", queue, err)
		}
	}
	_, err := w.test(ctx, sound)
	return "the dead letters went back and were worked off", err
}

// redriveBlocks runs the runbook's section. Its first line is a function that the
// other blocks use too.
func (w *deployment) redriveBlocks(ctx context.Context) error {
	blocks := w.book.sections["Redrive dead letters"]
	if len(blocks) == 0 {
		return errors.New("the runbook has no commands that redrive dead letters")
	}
	arn, _, _ := strings.Cut(blocks[0], "\n")
	for _, block := range blocks {
		said, err := w.stack.shell(ctx, w.book.functions+arn+"\n"+block)
		if err != nil {
			return err
		}
		if strings.Contains(string(said), "FunctionError") {
			return fmt.Errorf("%s\nanswers %s", block, said)
		}
	}
	return nil
}

// dropFile puts a file into the carrier's folder, and writes its event in the form
// of an import's dead letter, in requestPayload.
func (w *deployment) dropFile(ctx context.Context) error {
	bucket, key := w.stack.outputs["InventoryBucketName"], "inventory/acme/redriven.csv"
	put, err := s3.NewFromConfig(w.stack.access.AWS).PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: strings.NewReader("start,end,package\n+390212360000,+390212360999,daily\n"),
	})
	if err != nil {
		return err
	}
	event := fmt.Sprintf(`{"Records": [{"eventSource": "aws:s3", "eventName": "ObjectCreated:Put", "eventTime": %q,
		"s3": {"bucket": {"name": %q}, "object": {"key": %q, "versionId": %q, "sequencer": "0055AED6DCD90281E5"}}}]}`,
		time.Now().UTC().Format(time.RFC3339), bucket, key, aws.ToString(put.VersionId))
	return os.WriteFile(filepath.Join(w.stack.checkout, "event.json"), []byte(event), 0o600)
}

// becomesEmpty waits until a queue has no message, visible or not.
func (w *deployment) becomesEmpty(ctx context.Context, queues *sqs.Client, queue string) error {
	visible := types.QueueAttributeNameApproximateNumberOfMessages
	hidden := types.QueueAttributeNameApproximateNumberOfMessagesNotVisible
	var left map[string]string
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		got, err := queues.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
			QueueUrl: &queue, AttributeNames: []types.QueueAttributeName{visible, hidden},
		})
		if err != nil {
			return err
		}
		if left = got.Attributes; left[string(visible)] == "0" && left[string(hidden)] == "0" {
			return nil
		}
	}
	return fmt.Errorf("it still has messages: %v", left)
}
