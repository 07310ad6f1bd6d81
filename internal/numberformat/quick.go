package numberformat

import (
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// quick reads the numbers that most files have, whose form leaves one candidate:
//
//	+442079460120   digits after a plus
//	442079460120    digits alone, where no country's national numbers are expected
//	02079460120     digits after the trunk prefix 0 of the only expected country
//	020 7946 0120   any of these with spaces
//
// ok is false for any other text, and for a number that the plan doesn't know: then
// the candidates have to be judged. It is there for the speed of large files.
func (c Context) quick(text string) (r Reading, ok bool) {
	text = strings.ReplaceAll(text, " ", "")
	switch {
	case !onlyDigits(text):
		return r, false
	case text[0] == '+':
		return c.quickly(text[1:])
	case text[0] != '0' && len(c.Countries) == 0 && c.Notation != National:
		return c.quickly(text)
	case text[0] == '0' && len(c.Countries) == 1 && c.Notation != International:
		return c.quickNational(text)
	}
	return r, false
}

// shortestQuick and longestQuick are the lengths of texts that quick looks at.
const (
	shortestQuick = 5
	longestQuick  = 16
)

// onlyDigits reports whether a text is digits, maybe after a plus.
func onlyDigits(text string) bool {
	if len(text) < shortestQuick || len(text) > longestQuick {
		return false
	}
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c != '+' || i > 0) {
			return false
		}
	}
	return true
}

// quickly reads digits that begin with a calling code. If the plan knows them, no
// reading without a trunk prefix after the code has more evidence.
func (c Context) quickly(digits string) (r Reading, ok bool) {
	calling, national := e164.SplitCalling(digits)
	return c.inPlan(calling, national, International)
}

// quickNational reads a national number with its 0.
func (c Context) quickNational(digits string) (r Reading, ok bool) {
	country := c.Countries[0]
	if digits[1] == '0' || strings.HasPrefix(digits, "011") || e164.TrunkPrefix(country.Calling) != "0" {
		return r, false
	}
	rest, dialled := country.withoutTrunk(digits, true)
	if !dialled || rest == "" || rest[0] == '0' {
		return r, false
	}
	return c.inPlan(country.Calling, rest, National)
}

// inPlan returns the number after a calling code, if the plan knows it.
func (c Context) inPlan(calling int, national string, written Notation) (r Reading, ok bool) {
	if !e164.HasLength(calling, len(national)) || c.Only && !c.has(calling) {
		return r, false
	}
	value, err := strconv.ParseUint(national, 10, 64)
	if err != nil {
		return r, false
	}
	n := e164.Number(uint64(calling)*pow10(len(national)) + value)
	if n.Len() > e164.MaxDigits || !e164.InPlan(n) {
		return r, false
	}
	return Reading{Span: e164.Span{Start: n, End: n}, Notation: written, Calling: calling}, true
}

// quickSpan is quick for both ends of a span.
func (c Context) quickSpan(first, last string) (r Reading, ok bool) {
	start, ok := c.quick(first)
	if !ok {
		return r, false
	}
	end, ok := c.quick(last)
	from, to := start.Number(), end.Number()
	if !ok || start.Calling != end.Calling || from.Len() != to.Len() || to < from {
		return r, false
	}
	start.Span.End = to
	return start, true
}
