package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// offer is what a row says of which numbers. Texts are valid until the next row
// is read.
type offer struct {
	span e164.Span
	pkg  string
	words
	rental *rental // of a row that is adopted
}

// words are what the file says of numbers beside their package; where it says
// nothing, the numbering plan counts.
type words struct {
	area     string
	kind     e164.Type
	features string // joined by spaces, in catalogue.Features' order
}

// maxArea is how many bytes the name of an area may have.
const maxArea = 120

// offer reads a row. A fault is the first thing that is wrong with it; the
// numbers are there as soon as they could be read.
func (l *layout) offer(rec record, prices *packages) (o offer, fault *Fault) {
	switch {
	case rec.fault != nil:
		return o, rec.fault
	case l.isTitle(rec.cells):
		return o, faultf(CodeNotData, "the row has no number; it is taken for a title")
	}
	if fault := l.accepted(l.cell(rec.cells, roleStatus)); fault != nil {
		return o, fault
	}
	span, fault := l.span(rec.cells)
	if fault != nil {
		return o, fault
	}
	if span.Count() > maxSpan {
		return o, faultf(CodeTooLarge, "the row, %s, has %d numbers, more than %d in one row", bounds(span), span.Count(), uint64(maxSpan))
	}
	o.span = span
	if o.words, fault = l.words(rec.cells); fault != nil {
		return o, fault
	}
	o.pkg, fault = prices.find(l, rec.cells)
	return o, fault
}

// accepted says whether rows of the status count.
func (l *layout) accepted(status string) *Fault {
	if l.accept == nil || l.accept[strings.ToLower(status)] {
		return nil
	}
	return faultf(CodeStatusNotAccepted, "status %q is not one that is imported", status)
}

// words reads area, type and features.
func (l *layout) words(cells []string) (w words, fault *Fault) {
	if w.area = l.cell(cells, roleArea); len(w.area) > maxArea {
		return w, faultf(CodeBadArea, "the area %q is longer than %d bytes", w.area[:maxArea], maxArea)
	}
	if w.kind, fault = readType(l.cell(cells, roleType)); fault != nil {
		return w, fault
	}
	w.features, fault = readFeatures(l.cell(cells, roleFeatures))
	return w, fault
}

// typeWords are other words for the types of numbers.
var typeWords = map[string]e164.Type{
	"local": e164.Geographic, "landline": e164.Geographic, "fixed": e164.Geographic, "geo": e164.Geographic, "cell": e164.Mobile, "cellular": e164.Mobile,
	"freephone": e164.TollFree, "tollfree": e164.TollFree, "free": e164.TollFree, "shared": e164.SharedCost, "premium rate": e164.Premium, "national": e164.UAN,
}

func readType(text string) (e164.Type, *Fault) {
	name := normal(text)
	if kind, known := typeWords[name]; known || name == "" {
		return kind, nil
	}
	if kind := e164.Type(strings.ReplaceAll(name, " ", "_")); slices.Contains(e164.Types, kind) {
		return kind, nil
	}
	return "", faultf(CodeUnknownType, "the type %q is none of %v", text, e164.Types)
}

func readFeatures(text string) (string, *Fault) {
	if text == "" {
		return "", nil
	}
	said := map[string]bool{}
	for _, name := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,;/|+&", r) }) {
		if !slices.Contains(catalogue.Features, name) {
			return "", faultf(CodeUnknownFeature, "the feature %q is none of %v", name, catalogue.Features)
		}
		said[name] = true
	}
	var list []string
	for _, name := range catalogue.Features {
		if said[name] {
			list = append(list, name)
		}
	}
	return strings.Join(list, " "), nil
}

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

// prefixSpan is all numbers that begin with a prefix, or the first of them. How
// many digits follow comes from the size, else from the national length, else
// from the country where its numbers have one length only.
func (l *layout) prefixSpan(n *notation, cells []string) (e164.Span, *Fault) {
	text := l.cell(cells, rolePrefix)
	digits := digitsOf(text)
	if digits == "" {
		return e164.Span{}, faultf(CodeMissing, "the prefix %q has no digits", text)
	}
	size, fault := uint64(0), (*Fault)(nil)
	if text := l.cell(cells, roleSize); text != "" || l.has(roleSize) && !l.has(roleLength) {
		if size, fault = readSize(text); fault != nil {
			return e164.Span{}, fault
		}
	}
	national, fault := l.nationalLength(cells)
	if fault != nil {
		return e164.Span{}, fault
	}
	prefix, calling := n.international(text, digits, national)
	open, fault := openDigits(prefix, calling, national, size)
	if fault != nil {
		return e164.Span{}, fault
	}
	return expand(prefix, open, size)
}

// international is the prefix with its calling code in front.
func (n *notation) international(text, digits string, national int) (prefix, calling string) {
	if n == nil || strings.HasPrefix(text, "+") {
		return digits, callingCode(digits)
	}
	// No national number begins with 0; another trunk prefix may be part of one.
	if n.trunk != "" && (n.trunk[0] == '0' || national > 0 && len(digits) > national) {
		digits = strings.TrimPrefix(digits, n.trunk)
	}
	return n.code + digits, n.code
}

// nationalLength is the row's national length, 0 where it has none.
func (l *layout) nationalLength(cells []string) (int, *Fault) {
	text := l.cell(cells, roleLength)
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
		lengths := wholeLengths(calling)
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

// maxSpan is how many numbers one row may have: more is a slip.
const maxSpan = 1_000_000_000

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
