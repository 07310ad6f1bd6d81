// Package e164 knows telephone numbers: their notation, their blocks and
// partitions, and their country, area, type and display by the numbering plan.
// It knows nothing about carriers and customers.
package e164

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// MaxDigits is the length of the longest international number (ITU-T E.164 §6).
const MaxDigits = 15

// MinDigits is the length of the shortest number: the four digits of its place in a
// block, and one before them.
const MinDigits = 5

// ErrSyntax means that a text is not an international number.
var ErrSyntax = errors.New("e164: not an international number")

// Number is an E.164 number as an integer: country codes never begin with 0, so
// the integer keeps every digit. The zero Number means no number.
type Number uint64

// Parse reads an international number with or without its plus; it skips
// spaces, hyphens, dots and parentheses between digits. It checks only the form
// (5 to 15 digits, no leading 0), not the numbering plan. Errors wrap
// ErrSyntax.
func Parse(s string) (Number, error) {
	digits := strings.Map(keepDigits, strings.TrimPrefix(strings.TrimSpace(s), "+"))
	if strings.ContainsRune(digits, 'x') || len(digits) < MinDigits || len(digits) > MaxDigits || digits[0] == '0' {
		return 0, fmt.Errorf("%w: %q", ErrSyntax, s)
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %q", ErrSyntax, s)
	}
	return Number(n), nil
}

// keepDigits drops punctuation and replaces other characters by 'x'.
func keepDigits(r rune) rune {
	switch {
	case r >= '0' && r <= '9':
		return r
	case strings.ContainsRune(" -.()/\u00a0", r):
		return -1
	default:
		return 'x'
	}
}

// Digits returns the number without its plus, the form of keys and of matching.
func (n Number) Digits() string { return strconv.FormatUint(uint64(n), 10) }

// String returns the number with its plus, as on the wire.
func (n Number) String() string { return "+" + n.Digits() }

// Len counts the digits.
func (n Number) Len() (digits int) {
	for ; n > 0; n /= 10 {
		digits++
	}
	return digits
}

// MarshalText writes the wire form.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what Parse reads.
func (n *Number) UnmarshalText(text []byte) (err error) {
	*n, err = Parse(string(text))
	return err
}
