package catalogue

import "didpurchase/internal/e164"

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
