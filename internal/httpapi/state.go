package httpapi

import "didpurchase/internal/did"

// active is the wire's name of an assigned DID.
const active = "active"

// WireState returns the wire's name of a state.
func WireState(s did.State) string {
	if s == did.Assigned {
		return active
	}
	return string(s)
}
