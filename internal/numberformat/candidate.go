package numberformat

import (
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// candidate is a way to read digits, before the plan judges it.
type candidate struct {
	digits   string // with the calling code
	calling  int    // 0: of no country
	notation Notation
	evident  bool // the form leaves no other meaning, so that the length is enough
	trimmed  bool // a trunk prefix after the calling code was taken off
}

// candidates returns all ways to read a written text. whole distinguishes a
// number from a prefix, which lacks the digits of some national forms.
func (c Context) candidates(w written, whole bool) (list []candidate) {
	if w.plus {
		return c.international(w.digits, w.brackets, true)
	}
	if rest, ok := strings.CutPrefix(w.digits, "00"); ok {
		list = append(list, c.international(rest, shifted(w.brackets, 2), true)...)
	}
	if rest, ok := strings.CutPrefix(w.digits, "011"); ok && (c.Notation != National || c.dials011()) {
		list = append(list, c.international(rest, shifted(w.brackets, 3), len(c.Countries) == 0 || c.dials011())...)
	}
	if c.Notation != National && w.digits[0] != '0' {
		list = append(list, c.bare(w)...)
	}
	if c.Notation != International {
		for _, country := range c.Countries {
			list = append(list, c.national(country, w.digits, whole)...)
		}
	}
	return list
}

// shifted returns the brackets after n leading digits were cut off.
func shifted(brackets [][2]int, n int) (list [][2]int) {
	for _, b := range brackets {
		if b[0] >= n {
			list = append(list, [2]int{b[0] - n, b[1] - n})
		}
	}
	return list
}

// dials011 reports whether the countries include one of the North American
// plan.
func (c Context) dials011() bool {
	return slices.ContainsFunc(c.Countries, func(country Country) bool { return country.Calling == 1 })
}

// bare reads an international number without a plus. If national numbers are
// expected, it needs a calling code of their countries: 479 254 1234 is in
// Arkansas in a file of the United States, although +47 9254 1234 is Norwegian.
func (c Context) bare(w written) (list []candidate) {
	for _, found := range c.international(w.digits, w.brackets, c.Notation == International) {
		if len(c.Countries) == 0 || c.has(found.calling) {
			list = append(list, found)
		}
	}
	return list
}

func (c Context) has(calling int) bool {
	return slices.ContainsFunc(c.Countries, func(country Country) bool { return country.Calling == calling })
}

// international reads digits that begin with a calling code. A trunk prefix
// after the code, mostly in brackets, is not part of the number: +44 (0)20 is
// +44 20. If the country has no such prefix, as Italy, the zero is part of it:
// +39 (0)6 is +39 06.
func (c Context) international(digits string, brackets [][2]int, evident bool) []candidate {
	calling, national := e164.SplitCalling(digits)
	if calling == 0 {
		return []candidate{{digits: digits, notation: International}}
	}
	code := strconv.Itoa(calling)
	trunk := e164.TrunkPrefix(calling)
	whole := candidate{digits: digits, calling: calling, notation: International, evident: evident}
	zero := strings.HasPrefix(national, "0")
	bracketed := zero && slices.Contains(brackets, [2]int{len(code), len(code) + 1})
	if bracketed {
		trimmed := whole
		trimmed.digits = code + national[1:]
		if trunk == "0" {
			return []candidate{trimmed}
		}
		whole.evident, trimmed.evident = false, false
		return []candidate{whole, trimmed}
	}
	rest, ok := strings.CutPrefix(national, trunk)
	if !ok || trunk == "" {
		return []candidate{whole}
	}
	trimmed := candidate{code + rest, calling, International, evident && zero, true}
	whole.evident = evident && !zero
	return []candidate{whole, trimmed}
}

// national reads digits as a national number of the country, with and without
// the digits that are dialled before it.
func (c Context) national(country Country, digits string, whole bool) (list []candidate) {
	code := strconv.Itoa(country.Calling)
	declared := c.Notation == National
	rest, dialled := country.withoutTrunk(digits, whole)
	zero := dialled && digits[0] == '0' && e164.TrunkPrefix(country.Calling) == "0" // which begins no national number
	if dialled && rest != "" && !(zero && rest[0] == '0') {
		list = append(list, candidate{digits: code + rest, calling: country.Calling, notation: National, evident: declared ||
			zero})
	}
	if !zero {
		list = append(list, candidate{digits: code + digits, calling: country.Calling, notation: National, evident: declared})
	}
	return list
}

// withoutTrunk removes the digits that are dialled before a national number.
// For a prefix it removes only the trunk prefix: the plan's other rules need
// all digits.
func (c Country) withoutTrunk(digits string, whole bool) (rest string, ok bool) {
	trunk := c.Trunk
	if trunk == "" && whole {
		return e164.WithoutTrunk(c.ISO, c.Calling, digits)
	}
	if trunk == "" {
		trunk = e164.TrunkPrefix(c.Calling)
	}
	rest, ok = strings.CutPrefix(digits, trunk)
	return rest, ok && trunk != ""
}
