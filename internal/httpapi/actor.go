package httpapi

import "didpurchase/internal/auth"

// Actor is the actor of a change, on the wire.
type Actor struct {
	Kind string  `json:"kind" enum:"user,api_key,import,schedule,operator,payment_provider"`
	ID   *string `json:"id"`
	Name *string `json:"name" doc:"As it was when the change was made."`
}

// WireActor returns nil for an unknown actor.
func WireActor(a auth.Actor) *Actor {
	if a == (auth.Actor{}) {
		return nil
	}
	return &Actor{Kind: string(a.Kind), ID: Optional(a.ID), Name: Optional(a.Name)}
}
