// Package host runs the project's Lambda functions on one machine, as the
// Lambda service would: by their real bootstraps, or in process for tests. It
// knows nothing of what a function does.
package host

import (
	"context"
	"fmt"
)

// Invoker invokes a function by its folder's name ("search", "cart") and waits
// for its answer.
//
// Errors: *FunctionError when the function ran and failed (as Lambda's
// X-Amz-Function-Error); ErrUnknownFunction; the context's error when the
// caller stopped waiting.
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) ([]byte, error)
}

// FunctionError is a function's own failure: it returned an error, panicked,
// timed out or died.
type FunctionError struct {
	Function string
	Type     string // "Unhandled", "Sandbox.Timedout", "Runtime.ExitError", …
	Message  string
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("%s: %s: %s", e.Function, e.Type, e.Message)
}
