package search

import (
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

// Look returns one number's standing at these prices, and the hit of its range,
// which is nil if no range offers it.
func (c *Catalogue) Look(n e164.Number, prices Prices) (Standing, Hit) {
	p := c.sectionOf(n)
	if p == nil {
		return NotOffered, Hit{}
	}
	r := p.offeringOf(n).rng
	if r == nil {
		return NotOffered, Hit{}
	}
	if !priced(prices, r.Package) {
		return NotOffered, Hit{}
	}
	hit := c.rules.hit(n, r, prices)
	if prices[hit.Range.Package].Recurring.Currency() != prices[r.Package].Recurring.Currency() {
		return NotOffered, Hit{}
	}
	if p.isTaken(n) {
		return Unavailable, hit
	}
	return Available, hit
}
