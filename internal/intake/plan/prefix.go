package plan

import (
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// prefixSpan is all numbers that begin with a prefix, or the first of them. How
// many digits follow comes from the size, else from the national length, else
// from the country where its numbers have one length only.
func prefixSpan(l *sheet.Layout, n *sheet.Notation, cells []string) (e164.Span, *sheet.Fault) {
	text := l.Cell(cells, sheet.RolePrefix)
	digits := digitsOf(text)
	if digits == "" {
		return e164.Span{}, sheet.Faultf(CodeMissing, "the prefix %q has no digits", text)
	}
	size, fault := uint64(0), (*sheet.Fault)(nil)
	if text := l.Cell(cells, sheet.RoleSize); text != "" || l.Has(sheet.RoleSize) && !l.Has(sheet.RoleLength) {
		if size, fault = readSize(text); fault != nil {
			return e164.Span{}, fault
		}
	}
	national, fault := nationalLength(l, cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	prefix, calling := international(n, text, digits, national)
	open, fault := openDigits(prefix, calling, national, size)
	if fault != nil {
		return e164.Span{}, fault
	}
	return expand(prefix, open, size)
}

// international is the prefix with its calling code in front.
func international(n *sheet.Notation, text, digits string, national int) (prefix, calling string) {
	if n == nil || strings.HasPrefix(text, "+") {
		return digits, callingCode(digits)
	}
	// No national number begins with 0; another trunk prefix may be part of one.
	if n.Trunk != "" && (n.Trunk[0] == '0' || national > 0 && len(digits) > national) {
		digits = strings.TrimPrefix(digits, n.Trunk)
	}
	return n.Code + digits, n.Code
}

// nationalLength is the row's national length, 0 where it has none.
func nationalLength(l *sheet.Layout, cells []string) (int, *sheet.Fault) {
	text := l.Cell(cells, sheet.RoleLength)
	if text == "" {
		return 0, nil
	}
	from := strings.IndexAny(text, "0123456789")
	if from < 0 {
		return 0, sheet.Faultf(CodeBadLength, "the national length %q has no number", text)
	}
	digits := text[from:]
	if to := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); to >= 0 {
		digits = digits[:to]
	}
	length, err := strconv.Atoi(digits)
	if err != nil || length < 1 || length > e164.MaxDigits {
		return 0, sheet.Faultf(CodeBadLength, "the national length %q is not 1 to %d digits", text, e164.MaxDigits)
	}
	return length, nil
}

// openDigits is how many digits follow the prefix.
func openDigits(prefix, calling string, national int, size uint64) (int, *sheet.Fault) {
	if national == 0 && size > 0 {
		return digitsFor(size), nil
	}
	if national == 0 {
		lengths := wholeLengths(calling)
		if len(lengths) != 1 {
			return 0, sheet.Faultf(CodeUnknownLength, "nothing says how many digits follow the prefix +%s", prefix)
		}
		national = lengths[0]
	}
	open := len(calling) + national - len(prefix)
	if open < 0 {
		return 0, sheet.Faultf(CodeTooManyDigits, "the prefix +%s has more than the %d digits of a national number after +%s", prefix, national, calling)
	}
	return open, nil
}

// wholeLengths are the national lengths of a calling code's numbers. Those of +1
// have ten digits; the numbering plan knows the seven that are dialled within
// an area, too.
func wholeLengths(calling string) []int {
	if calling == "1" {
		return []int{10}
	}
	code, _ := strconv.Atoi(calling)
	return e164.NationalLengths(code)
}

// digitsFor is how many digits tell size numbers apart: 0 for 1, 4 for 10,000.
func digitsFor(size uint64) (n int) {
	for ; pow10(n) < size; n++ {
	}
	return n
}

// expand is the span of a prefix followed by that many digits; size 0 is all.
func expand(prefix string, open int, size uint64) (e164.Span, *sheet.Fault) {
	start, err := e164.Parse(prefix + strings.Repeat("0", open))
	if err != nil {
		return e164.Span{}, sheet.Faultf(CodeNotE164, "the prefix +%s with %d more digits is not a number of 5 to %d digits", prefix, open, e164.MaxDigits)
	}
	if size == 0 {
		return CheckSpan(e164.Span{Start: start, End: start + e164.Number(pow10(open)-1)})
	}
	if size > pow10(open) {
		return e164.Span{}, sheet.Faultf(CodeBadSize, "the size %d is more than the %d numbers that begin with +%s", size, pow10(open), prefix)
	}
	return CheckSpan(e164.Span{Start: start, End: start + e164.Number(size-1)})
}

// maxSpan is how many numbers one row may have: more is a slip.
const maxSpan = 1_000_000_000

// maxSize is beyond every span of E.164 numbers.
const maxSize = 1e14

func readSize(text string) (uint64, *sheet.Fault) {
	if text == "" {
		return 0, sheet.Faultf(CodeMissing, "the size is empty")
	}
	digits := strings.NewReplacer(" ", "", ",", "", "\u00a0", "", "\u202f", "").Replace(text)
	size, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || size < 1 || size > maxSize {
		return 0, sheet.Faultf(CodeBadSize, "the size %q is not a whole number from 1", text)
	}
	return size, nil
}

// callingCode is the calling code that digits begin with, "" for none: no code
// is the begin of another.
func callingCode(digits string) string {
	for length := 1; length <= min(3, len(digits)); length++ {
		if code, err := strconv.Atoi(digits[:length]); err == nil && len(e164.NationalLengths(code)) > 0 {
			return digits[:length]
		}
	}
	return ""
}

// digitsOf is a prefix without what people write between digits; "" where it
// holds anything else.
func digitsOf(text string) string {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()/\u00a0", r) {
			return -1
		}
		return r
	}, strings.TrimPrefix(text, "+"))
	if strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits
}

func pow10(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 10
	}
	return p
}
