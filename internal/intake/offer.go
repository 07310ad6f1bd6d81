package intake

import (
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// offer is what a row asks for: these numbers under this package.
type offer struct {
	span e164.Span
	pkg  string
	area string // the file's word for it, "" = the numbering plan's
}

// offer reads a row. A fault is the first thing that is wrong with it.
func (l *layout) offer(rec record) (offer, *Fault) {
	if rec.fault != nil {
		return offer{}, rec.fault
	}
	if status := cell(rec.cells, l.status); l.accept != nil && !l.accept[strings.ToLower(status)] {
		return offer{}, faultf(CodeStatusNotAccepted, "status %q is not one that is imported", status)
	}
	span, fault := l.span(rec.cells)
	if fault != nil {
		return offer{}, fault
	}
	pkg := cell(rec.cells, l.pkg)
	if pkg == "" {
		pkg = l.defaultPackage
	}
	if pkg == "" {
		return offer{}, faultf(CodeMissing, "the package is empty")
	}
	return offer{span: span, pkg: pkg, area: cell(rec.cells, l.area)}, nil
}

func (l *layout) span(cells []string) (e164.Span, *Fault) {
	switch {
	case l.number != nil:
		n, fault := l.numberIn(headNumber, joined(cells, l.number))
		return e164.Span{Start: n, End: n}, fault
	case l.prefix != nil:
		return l.prefixSpan(cells)
	default:
		return l.startSpan(cells)
	}
}

// startSpan goes from a first number to a last one, or over a count.
func (l *layout) startSpan(cells []string) (e164.Span, *Fault) {
	start, fault := l.numberIn(headStart, cell(cells, l.start))
	if fault != nil {
		return e164.Span{}, fault
	}
	if last := cell(cells, l.end); last != "" || l.size == none {
		end, fault := l.numberIn(headEnd, last)
		if fault != nil {
			return e164.Span{}, fault
		}
		return checkSpan(e164.Span{Start: start, End: end})
	}
	size, fault := readSize(cell(cells, l.size))
	if fault != nil {
		return e164.Span{}, fault
	}
	return checkSpan(e164.Span{Start: start, End: start + e164.Number(size-1)})
}

// checkSpan holds the ends of a span against each other and the numbering plan.
func checkSpan(s e164.Span) (e164.Span, *Fault) {
	switch {
	case s.Start.Len() != s.End.Len():
		return s, faultf(CodeLengthsDiffer, "%s and %s have %d and %d digits", s.Start, s.End, s.Start.Len(), s.End.Len())
	case s.End < s.Start:
		return s, faultf(CodeReversed, "the end %s comes before the start %s", s.End, s.Start)
	}
	for _, n := range []e164.Number{s.Start, s.End} {
		if err := e164.Valid(n); err != nil {
			return s, faultf(CodeNotE164, "%v", err)
		}
	}
	if from, to := callingCode(s.Start.Digits()), callingCode(s.End.Digits()); from != to {
		return s, faultf(CodeNotE164, "%s to %s is not of one calling code: it goes from +%s to +%s", s.Start, s.End, from, to)
	}
	return s, nil
}

// numberIn reads one whole number, national by the profile unless it has a plus.
func (l *layout) numberIn(column, text string) (e164.Number, *Fault) {
	if text == "" {
		return 0, faultf(CodeMissing, "the %s is empty", column)
	}
	n, err := l.parse(text)
	if err != nil {
		return 0, faultf(CodeNotE164, "the %s %q is not a number of 5 to %d digits with its country code", column, text, e164.MaxDigits)
	}
	if err := e164.Valid(n); err != nil {
		return 0, faultf(CodeNotE164, "the %s %q: %v", column, text, err)
	}
	return n, nil
}

func (l *layout) parse(text string) (e164.Number, error) {
	if l.national == nil || strings.HasPrefix(text, "+") {
		return e164.Parse(text)
	}
	return e164.National(l.national.code, text, l.national.trunk)
}

// prefixSpan is all numbers that begin with a prefix, or the first of them. How
// many digits follow comes from the size, else from the national length, else
// from the country where its numbers have one length only.
func (l *layout) prefixSpan(cells []string) (e164.Span, *Fault) {
	text := joined(cells, l.prefix)
	digits := digitsOf(text)
	if digits == "" {
		return e164.Span{}, faultf(CodeMissing, "the prefix %q has no digits", text)
	}
	size, fault := uint64(0), (*Fault)(nil)
	if text := cell(cells, l.size); text != "" || l.size != none && l.length == none {
		if size, fault = readSize(text); fault != nil {
			return e164.Span{}, fault
		}
	}
	national, fault := l.nationalLength(cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	prefix, calling := l.international(text, digits, national)
	open, fault := openDigits(prefix, calling, national, size)
	if fault != nil {
		return e164.Span{}, fault
	}
	return expand(prefix, open, size)
}

// international is the prefix with its calling code in front.
func (l *layout) international(text, digits string, national int) (prefix, calling string) {
	if l.national == nil || strings.HasPrefix(text, "+") {
		return digits, callingCode(digits)
	}
	trunk := l.national.trunk
	// No national number begins with 0; another trunk prefix may be part of one.
	if trunk != "" && (trunk[0] == '0' || national > 0 && len(digits) > national) {
		digits = strings.TrimPrefix(digits, trunk)
	}
	return l.national.code + digits, l.national.code
}

// nationalLength is the row's national length, 0 where it has none.
func (l *layout) nationalLength(cells []string) (int, *Fault) {
	text := cell(cells, l.length)
	if text == "" {
		return 0, nil
	}
	from := strings.IndexAny(text, "0123456789")
	if from < 0 {
		return 0, faultf(CodeBadLength, "the national length %q has no number", text)
	}
	digits := text[from:]
	if to := strings.IndexFunc(digits, func(r rune) bool { return r < '0' || r > '9' }); to >= 0 {
		digits = digits[:to]
	}
	length, err := strconv.Atoi(digits)
	if err != nil || length < 1 || length > e164.MaxDigits {
		return 0, faultf(CodeBadLength, "the national length %q is not 1 to %d digits", text, e164.MaxDigits)
	}
	return length, nil
}

// openDigits is how many digits follow the prefix.
func openDigits(prefix, calling string, national int, size uint64) (int, *Fault) {
	if national == 0 && size > 0 {
		return digitsFor(size), nil
	}
	if national == 0 {
		code, _ := strconv.Atoi(calling)
		lengths := e164.NationalLengths(code)
		if len(lengths) != 1 {
			return 0, faultf(CodeUnknownLength, "nothing says how many digits follow the prefix +%s", prefix)
		}
		national = lengths[0]
	}
	open := len(calling) + national - len(prefix)
	if open < 0 {
		return 0, faultf(CodeTooManyDigits, "the prefix +%s has more than the %d digits of a national number after +%s", prefix, national, calling)
	}
	return open, nil
}

// digitsFor is how many digits tell size numbers apart: 0 for 1, 4 for 10,000.
func digitsFor(size uint64) (n int) {
	for ; pow10(n) < size; n++ {
	}
	return n
}

// expand is the span of a prefix followed by that many digits; size 0 is all.
func expand(prefix string, open int, size uint64) (e164.Span, *Fault) {
	start, err := e164.Parse(prefix + strings.Repeat("0", open))
	if err != nil {
		return e164.Span{}, faultf(CodeNotE164, "the prefix +%s with %d more digits is not a number of 5 to %d digits", prefix, open, e164.MaxDigits)
	}
	if size == 0 {
		return checkSpan(e164.Span{Start: start, End: start + e164.Number(pow10(open)-1)})
	}
	if size > pow10(open) {
		return e164.Span{}, faultf(CodeBadSize, "the size %d is more than the %d numbers that begin with +%s", size, pow10(open), prefix)
	}
	return checkSpan(e164.Span{Start: start, End: start + e164.Number(size-1)})
}

// maxSize is beyond every span of E.164 numbers.
const maxSize = 1e14

func readSize(text string) (uint64, *Fault) {
	if text == "" {
		return 0, faultf(CodeMissing, "the size is empty")
	}
	digits := strings.NewReplacer(" ", "", ",", "", "\u00a0", "", "\u202f", "").Replace(text)
	size, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || size < 1 || size > maxSize {
		return 0, faultf(CodeBadSize, "the size %q is not a whole number from 1", text)
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
