package httpapi

import (
	"context"
	"net"

	"didpurchase/internal/auth"
)

// Request has the properties of a request that API Gateway adds to HTTP.
type Request struct {
	ID         string         // API Gateway's id, in logs and problems
	Authorizer map[string]any // the authorizer's context; nil for none
}

type requestKey struct{}

// WithRequest passes r to the handlers of this package.
func WithRequest(ctx context.Context, r Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

// RequestID returns API Gateway's id of the request, "" if there is none.
func RequestID(ctx context.Context) string {
	r, _ := ctx.Value(requestKey{}).(Request)
	return r.ID
}

// principalOf returns the caller, only from the authorizer's context. Errors
// wrap auth.ErrUnauthenticated.
func principalOf(ctx context.Context) (auth.Principal, error) {
	r, _ := ctx.Value(requestKey{}).(Request)
	return auth.FromHandover(r.Authorizer)
}

type callerKey struct{}

// caller returns the principal that the authorizing middleware admitted.
func caller(ctx context.Context) auth.Principal {
	return ctx.Value(callerKey{}).(auth.Principal)
}

type newcomerKey struct{}

// identity is the user of a valid token at its issuer.
type identity struct{ issuer, subject string }

// newcomer returns the identity that the authorizing middleware admitted to
// accept an invitation.
func newcomer(ctx context.Context) (issuer, subject string) {
	who := ctx.Value(newcomerKey{}).(identity)
	return who.issuer, who.subject
}

// newcomerOf returns the identity of a valid token without a user, if it is
// one.
func newcomerOf(ctx context.Context) (identity, bool) {
	r, _ := ctx.Value(requestKey{}).(Request)
	issuer, subject, ok := auth.Newcomer(r.Authorizer)
	return identity{issuer, subject}, ok
}

// originOf returns the address of a host for a browser: HTTPS, except on one
// machine.
func originOf(host string) string {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		return "http://" + host
	}
	return "https://" + host
}
