package e164

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrNotE164 says that a number can't exist: no country has its calling code,
// or that country has no numbers of its length. Whether its digits are assigned
// is not judged: plans change faster than tables.
var ErrNotE164 = errors.New("not an E.164 number")

// Country is the ISO 3166-1 alpha-2 code of the number's country, "" when no
// country has its calling code or it belongs to a global service. Where several
// countries share a code the digits decide, else it is the code's main one.
func Country(n Number) string {
	if c, _ := plan().class(n); c != nil {
		return c.country
	}
	if code, _ := plan().find(n); code != nil {
		return code.country()
	}
	return ""
}

// KindOf is the number's type, Unknown where the plan does not say.
func KindOf(n Number) Type {
	if c, _ := plan().class(n); c != nil {
		return c.kind
	}
	return Unknown
}

// Area is the English name of the number's area by the longest known prefix,
// such as "London" or "Jersey City, NJ"; "" where none is known.
func Area(n Number) string {
	name, _ := areas().find(n)
	return name
}

// Display writes a number as its country groups it: "+44 20 7123 4567". What
// the plan does not know stays in one group.
func Display(n Number) string {
	c, _ := plan().class(n)
	if c == nil {
		return n.String()
	}
	code, national := plan().find(n)
	return c.display(code.code, national)
}

// Valid judges a number by its country code and length: an error wraps
// ErrNotE164 and says what is wrong with it.
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

// InPlan reports whether the numbering plan knows the number's length and its
// leading digits. It may know less than there is: see Valid.
func InPlan(n Number) bool { return KindOf(n) != Unknown }

// LengthsInPlan are the lengths, calling code included, of the numbers that the
// numbering plan knows to begin with the digits or to be the begin of them.
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

// PrefixInPlan reports whether the numbering plan knows a number of so many
// digits that begins with the prefix (digits with their calling code).
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

// SplitCalling cuts digits after the calling code that they begin with: 0 and
// all of them when they begin with none. No code is the begin of another.
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

// CallingCode is the calling code of a country, 0 when it has none.
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

// NationalLengths are the digits that a number of the calling code may have
// after it, ascending; none for an unknown code.
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

// TrunkPrefix is what people of the calling code dial before a national number
// ("0" in most countries), "" where there is none.
func TrunkPrefix(calling int) string {
	if code := plan().codes[calling]; code != nil {
		return code.trunk
	}
	return ""
}

// National makes a number of a national one, written with or without its trunk
// prefix. trunkPrefix "" means that of the numbering plan. Errors wrap ErrSyntax
// or, for an unknown calling code, ErrNotE164; lengths are left to Valid.
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

// withoutTrunk takes the trunk prefix off. A prefix of 0 never begins a
// national number; another may (Russia's 8 in 800 555 35 35), so it stays where
// the number has a length that exists as it is.
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

// LengthList names lengths in a sentence: "7, 9 or 10".
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
