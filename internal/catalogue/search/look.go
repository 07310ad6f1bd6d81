package search

import (
	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Standing is the state of a number for sale.
type Standing string

// The standings.
const (
	Available   Standing = "available"
	Unavailable Standing = "unavailable" // offered, and taken
	NotOffered  Standing = "not_offered"
)

// Look returns one number's standing at these prices, and the range that offers
// it, nil if there is none.
func (c *Catalogue) Look(n e164.Number, prices Prices) (Standing, *catalogue.Range) {
	p := c.sectionOf(n)
	if p == nil {
		return NotOffered, nil
	}
	r := p.offeringOf(n).rng
	if r == nil {
		return NotOffered, nil
	}
	if _, priced := prices[r.Package]; !priced {
		return NotOffered, nil
	}
	if p.isTaken(n) {
		return Unavailable, r
	}
	return Available, r
}
