package httpapi

import "didpurchase/internal/did"

// active is the wire's name of an assigned DID.
const active = "active"

func StateOf(wire string) did.State {
	if wire == active {
		return did.Assigned
	}
	return did.State(wire)
}

func WireState(s did.State) string {
	if s == did.Assigned {
		return active
	}
	return string(s)
}
