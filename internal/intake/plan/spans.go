package plan

import (
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// readSpan is the numbers of a row, whatever its shape.
func readSpan(l *sheet.Layout, cells []string) (e164.Span, *sheet.Fault) {
	n, fault := nationalOf(l, cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	var s e164.Span
	switch {
	case l.Has(sheet.RoleRange):
		s, fault = rangeSpan(n, l.Cell(cells, sheet.RoleRange))
	case l.Has(sheet.RolePrefix):
		s, fault = prefixSpan(l, n, cells)
	default:
		s, fault = startSpan(l, n, cells)
	}
	if fault == nil && n != nil && n.Strict && callingCode(s.Start.Digits()) != n.Code {
		fault = sheet.Faultf(CodeWrongCountry, "the number %s is not of +%s, the country %q", s.Start, n.Code, l.Cell(cells, sheet.RoleCountry))
	}
	return s, fault
}

// nationalOf is how the row's national numbers are written; nil where there are
// only international ones.
func nationalOf(l *sheet.Layout, cells []string) (*sheet.Notation, *sheet.Fault) {
	text := l.Cell(cells, sheet.RoleCountry)
	if text == "" {
		return l.National, nil
	}
	calling := e164.CallingCode(strings.ToUpper(text))
	if calling == 0 {
		if code, err := strconv.Atoi(strings.TrimPrefix(text, "+")); err == nil && len(e164.NationalLengths(code)) > 0 {
			calling = code
		}
	}
	if calling == 0 {
		return nil, sheet.Faultf(CodeWrongCountry, "the country %q is neither an ISO 3166-1 alpha-2 code nor a calling code", text)
	}
	return &sheet.Notation{Code: strconv.Itoa(calling), Trunk: e164.TrunkPrefix(calling), Strict: true}, nil
}

// rangeSpan reads two numbers in one cell.
func rangeSpan(n *sheet.Notation, text string) (e164.Span, *sheet.Fault) {
	for _, between := range []string{"..", "–", "—", " to ", " - ", "-"} {
		first, last, parted := strings.Cut(text, between)
		if !parted || strings.Contains(last, between) {
			continue
		}
		return readEnds(n, strings.TrimSpace(first), strings.TrimSpace(last))
	}
	return readEnds(n, text, text)
}

func readEnds(n *sheet.Notation, first, last string) (e164.Span, *sheet.Fault) {
	start, fault := readNumber(n, sheet.RoleStart, first)
	if fault != nil {
		return e164.Span{}, fault
	}
	end, fault := readNumber(n, sheet.RoleEnd, last)
	if fault != nil {
		return e164.Span{}, fault
	}
	return CheckSpan(e164.Span{Start: start, End: end})
}

// startSpan is one number, or goes from a first one to a last one, or over a
// count; where a row has both, they have to agree.
func startSpan(l *sheet.Layout, n *sheet.Notation, cells []string) (s e164.Span, fault *sheet.Fault) {
	first := sheet.RoleStart
	if l.Has(sheet.RoleNumber) {
		first = sheet.RoleNumber
	}
	if s.Start, fault = readNumber(n, first, l.Cell(cells, first)); fault != nil {
		return s, fault
	}
	last, count := lastOf(l, cells), l.Cell(cells, sheet.RoleSize)
	size := uint64(1)
	if count != "" || last == "" && first == sheet.RoleStart && l.Has(sheet.RoleSize) {
		if size, fault = readSize(count); fault != nil {
			return s, fault
		}
	}
	s.End = s.Start + e164.Number(size-1)
	if last != "" || first == sheet.RoleStart && !l.Has(sheet.RoleSize) {
		if s.End, fault = readNumber(n, sheet.RoleEnd, last); fault != nil {
			return s, fault
		}
	}
	if s, fault = CheckSpan(s); fault == nil && count != "" && s.Count() != size {
		fault = sheet.Faultf(CodeBadSize, "the size %d is not that of %s, which has %d numbers", size, bounds(s), s.Count())
	}
	return s, fault
}

// lastOf is the last number's text; an area code alone, which is in front of
// every number of the row, is none.
func lastOf(l *sheet.Layout, cells []string) string {
	if at := l.At[sheet.RoleEnd]; len(at) > 1 && sheet.Cell(cells, at[len(at)-1]) == "" {
		return ""
	}
	return l.Cell(cells, sheet.RoleEnd)
}

// CheckSpan holds the ends of a span against each other and the numbering plan.
func CheckSpan(s e164.Span) (e164.Span, *sheet.Fault) {
	switch {
	case s.Start.Len() != s.End.Len():
		return s, sheet.Faultf(CodeLengthsDiffer, "the numbers %s and %s have %d and %d digits", s.Start, s.End, s.Start.Len(), s.End.Len())
	case s.End < s.Start:
		return s, sheet.Faultf(CodeReversed, "the end %s comes before the start %s", s.End, s.Start)
	}
	for _, n := range []e164.Number{s.Start, s.End} {
		if err := e164.Valid(n); err != nil {
			return s, sheet.Faultf(CodeNotE164, "the numbers %s: %v", bounds(s), err)
		}
	}
	if from, to := callingCode(s.Start.Digits()), callingCode(s.End.Digits()); from != to {
		return s, sheet.Faultf(CodeNotE164, "the numbers %s to %s are not of one calling code: they go from +%s to +%s", s.Start, s.End, from, to)
	}
	return s, nil
}

// readNumber reads one whole number.
func readNumber(n *sheet.Notation, r sheet.Role, text string) (e164.Number, *sheet.Fault) {
	if text == "" {
		return 0, sheet.Faultf(CodeMissing, "the %s is empty", r)
	}
	if exponent.MatchString(text) {
		return 0, sheet.Faultf(CodeNotE164, "the %s %q lost its digits to a spreadsheet; format the column as text", r, text)
	}
	number, err := parseNumber(n, strings.TrimSuffix(text, ".0")) // as spreadsheets write whole numbers
	if err != nil {
		return 0, sheet.Faultf(CodeNotE164, "the %s %q is not a number of 5 to %d digits with its country code", r, text, e164.MaxDigits)
	}
	if err := e164.Valid(number); err != nil {
		return 0, sheet.Faultf(CodeNotE164, "the %s %q: %v", r, text, err)
	}
	return number, nil
}

// exponent is what a spreadsheet makes of a long number: 4.42E+11.
var exponent = regexp.MustCompile(`^[0-9][.,][0-9]+[eE]\+?[0-9]+$`)

// parseNumber reads a national number, or an international one: with a plus or 00, or
// where it is none as a national one.
func parseNumber(n *sheet.Notation, text string) (e164.Number, error) {
	if n == nil {
		return e164.Parse(strings.TrimPrefix(text, "00"))
	}
	if strings.HasPrefix(text, "+") {
		return e164.Parse(text)
	}
	number, err := e164.National(n.Code, text, n.Trunk)
	if err == nil && e164.Valid(number) == nil {
		return number, nil
	}
	digits := digitsOf(text)
	if international := strings.TrimPrefix(digits, "00"); strings.HasPrefix(international, n.Code) {
		if whole, failed := e164.Parse(international); failed == nil && e164.Valid(whole) == nil {
			return whole, nil
		}
	}
	return number, err
}
