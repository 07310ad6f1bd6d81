package auth

import "context"

// ActorKind is the kind of an actor: a user, an API key and so on.
type ActorKind string

// The kinds of actors.
const (
	ByUser     ActorKind = "user"
	ByKey      ActorKind = "api_key"
	ByImport   ActorKind = "import"
	BySchedule ActorKind = "schedule"
	ByOperator ActorKind = "operator"
	ByProvider ActorKind = "payment_provider"
)

// Actor is the author of a change: a person, a program with an API key, a carrier's
// file, a timer, or an operator. The zero Actor is unknown: the change was made
// before actors were recorded, or its item does not show the author.
type Actor struct {
	Kind ActorKind
	ID   string // of the user, API key or import; the name of the schedule or the provider; the operator's command
	Name string // for people; may be ""
}

// Renewals is the actor of charges, suspensions, releases and lapses.
var Renewals = Actor{Kind: BySchedule, ID: "renewals", Name: "Renewals"}

// Actor returns the principal as the author of changes.
func (p Principal) Actor() Actor {
	if id, isKey := p.keyID(); isKey {
		return Actor{Kind: ByKey, ID: id, Name: p.Name}
	}
	return Actor{Kind: ByUser, ID: p.User, Name: p.Name}
}

type actorKey struct{}

// ActingAs returns a context in which a is the author of changes.
func ActingAs(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

type approverKey struct{}

// Approving returns the context of a caller who is allowed to approve the customer's
// orders: the caller's own orders need no approval.
func Approving(ctx context.Context) context.Context {
	return context.WithValue(ctx, approverKey{}, true)
}

// Approves reports whether the caller of the context may approve orders of the
// customer.
func Approves(ctx context.Context) bool {
	approves, _ := ctx.Value(approverKey{}).(bool)
	return approves
}

// ActorOf returns the author of the context's changes, the zero Actor if unknown.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
