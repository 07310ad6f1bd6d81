package money

import "strings"

// maxFraction is the most digits after the point: more than any currency or
// percentage needs, few enough that arithmetic stays exact.
const maxFraction = 10

// The most digits before the point.
const (
	// maxWritten is for amounts that people and programs send.
	maxWritten = 15
	// maxKept is for sums of written amounts. 21 digits before the point and
	// the digits of a currency or a rate after it fit into the 39 digits with
	// which currency calculates, so that no operation rounds unexpectedly.
	maxKept = 21
)

// IsDecimal reports whether Parse could read text as an amount of some currency.
func IsDecimal(text string) bool { return isDecimal(text, maxWritten) }

// isDecimal reports whether text is a plain decimal, -?digits[.digits], with at
// most maxWhole digits before the point and maxFraction after it. It is the
// only grammar of amounts and percentages: there is no exponent, no plus sign,
// no separator of thousands, no NaN and no infinity.
func isDecimal(text string, maxWhole int) bool {
	whole, fraction, hasPoint := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	return isDigits(whole, maxWhole) && (!hasPoint || isDigits(fraction, maxFraction))
}

// isDigits reports whether text consists of 1 to most ASCII digits.
func isDigits(text string, most int) bool {
	return text != "" && len(text) <= most && strings.Trim(text, "0123456789") == ""
}
