package awsenv

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"didpurchase/internal/correlation"
)

// NewLogger writes JSON lines without secrets, with the request id and the
// correlation id of their context.
func NewLogger(out io.Writer) *slog.Logger {
	return slog.New(forInvocation{slog.NewJSONHandler(out, &slog.HandlerOptions{ReplaceAttr: redact})})
}

type forInvocation struct{ slog.Handler }

// Handle implements slog.Handler.
func (h forInvocation) Handle(ctx context.Context, r slog.Record) error {
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		r.AddAttrs(slog.String("invocation_id", invocation.AwsRequestID))
	}
	if id := correlation.ID(ctx); id != "" {
		r.AddAttrs(slog.String("correlation_id", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h forInvocation) WithAttrs(attrs []slog.Attr) slog.Handler {
	return forInvocation{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements slog.Handler.
func (h forInvocation) WithGroup(name string) slog.Handler {
	return forInvocation{h.Handler.WithGroup(name)}
}
