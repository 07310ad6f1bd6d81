package numberformat

import (
	"regexp"
	"slices"
	"strings"
)

// wholeCode is a code with the block A in its own text: 212-555-A.
var wholeCode = regexp.MustCompile(`^(.*[0-9])[ -]*[aA]$`)

// ReadNPANXX reads the code of an exchange in the notation of North America's
// plans: NPA-NXX is 10,000 numbers, NPA-NXX-X and a block from 0 to 9 are
// 1,000. The block "A" is the whole code; "" leaves the choice to the text.
func ReadNPANXX(text, block string, c Context) Result {
	if c.Only && !c.has(1) {
		return Result{Reason: reasonf(WrongCountry, "%q is a code of +1, not of %s", shortened(text), c.codes())}
	}
	plain := strings.ReplaceAll(plainly(text), "/", "-")
	block = strings.ToUpper(unwrap(plainly(block)))
	if m := wholeCode.FindStringSubmatch(plain); m != nil && (block == "" || block == "A") {
		plain, block = m[1], "A"
	}
	forms, reason := clean(plain)
	if reason != nil {
		return Result{Reason: reason}
	}
	return npanxx(text, strings.TrimPrefix(forms[0].digits, "1"), block) // no NPA begins with 1
}

func npanxx(text, digits, block string) Result {
	block = strings.TrimSuffix(block, ".0") // of a spreadsheet
	switch {
	case block == "" || len(digits) == 6 && block == "A":
	case len(digits) == 6 && len(block) == 1 && block[0] >= '0' && block[0] <= '9':
		digits += block
	case len(digits) == 7 && block == digits[6:]:
	default:
		return Result{Reason: reasonf(NotANumber, "%q with block %q is not a code NPA-NXX with a block A or 0 to 9",
			shortened(text), shortened(block))}
	}
	if !slices.Contains([]int{6, 7}, len(digits)) || digits[0] < '2' || digits[3] < '2' {
		return Result{Reason: reasonf(NotANumber, "%q is not a code NPA-NXX or NPA-NXX-X", shortened(text))}
	}
	return ReadPrefix("+1"+digits, 10, 0, Context{})
}
