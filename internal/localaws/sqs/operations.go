package sqs

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// URL returns a queue's address at a host.
func URL(host, queue string) string { return "http://" + host + "/" + Account + "/" + queue }

// nameOf returns the queue of a URL, for any host.
func nameOf(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

func arn(queue string) string { return "arn:aws:sqs:us-east-1:" + Account + ":" + queue }

type queueInput struct {
	QueueURL string `json:"QueueUrl"`
}

func (s *Server) config(name string) (Queue, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q, ok := s.queues[name]
	if !ok {
		return Queue{}, false
	}
	return q.Queue, true
}

func getQueueAttributes(s *Server, _ context.Context, in struct {
	QueueURL       string `json:"QueueUrl"`
	AttributeNames []string
}) (any, error) {
	name := nameOf(in.QueueURL)
	counts, err := s.Count(name)
	if err != nil {
		return nil, err
	}
	q, _ := s.config(name)
	all := map[string]string{
		"ApproximateNumberOfMessages":           strconv.Itoa(counts.Visible),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(counts.InFlight),
		"ApproximateNumberOfMessagesDelayed":    strconv.Itoa(counts.Delayed),
		"VisibilityTimeout":                     seconds(q.Visibility),
		"MessageRetentionPeriod":                seconds(q.Retention),
		"DelaySeconds":                          seconds(q.Delay),
		"QueueArn":                              arn(name),
	}
	if q.DeadLetterQueue != "" {
		all["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":%d}`, arn(q.DeadLetterQueue),
			q.MaxReceiveCount)
	}
	maps.DeleteFunc(all, func(name, _ string) bool {
		return !slices.Contains(in.AttributeNames, "All") && !slices.Contains(in.AttributeNames, name)
	})
	return map[string]any{"Attributes": all}, nil
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

func purgeQueue(s *Server, _ context.Context, in queueInput) (any, error) {
	return struct{}{}, s.Purge(nameOf(in.QueueURL))
}

func md5Hex(data []byte) string {
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}
