package httpapi

import "didpurchase/internal/auth"

// Actor is who made a change.
type Actor struct {
	Kind string  `json:"kind" enum:"user,api_key,import,schedule,operator"`
	ID   *string `json:"id"`
	Name *string `json:"name" doc:"As it was when the change was made."`
}

// wireActor returns nil for an unknown actor.
func wireActor(a auth.Actor) *Actor {
	if a == (auth.Actor{}) {
		return nil
	}
	return &Actor{Kind: string(a.Kind), ID: optional(a.ID), Name: optional(a.Name)}
}
