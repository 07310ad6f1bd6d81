package httpapi

import (
	"context"

	"didpurchase/internal/auth"
	"didpurchase/internal/ledger"
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

// principalOf returns the caller, from the authorizer's context only. Errors wrap
// auth.ErrUnauthenticated.
func principalOf(ctx context.Context) (auth.Principal, error) {
	r, _ := ctx.Value(requestKey{}).(Request)
	return auth.FromHandover(r.Authorizer)
}

type callerKey struct{}

// Caller returns the principal that the authorizing middleware admitted.
func Caller(ctx context.Context) auth.Principal {
	return ctx.Value(callerKey{}).(auth.Principal)
}

type newcomerKey struct{}

// identity is the user of a valid token at its issuer.
type identity struct{ issuer, subject string }

// Newcomer returns the identity that the authorizing middleware admitted to
// accept an invitation.
func Newcomer(ctx context.Context) (issuer, subject string) {
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

// Customer returns the caller's account. It is never called for staff: auth.Rules
// allows no staff on a customer's routes.
func Customer(ctx context.Context) ledger.Customer { return AccountOf(Caller(ctx)) }

func AccountOf(p auth.Principal) ledger.Customer {
	return ledger.Customer{Carrier: p.Carrier, ID: p.Customer}
}
