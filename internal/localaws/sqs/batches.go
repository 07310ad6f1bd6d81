package sqs

import (
	"context"
	"errors"
	"fmt"
)

func sendMessageBatch(s *Server, _ context.Context, in struct {
	QueueURL string `json:"QueueUrl"`
	Entries  []sendInput
}) (any, error) {
	size := 0
	for _, entry := range in.Entries {
		size += len(entry.MessageBody)
	}
	if size > maxBodyBytes {
		return nil, &Error{Code: "BatchRequestTooLong",
			Message: fmt.Sprintf("%d bytes of bodies: %d are allowed", size, maxBodyBytes)}
	}
	return batch(s, in.QueueURL, in.Entries, func(e sendInput) string { return e.ID }, s.send)
}

// batch runs an operation for each entry and reports the failed ones.
func batch[E any](s *Server, url string, entries []E, id func(E) string,
	do func(queue string, entry E) (map[string]string, error)) (any, error) {
	queue := nameOf(url)
	if _, err := s.Count(queue); err != nil {
		return nil, err
	}
	if err := checkBatch(entries, id); err != nil {
		return nil, err
	}
	type failure struct {
		ID          string `json:"Id"`
		Code        string
		Message     string
		SenderFault bool
	}
	done, failed := []map[string]string{}, []failure{}
	for _, entry := range entries {
		result, err := do(queue, entry)
		if known := (*Error)(nil); errors.As(err, &known) {
			failed = append(failed, failure{id(entry), known.Code, known.Message, true})
			continue
		}
		if err != nil {
			return nil, err
		}
		result["Id"] = id(entry)
		done = append(done, result)
	}
	return map[string]any{"Successful": done, "Failed": failed}, nil
}

func checkBatch[E any](entries []E, id func(E) string) error {
	if len(entries) == 0 {
		return &Error{Code: "EmptyBatchRequest", Message: "there is no entry"}
	}
	if len(entries) > maxBatch {
		return &Error{Code: "TooManyEntriesInBatchRequest",
			Message: fmt.Sprintf("%d entries: %d are allowed", len(entries), maxBatch)}
	}
	seen := map[string]bool{}
	for _, entry := range entries {
		if seen[id(entry)] {
			return &Error{Code: "BatchEntryIdsNotDistinct", Message: fmt.Sprintf("two entries have the id %q", id(entry))}
		}
		seen[id(entry)] = true
	}
	return nil
}
