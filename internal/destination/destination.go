// Package destination has the targets of calls to a rented number: telephone
// numbers, SIP, SIPS and tel URIs, tried by priority. It reads what people write
// into one form, names the part that is wrong, and refuses a loop to the number
// itself. It knows nothing of rentals, stores or switches.
package destination

import (
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/e164"
)

// The bounds of a route.
const (
	MaxTargets  = 10
	MaxURI      = 255 // characters of a target
	MaxPriority = 1000
	MaxChannels = 10_000
)

// Route has the targets of calls and the most calls at the same time.
type Route struct {
	Targets     []Target // those with the lowest priority first; none: nowhere
	MaxChannels int      // 0 = no limit
}

// Target is one place that a call may go to.
type Target struct {
	URI      string // E.164 with its plus, or a SIP, SIPS or tel URI
	Priority int    // from 1; a lower one is tried first, equal ones in any order
}

// Fault is the fault of one part of a route.
type Fault struct {
	Part   string // "destination", "destinations", "destinations/<index>/uri", "max_channels" and so on
	Detail string
}

// To returns the route to one target; with "" calls go nowhere.
func To(uri string) Route {
	if uri == "" {
		return Route{}
	}
	return Route{Targets: []Target{{URI: uri, Priority: 1}}}
}

// First returns the target that is tried first, "" for nowhere.
func (r Route) First() string {
	if len(r.Targets) == 0 {
		return ""
	}
	return r.Targets[0].URI
}

// Number returns the telephone number that a target in its stored form leads
// to; ok is false for a SIP address.
func (t Target) Number() (n e164.Number, ok bool) {
	number, _, _ := strings.Cut(strings.TrimPrefix(t.URI, "tel:"), ";")
	if !strings.HasPrefix(number, "+") {
		return 0, false
	}
	n, err := e164.Parse(number)
	return n, err == nil
}

// Numbers returns the telephone numbers that the route leads to, each once.
func (r Route) Numbers() (numbers []e164.Number) {
	for _, t := range r.Targets {
		if n, ok := t.Number(); ok && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	return numbers
}

// LeadsTo reports whether a target is the number.
func (r Route) LeadsTo(n e164.Number) bool { return slices.Contains(r.Numbers(), n) }

// PartOf returns the part of the route that a fault of the target at i names.
func (r Route) PartOf(i int) string {
	if len(r.Targets) == 1 {
		return "destination"
	}
	return fmt.Sprintf("destinations/%d/uri", i)
}

// Equal reports whether both routes are the same.
func (r Route) Equal(other Route) bool {
	return r.MaxChannels == other.MaxChannels && slices.Equal(r.Targets, other.Targets)
}

// Checked returns the route in its stored form: numbers in E.164, schemes and
// hosts in lower case, targets by priority. own are the rented numbers, which
// calls may not come back to.
func (r Route) Checked(own e164.Span) (Route, []Fault) {
	var faults []Fault
	fault := func(part, format string, args ...any) {
		faults = append(faults, Fault{part, fmt.Sprintf(format, args...)})
	}
	if len(r.Targets) > MaxTargets {
		fault("destinations", "are %d, at most %d are kept", len(r.Targets), MaxTargets)
	}
	if r.MaxChannels < 0 || r.MaxChannels > MaxChannels {
		fault("max_channels", "must be from 1 to %d, or null for no limit", MaxChannels)
	}
	if len(faults) == 0 {
		r.Targets = checkTargets(r.Targets, own, fault)
	}
	if len(faults) > 0 {
		return Route{}, faults
	}
	slices.SortStableFunc(r.Targets, func(a, b Target) int { return a.Priority - b.Priority })
	return r, nil
}

func checkTargets(targets []Target, own e164.Span, fault func(part, format string, args ...any)) (checked []Target) {
	at := map[string]int{} // where each URI was first seen
	for i, t := range targets {
		part := fmt.Sprintf("destinations/%d", i)
		uri, problem := read(t.URI, own)
		switch first, twice := at[uri]; {
		case problem != "" && len(targets) == 1:
			fault("destination", "%s", problem)
		case problem != "":
			fault(part+"/uri", "%s", problem)
		case twice:
			fault(part+"/uri", "is the same as destinations/%d", first)
		}
		if t.Priority < 1 || t.Priority > MaxPriority {
			fault(part+"/priority", "must be from 1 to %d", MaxPriority)
		}
		at[uri] = i
		checked = append(checked, Target{uri, t.Priority})
	}
	return checked
}
