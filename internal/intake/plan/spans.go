package plan

import (
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/numberformat"
)

// maxSpan is the largest count of numbers that one row may have; more is probably a
// mistake.
const maxSpan = 1_000_000_000

// readSpan reads the numbers of a row, whatever its shape.
func readSpan(l *sheet.Layout, cells []string) (e164.Span, *sheet.Fault) {
	c, fault := contextOf(l, cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	size, fault := sizeOf(l, cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	var s e164.Span
	switch {
	case l.Has(sheet.RoleRange):
		s, fault = rangeSpan(l, c, cells, size)
	case l.Has(sheet.RoleNPANXX):
		s, fault = codeSpan(l, c, cells)
	case l.Has(sheet.RolePrefix):
		if s, fault = prefixSpan(l, c, cells, size); fault == nil {
			return s, nil
		}
		if found, err := numberformat.ReadRange(l.Cell(cells, sheet.RolePrefix), c).Span(); err == nil && found.Count() > 1 {
			s, fault = CheckSpan(found)
		}
	default:
		s, fault = startSpan(l, c, cells, size)
	}
	if fault == nil && size > 0 && s.Count() != size {
		fault = sheet.Faultf(CodeBadSize, "the size is %d, but %s has %d numbers", size, bounds(s), s.Count())
	}
	return s, fault
}

// rangeSpan returns the span of a first and a last number in one cell, or of a
// first number and the count in the column's header.
func rangeSpan(l *sheet.Layout, c numberformat.Context, cells []string, size uint64) (e164.Span, *sheet.Fault) {
	text := l.Cell(cells, sheet.RoleRange)
	s, fault := spanOf(sheet.RoleRange, numberformat.ReadRange(text, c))
	if fault == nil && s.Start == s.End && size > 1 {
		return spanOf(sheet.RoleRange, numberformat.ReadRun(text, size, c))
	}
	return s, fault
}

// codeSpan returns a code NPA-NXX, or a block of a thousand in it. If there is a
// column of blocks, a row without one is incomplete; the block A is the whole code.
func codeSpan(l *sheet.Layout, c numberformat.Context, cells []string) (e164.Span, *sheet.Fault) {
	code, block := l.Cell(cells, sheet.RoleNPANXX), l.Cell(cells, sheet.RoleThousands)
	s, fault := spanOf(sheet.RoleNPANXX, numberformat.ReadNPANXX(code, block, c))
	if fault == nil && block == "" && l.Has(sheet.RoleThousands) && s.Count() > blockSize {
		return e164.Span{}, sheet.Faultf(CodeMissing, "the block of %q is empty; A is the whole code", code)
	}
	return s, fault
}

// blockSize is the count of numbers in a block of a thousand.
const blockSize = 1000

// contextOf returns the context for the row's numbers: the row's country, else the
// profile's.
func contextOf(l *sheet.Layout, cells []string) (numberformat.Context, *sheet.Fault) {
	c := numberformat.Context{Notation: l.Notation}
	text := l.Cell(cells, sheet.RoleCountry)
	if text == "" {
		if l.Country != nil {
			c.Countries = []numberformat.Country{*l.Country}
		}
		return c, nil
	}
	country, known := numberformat.CountryOf(text)
	if !known {
		return c, sheet.Faultf(CodeWrongCountry,
			"the country %q is neither an ISO 3166-1 alpha-2 code nor a calling code", text)
	}
	c.Countries, c.Only = []numberformat.Country{country}, true
	return c, nil
}

// spanOf returns a reading's span, or the fault of the row's cell with the reason.
func spanOf(r sheet.Role, found numberformat.Result) (e164.Span, *sheet.Fault) {
	if found.Reason != nil {
		return e164.Span{}, faultOf(r, found.Reason)
	}
	return CheckSpan(found.Readings[0].Span)
}

// codesOf has the report's codes for the reasons that have a code of their own.
var codesOf = map[numberformat.Code]sheet.Code{
	numberformat.Empty: CodeMissing, numberformat.WrongCountry: CodeWrongCountry,
	numberformat.Ambiguous:     CodeAmbiguousNumber,
	numberformat.LengthsDiffer: CodeLengthsDiffer, numberformat.Reversed: CodeReversed,
	numberformat.UnknownLength: CodeUnknownLength, numberformat.BadSize: CodeBadSize,
}

func faultOf(r sheet.Role, reason *numberformat.Reason) *sheet.Fault {
	code, known := codesOf[reason.Code]
	if !known {
		code = CodeNotE164
	}
	if reason.Code == numberformat.Empty {
		return sheet.Faultf(code, "the %s is empty", r)
	}
	return sheet.Faultf(code, "the %s: %s", r, reason.Detail)
}

// startSpan returns the span of one number, of a first and a last number, or of a
// first number and a count.
func startSpan(l *sheet.Layout, c numberformat.Context, cells []string, size uint64) (e164.Span, *sheet.Fault) {
	first := sheet.RoleStart
	if l.Has(sheet.RoleNumber) {
		first = sheet.RoleNumber
	}
	start, last := l.Cell(cells, first), lastOf(l, cells)
	if l.Area {
		var fault *sheet.Fault
		if start, last, fault = withArea(l, c, cells, first); fault != nil {
			return e164.Span{}, fault
		}
	}
	switch {
	case start == "":
		return e164.Span{}, sheet.Faultf(CodeMissing, "the %s is empty", first)
	case last != "":
		return spanOf(first, numberformat.ReadSpan(start, last, c))
	case size > 0:
		return spanOf(first, numberformat.ReadRun(start, size, c))
	case first == sheet.RoleNumber && !l.Has(sheet.RoleSize):
		return spanOf(first, numberformat.ReadEither(start, c))
	case l.Has(sheet.RoleSize):
		return e164.Span{}, sheet.Faultf(CodeMissing, "the size is empty")
	}
	return e164.Span{}, sheet.Faultf(CodeMissing, "the end is empty")
}

// lastOf returns the last number's text, "" if it is only the area code, which
// belongs to every number of the row.
func lastOf(l *sheet.Layout, cells []string) string {
	if at := l.At[sheet.RoleEnd]; len(at) > 1 && l.Last(cells, sheet.RoleEnd) == "" {
		return ""
	}
	return l.Cell(cells, sheet.RoleEnd)
}

// prefixSpan returns all numbers that begin with a prefix, or the first of them.
func prefixSpan(l *sheet.Layout, c numberformat.Context, cells []string, size uint64) (e164.Span, *sheet.Fault) {
	text := l.Cell(cells, sheet.RolePrefix)
	if text == "" {
		return e164.Span{}, sheet.Faultf(CodeMissing, "the prefix is empty")
	}
	if size == 0 && l.Has(sheet.RoleSize) && !l.Has(sheet.RoleLength) {
		return e164.Span{}, sheet.Faultf(CodeMissing, "the size is empty")
	}
	national, fault := nationalLength(l, cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	s, fault := spanOf(sheet.RolePrefix, numberformat.ReadPrefix(text, national, size, c))
	if run, first := numberformat.ReadRun(text, size, c).Span(); fault != nil && first == nil &&
		uint64(run.Start)%size == 0 {
		return CheckSpan(run) // a block with its first number as name
	}
	return s, fault
}

// nationalLength returns the row's national length, 0 if it has none.
func nationalLength(l *sheet.Layout, cells []string) (int, *sheet.Fault) {
	text := l.Cell(cells, sheet.RoleLength)
	if text == "" {
		return 0, nil
	}
	found := strings.FieldsFunc(zeroDecimals.ReplaceAllString(text, ""), func(r rune) bool { return r < '0' || r > '9' })
	if len(found) == 0 {
		return 0, sheet.Faultf(CodeBadLength, "the national length %q has no number", text)
	}
	if len(found) > 1 {
		return 0, sheet.Faultf(CodeBadLength, "the national length %q has several numbers", text)
	}
	length, err := strconv.Atoi(found[0])
	if err != nil || length < 1 || length > e164.MaxDigits {
		return 0, sheet.Faultf(CodeBadLength, "the national length %q is not 1 to %d digits", text, e164.MaxDigits)
	}
	return length, nil
}

// zeroDecimals are decimals that a spreadsheet adds: 10.0.
var zeroDecimals = regexp.MustCompile(`[.,]0+$`)

// sizeOf returns the row's count of numbers, 0 if it has none.
func sizeOf(l *sheet.Layout, cells []string) (uint64, *sheet.Fault) {
	text := l.Cell(cells, sheet.RoleSize)
	if text == "" {
		return sizeInHeader(l), nil
	}
	size, ok := readCount(text)
	if !ok {
		return 0, sheet.Faultf(CodeBadSize, "the size %q is not a whole number from 1, such as 10000 or 10,000", text)
	}
	return size, nil
}

// sizeInHeader returns the count of each row by the header, 0 for none.
func sizeInHeader(l *sheet.Layout) uint64 {
	for _, r := range []sheet.Role{sheet.RoleRange, sheet.RolePrefix, sheet.RoleStart} {
		if count := l.Units[r].Count; count > 0 && l.Has(r) {
			return count
		}
	}
	return 0
}

// CheckSpan compares the ends of a span with each other and the numbering plan.
func CheckSpan(s e164.Span) (e164.Span, *sheet.Fault) {
	switch {
	case s.Start.Len() != s.End.Len():
		return s, sheet.Faultf(CodeLengthsDiffer, "the numbers %s and %s have %d and %d digits", s.Start, s.End,
			s.Start.Len(), s.End.Len())
	case s.End < s.Start:
		return s, sheet.Faultf(CodeReversed, "the end %s comes before the start %s", s.End, s.Start)
	}
	for _, n := range []e164.Number{s.Start, s.End} {
		if err := e164.Valid(n); err != nil {
			return s, sheet.Faultf(CodeNotE164, "the numbers %s: %v", bounds(s), err)
		}
	}
	if s.Start == s.End {
		return s, nil
	}
	from, _ := e164.SplitCalling(s.Start.Digits())
	if to, _ := e164.SplitCalling(s.End.Digits()); from != to {
		return s, sheet.Faultf(CodeNotE164, "the numbers %s to %s are not of one calling code: they go from +%d to +%d",
			s.Start, s.End, from, to)
	}
	return s, nil
}
