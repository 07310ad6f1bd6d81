// Package host runs the project's Lambda functions on one machine, like the Lambda
// service: with their real bootstraps, or in process for tests. It knows nothing
// about the work of a function.
package host

import (
	"context"
	"errors"
	"fmt"
)

// Invoker invokes a function by its folder's name ("search", "cart") and waits
// for its answer.
//
// Errors: *FunctionError if the function ran and failed (as Lambda's
// X-Amz-Function-Error); ErrUnknownFunction; ErrTooLarge if the payload is over
// Lambda's 6 MB; the context's error if the caller stopped waiting (the
// function goes on).
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) ([]byte, error)
}

var (
	ErrUnknownFunction = errors.New("no such function")
	ErrTooLarge        = errors.New("payload is larger than 6 MB")
)

// Lambda's limits in bytes for the payload and the answer of a synchronous
// invocation.
const (
	MaxRequest  = 6 << 20
	MaxResponse = 6<<20 + 100
)

// FunctionError is a function's own failure: it returned an error, panicked,
// timed out or died.
type FunctionError struct {
	Function string
	Type     string // the Go error's type, or "Sandbox.Timedout", "Runtime.ExitError", "Function.ResponseSizeTooLarge"
	Message  string
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Function, e.Type, e.Message)
}

// checkRequest refuses payloads that Lambda would not pass to the function.
func checkRequest(function string, payload []byte) error {
	if len(payload) > MaxRequest {
		return fmt.Errorf("%s: %w (%d bytes)", function, ErrTooLarge, len(payload))
	}
	return nil
}

// answer is the result of an invocation.
type answer struct {
	payload []byte
	failure *FunctionError
}

// checked returns the answer, or an error if it is larger than Lambda allows.
func (a answer) checked(function string) answer {
	if len(a.payload) <= MaxResponse {
		return a
	}
	return answer{failure: &FunctionError{function, "Function.ResponseSizeTooLarge",
		fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", MaxResponse)}}
}

func (a answer) result() ([]byte, error) {
	if a.failure != nil {
		return nil, a.failure
	}
	return a.payload, nil
}
