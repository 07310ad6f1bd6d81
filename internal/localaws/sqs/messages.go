package sqs

import (
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

type sendInput struct {
	ID                string `json:"Id"` // in a batch
	QueueURL          string `json:"QueueUrl"`
	MessageBody       string
	DelaySeconds      *int
	MessageAttributes map[string]Attribute
}

func sendMessage(s *Server, _ context.Context, in sendInput) (any, error) {
	return s.send(nameOf(in.QueueURL), in)
}

func (s *Server) send(queue string, in sendInput) (map[string]string, error) {
	delay := time.Duration(-1)
	if in.DelaySeconds != nil {
		delay = time.Duration(*in.DelaySeconds) * time.Second
	}
	m, err := s.Send(queue, in.MessageBody, in.MessageAttributes, delay)
	if err != nil {
		return nil, err
	}
	sent := map[string]string{"MessageId": m.ID, "MD5OfMessageBody": md5Hex([]byte(m.Body))}
	if len(m.Attributes) > 0 {
		sent["MD5OfMessageAttributes"] = md5Hex(attributeBytes(m.Attributes))
	}
	return sent, nil
}

// attributeBytes returns the input of the MD5 of message attributes, as in
// "Amazon SQS message attributes" of SQS's developer guide.
func attributeBytes(attributes map[string]Attribute) []byte {
	var out []byte
	add := func(data []byte) {
		out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
		out = append(out, data...)
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[name]
		add([]byte(name))
		add([]byte(a.DataType))
		if strings.HasPrefix(a.DataType, "Binary") {
			out = append(out, 2)
			add(a.BinaryValue)
		} else {
			out = append(out, 1)
			if a.StringValue != nil {
				add([]byte(*a.StringValue))
			}
		}
	}
	return out
}

func receiveMessage(s *Server, ctx context.Context, in struct {
	QueueURL                    string `json:"QueueUrl"`
	MaxNumberOfMessages         int
	VisibilityTimeout           *int
	WaitTimeSeconds             int
	MessageAttributeNames       []string
	AttributeNames              []string
	MessageSystemAttributeNames []string
}) (any, error) {
	limit := max(in.MaxNumberOfMessages, 1)
	if limit > maxBatch {
		return nil, &Error{Code: "InvalidParameterValue",
			Message: fmt.Sprintf("MaxNumberOfMessages is %d: %d are allowed", limit, maxBatch)}
	}
	visibility := time.Duration(-1)
	if in.VisibilityTimeout != nil {
		visibility = time.Duration(*in.VisibilityTimeout) * time.Second
	}
	got, err := s.Receive(ctx, nameOf(in.QueueURL), limit, visibility, time.Duration(in.WaitTimeSeconds)*time.Second)
	if err != nil {
		return nil, err
	}
	messages := make([]map[string]any, len(got))
	for i, m := range got {
		messages[i] = m.wire(append(in.AttributeNames, in.MessageSystemAttributeNames...), in.MessageAttributeNames)
	}
	return map[string]any{"Messages": messages}, nil
}

// SystemAttributes returns the attributes that SQS itself sets.
func (m Message) SystemAttributes() map[string]string {
	return map[string]string{
		"SenderId":                         Account,
		"SentTimestamp":                    strconv.FormatInt(m.Sent.UnixMilli(), 10),
		"ApproximateReceiveCount":          strconv.Itoa(m.Receives),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.FirstReceived.UnixMilli(), 10),
	}
}

// wire returns the message as ReceiveMessage does, with the requested
// attributes.
func (m Message) wire(system, own []string) map[string]any {
	out := map[string]any{
		"MessageId": m.ID, "ReceiptHandle": m.Receipt, "Body": m.Body, "MD5OfBody": md5Hex([]byte(m.Body)),
		"Attributes": only(m.SystemAttributes(), system),
	}
	if asked := only(m.Attributes, own); len(asked) > 0 {
		out["MessageAttributes"] = asked
		out["MD5OfMessageAttributes"] = md5Hex(attributeBytes(asked))
	}
	return out
}

// only keeps the named values: all by "All" or ".*", or by a full name or
// "start.*".
func only[V any](all map[string]V, names []string) map[string]V {
	kept := map[string]V{}
	for name, value := range all {
		if slices.ContainsFunc(names, func(asked string) bool {
			start, wild := strings.CutSuffix(asked, ".*")
			return asked == "All" || asked == name || wild && strings.HasPrefix(name, start)
		}) {
			kept[name] = value
		}
	}
	return kept
}
