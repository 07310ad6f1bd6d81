// Package outage recognises that a service of AWS can't be reached, throttles, or
// fails. It is part of the SDK's middleware, so that each client's errors are
// classified once, in one way. It knows no operation.
package outage

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"didpurchase/internal/commit"
)

// Marked returns the configuration for clients with errors that wrap
// commit.ErrUnavailable if the same request may succeed later.
func Marked(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		// Before all others: it sees the error after the SDK's last retry.
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("outage", mark), middleware.Before)
	})
	return cfg
}

func mark(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
	middleware.InitializeOutput, middleware.Metadata, error,
) {
	out, metadata, err := next.HandleInitialize(ctx, in)
	if err != nil && passing(err) {
		err = fmt.Errorf("%w: %w", commit.ErrUnavailable, err)
	}
	return out, metadata, err
}

// transient are the errors that the SDK repeats: failed connections, answers of
// 5xx, throttling.
var transient = retry.IsErrorRetryables(retry.DefaultRetryables)

// passing reports whether an error comes from the service and may pass. Errors of
// the request or its permissions don't pass.
func passing(err error) bool {
	var noRetriesLeft ratelimit.QuotaExceededError
	// the SDK does not repeat "no such host", which resolvers also answer while
	// they have trouble
	var unresolved *net.DNSError
	return transient.IsErrorRetryable(err) == aws.TrueTernary || errors.As(err, &noRetriesLeft) ||
		errors.As(err, &unresolved)
}
