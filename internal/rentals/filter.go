package rentals

import (
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/numberformat"
)

// Filters are the conditions of a list as in the request. An empty one is not set,
// and all that are set must hold.
type Filters struct {
	Q           string // digits as people write them, or a part of the label, of a tag or of the area
	State       string // the word of the wire
	Country     string // several, separated by commas
	Area        string
	Type        string
	Package     string // its id
	Tag         string
	Destination string // the first target of calls, or NoDestination
}

// NoDestination is the value of Filters.Destination for rentals without a
// destination.
const NoDestination = "none"

// Sort is the order of a list.
type Sort string

// The orders.
const (
	ByNumber     Sort = "number"
	ByNextCharge Sort = "next_charge" // the earliest first, rentals without one last
	ByLabel      Sort = "label"       // rentals without one last
	ByAssignedAt Sort = "assigned_at" // the newest first
)

// InvalidFilter is the fault of a filter.
type InvalidFilter struct{ Field, Detail string }

func (e *InvalidFilter) Error() string { return fmt.Sprintf("rentals: %s: %s", e.Field, e.Detail) }

// Query is a list's conditions, parsed.
type Query struct {
	digits, text string // of Q: one of them must be found
	state        did.State
	countries    []string
	area         string
	kind         e164.Type
	pkg          string
	tag          string
	destination  string
	nowhere      bool
}

// Parse reads filters. Errors: *InvalidFilter.
func Parse(f Filters) (Query, error) {
	q := Query{
		text: strings.ToLower(strings.TrimSpace(f.Q)), state: stateOf(f.State), area: strings.TrimSpace(f.Area),
		kind: e164.Type(f.Type), pkg: f.Package, tag: f.Tag, destination: target(f.Destination),
		nowhere: f.Destination == NoDestination,
	}
	if digits, zero, err := numberformat.ReadDigits(f.Q); q.text != "" && err == nil {
		q.digits = digits
		if zero { // national numbers begin with it, stored ones don't
			q.digits = digits[1:]
		}
	}
	if f.Country == "" {
		return q, nil
	}
	for code := range strings.SplitSeq(f.Country, ",") {
		code = strings.ToUpper(strings.TrimSpace(code))
		if len(code) != 2 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			return Query{}, &InvalidFilter{"country", fmt.Sprintf("%q is no country's two letters, such as GB", code)}
		}
		q.countries = append(q.countries, code)
	}
	return q, nil
}

// stateOf returns the state of a word of the wire.
func stateOf(word string) did.State {
	if word == did.Assigned.Word() {
		return did.Assigned
	}
	return did.State(word)
}

// target returns a target of calls in the stored form: a + in an address is read
// as a blank.
func target(text string) string {
	text = strings.TrimSpace(text)
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return "+" + text
	}
	return text
}

// All reports whether the query has no condition.
func (q Query) All() bool {
	return q.text == "" && q.state == did.None && q.countries == nil && q.area == "" && q.kind == "" && q.pkg == "" &&
		q.tag == "" && q.destination == "" && !q.nowhere
}

// Matches reports whether the row satisfies the query.
func (q Query) Matches(r *Row) bool {
	return (q.state == did.None || q.state == r.State) && q.matchesLot(r.Lot) && q.matchesSettings(r) && q.finds(r)
}

func (q Query) matchesLot(l *Lot) bool {
	return (q.countries == nil || slices.Contains(q.countries, l.Country)) && (q.pkg == "" || q.pkg == l.Package) &&
		(q.area == "" || strings.EqualFold(q.area, l.Area)) && (q.kind == "" || q.kind == l.Type)
}

func (q Query) matchesSettings(r *Row) bool {
	if q.tag != "" && !slices.ContainsFunc(r.Tags, func(tag string) bool { return strings.EqualFold(tag, q.tag) }) {
		return false
	}
	if q.nowhere {
		return r.Destination == ""
	}
	return q.destination == "" || strings.EqualFold(q.destination, r.Destination)
}

// finds reports whether the text of Q is in the row.
func (q Query) finds(r *Row) bool {
	if q.text == "" || q.digits != "" && strings.Contains(r.Digits, q.digits) {
		return true
	}
	has := func(s string) bool { return len(s) >= len(q.text) && strings.Contains(strings.ToLower(s), q.text) }
	return has(r.Label) || has(r.Lot.Area) || slices.ContainsFunc(r.Tags, has)
}
