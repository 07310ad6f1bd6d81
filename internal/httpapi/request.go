package httpapi

import (
	"context"

	"didpurchase/internal/auth"
)

// Request is what the front of the API says about a request beside HTTP.
type Request struct {
	ID         string         // API Gateway's id, in logs and problems
	Authorizer map[string]any // the authorizer's context; nil for none
}

type requestKey struct{}

// WithRequest hands r to the handlers of this package.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestID is API Gateway's id of the request, "" when there is none.
func RequestID(ctx context.Context) string {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r.ID
}

// principalOf is who asks, from the authorizer's context and nothing else.
// Errors wrap auth.ErrUnauthenticated.
func principalOf(ctx context.Context) (auth.Principal, error) {
	r, _ := ctx.Value(requestKey{}).(Request)
	return auth.FromHandover(r.Authorizer)
}

type callerKey struct{}

// caller is the principal that the authorizing middleware let through.
func caller(ctx context.Context) auth.Principal {
	return ctx.Value(callerKey{}).(auth.Principal)
}
