package e164

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrNotE164 means that a number can't exist: no country has its calling code, or
// that country has no numbers of its length. Whether the digits are assigned is not
// checked: plans change faster than tables.
var ErrNotE164 = errors.New("not an E.164 number")

// Country returns the ISO 3166-1 alpha-2 code of the number's country, "" if no
// country has its calling code or the code belongs to a global service. If
// several countries share a code, the digits decide; if they don't, it is the
// code's main country.
func Country(n Number) string {
	if c, _ := plan().class(n); c != nil {
		return c.country
	}
	if code, _ := plan().find(n); code != nil {
		return code.country()
	}
	return ""
}

// UnknownCountry returns the sentence that refuses a text as a country.
func UnknownCountry(text string) string {
	return fmt.Sprintf("%q is not an ISO 3166-1 alpha-2 code of a country with telephone numbers", text)
}

// KindOf returns the number's type, Unknown if the plan has none.
func KindOf(n Number) Type {
	if c, _ := plan().class(n); c != nil {
		return c.kind
	}
	return Unknown
}

// Area returns the English name of the number's area by the longest known
// prefix, such as "London" or "Jersey City, NJ"; "" if none is known.
func Area(n Number) string {
	name, _ := areas().find(n)
	return name
}

// Display writes a number in its country's grouping: "+44 20 7123 4567". Digits
// that the plan does not know stay in one group.
func Display(n Number) string {
	c, _ := plan().class(n)
	if c == nil {
		return n.String()
	}
	code, national := plan().find(n)
	return c.display(code.code, national)
}

// Valid checks a number's country code and length. Errors wrap ErrNotE164 and
// name the fault.
func Valid(n Number) error {
	code, national := plan().find(n)
	if code == nil {
		return fmt.Errorf("%s is %w: no country has this calling code", n, ErrNotE164)
	}
	if len(national) > MaxDigits || !code.lengths[len(national)] {
		return fmt.Errorf("%s is %w: numbers of +%d have %s digits after it, not %d",
			n, ErrNotE164, code.code, LengthList(NationalLengths(code.code)), len(national))
	}
	return nil
}

// InPlan reports whether the numbering plan knows the number's length and
// leading digits. A number outside the plan may exist: see Valid.
func InPlan(n Number) bool { return KindOf(n) != Unknown }

// LengthsInPlan returns the lengths, with the calling code, of the numbers in
// the plan that begin with the digits. Digits that are shorter or longer than a
// known prefix are compared as far as they go.
func LengthsInPlan(digits string) (list []int) {
	calling, national := SplitCalling(digits)
	code := len(digits) - len(national)
	for _, length := range NationalLengths(calling) {
		if total := code + length; PrefixInPlan(digits[:min(len(digits), total)], total) {
			list = append(list, total)
		}
	}
	return list
}

// PrefixInPlan reports whether the numbering plan has a number of the given
// length that begins with the prefix (digits with their calling code).
func PrefixInPlan(prefix string, length int) bool {
	calling, national := SplitCalling(prefix)
	code := plan().codes[calling]
	rest := length - (len(prefix) - len(national))
	if code == nil || rest < len(national) || rest > MaxDigits || !code.lengths[rest] {
		return false
	}
	t := code.trees[rest]
	for i := 0; i < len(national) && t&1 == 1; i++ {
		t = plan().nodes[t>>1][national[i]-'0']
	}
	return plan().known(t)
}

// SplitCalling separates the calling code from the digits after it. Without a
// known code it returns 0 and all digits. No code is a prefix of another.
func SplitCalling(digits string) (calling int, national string) {
	for i := 0; i < min(3, len(digits)); i++ {
		if digits[i] < '0' || digits[i] > '9' || calling == 0 && digits[i] == '0' {
			break
		}
		calling = calling*10 + int(digits[i]-'0')
		if plan().codes[calling] != nil {
			return calling, digits[i+1:]
		}
	}
	return 0, digits
}

// CallingCode returns the calling code of a country, 0 if it has none.
func CallingCode(country string) int {
	if code := plan().byISO[country]; code != nil {
		return code.code
	}
	return 0
}

// CallingCodes lists all calling codes, ascending.
func CallingCodes() []int {
	var list []int
	for code := range plan().codes {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

// HasLength reports whether national numbers of a calling code may have a number of
// digits.
func HasLength(calling, length int) bool {
	code := plan().codes[calling]
	return code != nil && length >= 0 && length < len(code.lengths) && code.lengths[length]
}

// NationalLengths returns the possible lengths of numbers after the calling
// code, ascending; none for an unknown code.
func NationalLengths(calling int) (list []int) {
	if code := plan().codes[calling]; code != nil {
		for length, exists := range code.lengths {
			if exists {
				list = append(list, length)
			}
		}
	}
	return list
}

// TrunkPrefix returns the digits that people dial before a national number of
// the calling code ("0" in most countries), "" if there are none.
func TrunkPrefix(calling int) string {
	if code := plan().codes[calling]; code != nil {
		return code.trunk
	}
	return ""
}

// National reads a national number of a calling code, written with or without its
// trunk prefix. trunkPrefix "" means the numbering plan's. Errors wrap ErrSyntax
// or, for an unknown calling code, ErrNotE164; Valid checks lengths.
func National(countryCode, national, trunkPrefix string) (Number, error) {
	calling, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(countryCode), "+"))
	code := plan().codes[calling]
	if err != nil || code == nil {
		return 0, fmt.Errorf("%q: no country has this calling code: %w", countryCode, ErrNotE164)
	}
	if trunkPrefix == "" {
		trunkPrefix = code.trunk
	}
	digits := strings.Map(keepDigits, strings.TrimSpace(national))
	if digits == "" || strings.ContainsRune(digits, 'x') {
		return 0, fmt.Errorf("%w: %q", ErrSyntax, national)
	}
	return Parse(strconv.Itoa(calling) + code.withoutTrunk(digits, trunkPrefix))
}

// withoutTrunk removes the trunk prefix. A prefix of 0 never begins a national
// number. Another prefix may (Russia's 8 in 800 555 35 35), so it stays if the
// number's length is valid as it is.
func (c *callingCode) withoutTrunk(digits, trunk string) string {
	whole := len(digits) <= MaxDigits && c.lengths[len(digits)]
	if trunk == "" || whole && trunk[0] != '0' {
		return digits
	}
	return strings.TrimPrefix(digits, trunk)
}

func (c *callingCode) country() string {
	if main := c.regions[0]; len(main) == 2 {
		return main
	}
	return "" // 001: a global service
}

// LengthList joins lengths for a sentence: "7, 9 or 10".
func LengthList(lengths []int) string {
	var texts []string
	for _, length := range lengths {
		texts = append(texts, strconv.Itoa(length))
	}
	if last := len(texts) - 1; last > 0 {
		return strings.Join(texts[:last], ", ") + " or " + texts[last]
	}
	return strings.Join(texts, "")
}
