package sqs

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
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

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
}

func createQueue(s *Server, _ context.Context, c call, in createQueueInput) (any, error) {
	q := Queue{Name: in.QueueName, Visibility: DefaultVisibility, Retention: DefaultRetention}
	for name, value := range in.Attributes {
		if err := q.set(name, value); err != nil {
			return nil, err
		}
	}
	if in.QueueName == "" {
		return nil, &Error{Code: "InvalidParameterValue", Message: "QueueName is missing"}
	}
	if old, ok := s.config(q.Name); ok {
		if old != q {
			return nil, &Error{Code: "QueueNameExists", Message: fmt.Sprintf("queue %q exists with other attributes", q.Name)}
		}
	} else if err := s.Declare(q); err != nil {
		return nil, err
	}
	return map[string]string{"QueueUrl": URL(c.host, q.Name)}, nil
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

// set reads an attribute of CreateQueue.
func (q *Queue) set(name, value string) error {
	durations := map[string]*time.Duration{
		"VisibilityTimeout": &q.Visibility, "MessageRetentionPeriod": &q.Retention, "DelaySeconds": &q.Delay,
	}
	if name == "RedrivePolicy" {
		return q.setRedrive(value)
	}
	d, ok := durations[name]
	if !ok {
		return &Error{Code: "InvalidAttributeName", Message: name + " is not known here"}
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return &Error{Code: "InvalidAttributeValue", Message: fmt.Sprintf("%s: %q is not a number of seconds", name, value)}
	}
	*d = time.Duration(n) * time.Second
	return nil
}

func (q *Queue) setRedrive(value string) error {
	var policy struct {
		DeadLetterTargetARN string      `json:"deadLetterTargetArn"`
		MaxReceiveCount     json.Number `json:"maxReceiveCount"`
	}
	err := json.Unmarshal([]byte(value), &policy)
	n, parseErr := strconv.Atoi(policy.MaxReceiveCount.String())
	if err != nil || parseErr != nil || n < 1 {
		return &Error{Code: "InvalidAttributeValue", Message: fmt.Sprintf("RedrivePolicy: %s", value)}
	}
	q.DeadLetterQueue = policy.DeadLetterTargetARN[strings.LastIndexByte(policy.DeadLetterTargetARN, ':')+1:]
	q.MaxReceiveCount = n
	return nil
}

func getQueueURL(s *Server, _ context.Context, c call, in struct{ QueueName string }) (any, error) {
	if _, err := s.Count(in.QueueName); err != nil {
		return nil, err
	}
	return map[string]string{"QueueUrl": URL(c.host, in.QueueName)}, nil
}

func listQueues(s *Server, _ context.Context, c call, in struct{ QueueNamePrefix string }) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	urls := []string{}
	for _, name := range slices.Sorted(maps.Keys(s.queues)) {
		if strings.HasPrefix(name, in.QueueNamePrefix) {
			urls = append(urls, URL(c.host, name))
		}
	}
	return map[string][]string{"QueueUrls": urls}, nil
}

func getQueueAttributes(s *Server, _ context.Context, _ call, in struct {
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

func purgeQueue(s *Server, _ context.Context, _ call, in queueInput) (any, error) {
	return struct{}{}, s.Purge(nameOf(in.QueueURL))
}

func md5Hex(data []byte) string {
	sum := md5.Sum(data)
	return hex.EncodeToString(sum[:])
}
