package e164

import (
	"regexp"
	"strings"
	"sync"
)

// trunkRule describes digits that people of a country dial before a national
// number, if they are more than a trunk prefix.
type trunkRule struct {
	expression func() *regexp.Regexp // compiled at first use
	transform  string                // the national number from the expression's groups; "" = remove the match
}

func newTrunkRule(expr, transform string) trunkRule {
	return trunkRule{
		sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("^(?:" + expr + ")") }),
		group.ReplaceAllString(transform, "$${$1}"),
	}
}

// group is a group's number in a transformation: $1.
var group = regexp.MustCompile(`\$(\d)`)

// WithoutTrunk returns the national number of digits as they are dialled within
// a country: it removes the trunk prefix or a carrier's code, and adds an area
// code that is left out there. ok is false if the digits have none of these. A
// country is an ISO code, or "" for the main one of the calling code.
//
//	AR 011 15 2345 6789 → 9 11 2345 6789
//	BR 0 15 11 2345 6789 → 11 2345 6789
func WithoutTrunk(country string, calling int, digits string) (national string, ok bool) {
	code := plan().codes[calling]
	if code == nil {
		return digits, false
	}
	if country == "" {
		country = code.regions[0]
	}
	if rule, special := code.rules[country]; special {
		return rule.apply(digits)
	}
	national, ok = strings.CutPrefix(digits, code.trunk)
	return national, ok && code.trunk != ""
}

// apply transforms the digits if all groups of the transformation matched;
// otherwise it removes the matched digits.
func (r trunkRule) apply(digits string) (national string, ok bool) {
	m := r.expression().FindStringSubmatchIndex(digits)
	if m == nil || m[1] == 0 {
		return digits, false
	}
	last := m[len(m)-2]
	if r.transform == "" || last < 0 {
		return digits[m[1]:], true
	}
	return string(r.expression().ExpandString(nil, r.transform, digits, m)) + digits[m[1]:], true
}
