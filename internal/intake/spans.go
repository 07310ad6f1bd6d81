package intake

import (
	"regexp"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// span is the numbers of a row, whatever its shape.
func (l *layout) span(cells []string) (e164.Span, *Fault) {
	n, fault := l.nationalOf(cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	var s e164.Span
	switch {
	case l.has(roleRange):
		s, fault = n.rangeSpan(l.cell(cells, roleRange))
	case l.has(rolePrefix):
		s, fault = l.prefixSpan(n, cells)
	default:
		s, fault = l.startSpan(n, cells)
	}
	if fault == nil && n != nil && n.strict && callingCode(s.Start.Digits()) != n.code {
		fault = faultf(CodeWrongCountry, "the number %s is not of +%s, the country %q", s.Start, n.code, l.cell(cells, roleCountry))
	}
	return s, fault
}

// nationalOf is how the row's national numbers are written; nil where there are
// only international ones.
func (l *layout) nationalOf(cells []string) (*notation, *Fault) {
	text := l.cell(cells, roleCountry)
	if text == "" {
		return l.national, nil
	}
	calling := e164.CallingCode(strings.ToUpper(text))
	if calling == 0 {
		if code, err := strconv.Atoi(strings.TrimPrefix(text, "+")); err == nil && len(e164.NationalLengths(code)) > 0 {
			calling = code
		}
	}
	if calling == 0 {
		return nil, faultf(CodeWrongCountry, "the country %q is neither an ISO 3166-1 alpha-2 code nor a calling code", text)
	}
	return &notation{code: strconv.Itoa(calling), trunk: e164.TrunkPrefix(calling), strict: true}, nil
}

// rangeSpan reads two numbers in one cell.
func (n *notation) rangeSpan(text string) (e164.Span, *Fault) {
	for _, between := range []string{"..", "–", "—", " to ", " - ", "-"} {
		first, last, parted := strings.Cut(text, between)
		if !parted || strings.Contains(last, between) {
			continue
		}
		return n.ends(strings.TrimSpace(first), strings.TrimSpace(last))
	}
	return n.ends(text, text)
}

func (n *notation) ends(first, last string) (e164.Span, *Fault) {
	start, fault := n.number(roleStart, first)
	if fault != nil {
		return e164.Span{}, fault
	}
	end, fault := n.number(roleEnd, last)
	if fault != nil {
		return e164.Span{}, fault
	}
	return checkSpan(e164.Span{Start: start, End: end})
}

// startSpan is one number, or goes from a first one to a last one, or over a
// count; where a row has both, they have to agree.
func (l *layout) startSpan(n *notation, cells []string) (s e164.Span, fault *Fault) {
	first := roleStart
	if l.has(roleNumber) {
		first = roleNumber
	}
	if s.Start, fault = n.number(first, l.cell(cells, first)); fault != nil {
		return s, fault
	}
	last, count := l.lastOf(cells), l.cell(cells, roleSize)
	size := uint64(1)
	if count != "" || last == "" && first == roleStart && l.has(roleSize) {
		if size, fault = readSize(count); fault != nil {
			return s, fault
		}
	}
	s.End = s.Start + e164.Number(size-1)
	if last != "" || first == roleStart && !l.has(roleSize) {
		if s.End, fault = n.number(roleEnd, last); fault != nil {
			return s, fault
		}
	}
	if s, fault = checkSpan(s); fault == nil && count != "" && s.Count() != size {
		fault = faultf(CodeBadSize, "the size %d is not that of %s, which has %d numbers", size, bounds(s), s.Count())
	}
	return s, fault
}

// lastOf is the last number's text; an area code alone, which is in front of
// every number of the row, is none.
func (l *layout) lastOf(cells []string) string {
	if at := l.at[roleEnd]; len(at) > 1 && cell(cells, at[len(at)-1]) == "" {
		return ""
	}
	return l.cell(cells, roleEnd)
}

// checkSpan holds the ends of a span against each other and the numbering plan.
func checkSpan(s e164.Span) (e164.Span, *Fault) {
	switch {
	case s.Start.Len() != s.End.Len():
		return s, faultf(CodeLengthsDiffer, "the numbers %s and %s have %d and %d digits", s.Start, s.End, s.Start.Len(), s.End.Len())
	case s.End < s.Start:
		return s, faultf(CodeReversed, "the end %s comes before the start %s", s.End, s.Start)
	}
	for _, n := range []e164.Number{s.Start, s.End} {
		if err := e164.Valid(n); err != nil {
			return s, faultf(CodeNotE164, "the numbers %s: %v", bounds(s), err)
		}
	}
	if from, to := callingCode(s.Start.Digits()), callingCode(s.End.Digits()); from != to {
		return s, faultf(CodeNotE164, "the numbers %s to %s are not of one calling code: they go from +%s to +%s", s.Start, s.End, from, to)
	}
	return s, nil
}

// number reads one whole number.
func (n *notation) number(r role, text string) (e164.Number, *Fault) {
	if text == "" {
		return 0, faultf(CodeMissing, "the %s is empty", r)
	}
	if exponent.MatchString(text) {
		return 0, faultf(CodeNotE164, "the %s %q lost its digits to a spreadsheet; format the column as text", r, text)
	}
	number, err := n.parse(strings.TrimSuffix(text, ".0")) // as spreadsheets write whole numbers
	if err != nil {
		return 0, faultf(CodeNotE164, "the %s %q is not a number of 5 to %d digits with its country code", r, text, e164.MaxDigits)
	}
	if err := e164.Valid(number); err != nil {
		return 0, faultf(CodeNotE164, "the %s %q: %v", r, text, err)
	}
	return number, nil
}

// exponent is what a spreadsheet makes of a long number: 4.42E+11.
var exponent = regexp.MustCompile(`^[0-9][.,][0-9]+[eE]\+?[0-9]+$`)

// parse reads a national number, or an international one: with a plus or 00, or
// where it is none as a national one.
func (n *notation) parse(text string) (e164.Number, error) {
	if n == nil {
		return e164.Parse(strings.TrimPrefix(text, "00"))
	}
	if strings.HasPrefix(text, "+") {
		return e164.Parse(text)
	}
	number, err := e164.National(n.code, text, n.trunk)
	if err == nil && e164.Valid(number) == nil {
		return number, nil
	}
	digits := digitsOf(text)
	if international := strings.TrimPrefix(digits, "00"); strings.HasPrefix(international, n.code) {
		if whole, failed := e164.Parse(international); failed == nil && e164.Valid(whole) == nil {
			return whole, nil
		}
	}
	return number, err
}
