package sqs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// Account owns every queue: the account in their URLs and ARNs.
const Account = "123456789012"

// errNoQueue is the code of an operation on a queue that does not exist.
const errNoQueue = "QueueDoesNotExist"

// Error is an answer about a mistake of the caller.
type Error struct{ Code, Message string }

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// queryCodes are the codes of the older query protocol, which SDKs still read
// from a header.
var queryCodes = map[string]string{
	errNoQueue:                     "AWS.SimpleQueueService.NonExistentQueue",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
}

// operation handles a request's body and returns the JSON answer.
type operation func(s *Server, ctx context.Context, body []byte) (any, error)

// operations are the operations of SQS that functions call, and those that the
// runbook's commands call, by their names in X-Amz-Target.
var operations = map[string]operation{
	"GetQueueAttributes": with(getQueueAttributes),
	"PurgeQueue":         with(purgeQueue),
	"ReceiveMessage":     with(receiveMessage),
	"SendMessage":        with(sendMessage),
	"SendMessageBatch":   with(sendMessageBatch),
}

// with decodes the body for an operation.
func with[In any](f func(s *Server, ctx context.Context, in In) (any, error)) operation {
	return func(s *Server, ctx context.Context, body []byte) (any, error) {
		var in In
		if err := json.Unmarshal(body, &in); err != nil {
			return nil, &Error{Code: "InvalidParameterValue", Message: "the request: " + err.Error()}
		}
		return f(s, ctx, in)
	}
}

// ServeHTTP answers one operation of the JSON protocol.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	answer, err := s.answer(w, r)
	if err != nil {
		refuse(w, err)
		return
	}
	if err := json.NewEncoder(w).Encode(answer); err != nil && !errors.Is(err, context.Canceled) {
		panic(http.ErrAbortHandler) // half an answer must not look whole
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) (any, error) {
	name, ok := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	do := operations[name]
	if !ok || do == nil {
		return nil, &Error{Code: "InvalidAction",
			Message: fmt.Sprintf("X-Amz-Target %q is not supported here", r.Header.Get("X-Amz-Target"))}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2*maxBatch*maxBodyBytes))
	if err != nil {
		return nil, &Error{Code: "InvalidParameterValue", Message: "the request: " + err.Error()}
	}
	return do(s, r.Context(), body)
}

func refuse(w http.ResponseWriter, err error) {
	status, known := http.StatusBadRequest, &Error{}
	if !errors.As(err, &known) {
		status, known = http.StatusInternalServerError, &Error{Code: "InternalError", Message: err.Error()}
	}
	query := queryCodes[known.Code]
	if query == "" {
		query = known.Code
	}
	w.Header().Set("X-Amzn-Query-Error", query+";Sender")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"__type": "com.amazonaws.sqs#" + known.Code, "message": known.Message})
}
