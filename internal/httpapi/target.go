package httpapi

import "didpurchase/internal/destination"

// Target is one destination of calls.
type Target struct {
	URI      string `json:"uri" maxLength:"255" doc:"A number in E.164 with its plus, or a SIP, SIPS or tel URI. A SIP URI without a user gets the number that was dialled as its user." example:"sip:desk@example.com"`
	Priority int    `json:"priority,omitempty" minimum:"1" maximum:"1000" doc:"A lower one is tried first, equal ones in any order. When sent, all targets have one, or none has: then each is tried after the one before." example:"1"`
}

func WireTarget(t destination.Target) Target { return Target(t) }

// OptionalCount returns nil for 0, which means no limit.
func OptionalCount(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
