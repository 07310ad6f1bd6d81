package catalogue

import "didpurchase/internal/e164"

// DefaultLimit and MaxLimit bound a page.
const (
	DefaultLimit = 50
	MaxLimit     = 200
)

// Filters is what a customer asks for, as it was written: each field is a query
// parameter of the same name in snake case, "" = not asked for. All of them
// must hold.
type Filters struct {
	Q          string // the box that a person types into
	StartsWith string
	EndsWith   string
	Contains   string
	Pattern    string // the whole number
	Country    string // ISO 3166-1 alpha-2
	Area       string
	Package    string // package id
	Type       string
	Limit      int         // 0 = DefaultLimit
	After      e164.Number // the cursor: only numbers greater than it are on the page
}

// Hit is a number that can be bought, and the range that offers it.
type Hit struct {
	Number e164.Number
	Range  *Range
}

// Result is a page of what matches, ascending by number, and exact counts of
// all that matches, wherever the page stands.
type Result struct {
	Rows   []Hit
	Total  uint64
	Facets Facets
	Next   e164.Number // the cursor of the next page, 0 = this is the last
}

// Facets counts the matches by what their ranges say, greatest count first.
type Facets struct{ Country, Area, Package []Count }

// Count is how many matches have a value; numbers without one are not counted.
type Count struct {
	Value string
	Count uint64
}
