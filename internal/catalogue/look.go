package catalogue

import (
	"fmt"
	"strings"

	"didpurchase/internal/e164"
)

// Standing is how a number stands for sale.
type Standing string

// The standings.
const (
	Available   Standing = "available"
	Unavailable Standing = "unavailable" // offered, and taken
	NotOffered  Standing = "not_offered"
)

// Look says how one number stands at these prices, and gives the range that
// offers it, nil when it is not offered.
func (c *Catalogue) Look(n e164.Number, prices Prices) (Standing, *Range) {
	p := c.partOf(n)
	if p == nil {
		return NotOffered, nil
	}
	r := p.pieceOf(n).rng
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

// ParseLine reads a number as people paste it: an international one, or, of a
// country (ISO 3166-1 alpha-2) that is given, a national one. Errors say why it
// is none.
func ParseLine(text, country string) (e164.Number, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, fmt.Errorf("the line is empty")
	}
	if calling := e164.CallingCode(country); calling > 0 && text[0] != '+' {
		n, err := e164.National(fmt.Sprint(calling), text, "")
		if err == nil && e164.Valid(n) == nil {
			return n, nil
		}
	}
	n, err := e164.Parse(strings.TrimPrefix(text, "00"))
	if err != nil {
		return 0, fmt.Errorf("%q is not a telephone number with its country code", text)
	}
	return n, e164.Valid(n)
}
