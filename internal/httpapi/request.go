package httpapi

import (
	"context"
	"net"

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

type newcomerKey struct{}

// identity is whom a valid token speaks for at its issuer.
type identity struct{ issuer, subject string }

// newcomer is the identity that the authorizing middleware let through to accept
// an invitation.
func newcomer(ctx context.Context) (issuer, subject string) {
	who := ctx.Value(newcomerKey{}).(identity)
	return who.issuer, who.subject
}

// newcomerOf is the valid token of somebody who is not a user, if it is one.
func newcomerOf(ctx context.Context) (identity, bool) {
	r, _ := ctx.Value(requestKey{}).(Request)
	issuer, subject, ok := auth.Newcomer(r.Authorizer)
	return identity{issuer, subject}, ok
}

// originOf is the address of a host that a browser used: HTTPS but on one machine.
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
