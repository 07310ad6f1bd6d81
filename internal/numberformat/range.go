package numberformat

import (
	"regexp"
	"strings"
)

var (
	// between are the words and signs that occur only between the ends of a range.
	between = regexp.MustCompile(`(?i)\s+(?:to|thru|through|until|bis|a|à|au|al|hasta|до|по|tot|do)\s+|\s*(?:\.\.\.?|…|` +
		`→|~|>)\s*`)
	// before are the words before the first end.
	before = regexp.MustCompile(`(?i)^\s*(?:from|von|vom|de|du|desde|del|от|с)\s+`)
	// dashes separate digits, or the ends of a range.
	dashes = regexp.MustCompile(`\s*[-–—]\s*`)
	// open is an end of X for all digits: 020 7946 00XX.
	open = regexp.MustCompile(`^(.*[0-9][ .-]*)([xXхХ](?:[ .-]*[xXхХ])*)$`)
)

// ReadRange reads a first and a last number in one text, or one number. The end
// may be shortened to the digits that differ, and X may stand for all digits:
//
//	020 7946 0000 - 0099
//	from +442079460000 to +442079460099
//	020 7946 00XX
//
// A text that is a number and a range, as 030 1234-56 in Germany, is ambiguous.
func ReadRange(text string, c Context) Result {
	if at := strings.IndexByte(text, '-'); at >= 0 && strings.Trim(text, "+0123456789 -") == "" &&
		strings.Count(text, "-") == 1 {
		return c.dashed(text, [][]int{{at, at + 1}}) // as most ranges are
	}
	if first, last, ok := opened(text); ok {
		return ReadSpan(first, last, c)
	}
	text = before.ReplaceAllString(text, "")
	if at := between.FindAllStringIndex(text, -1); len(at) == 1 && digitsIn(text[:at[0][0]]) > 0 {
		return ReadSpan(text[:at[0][0]], text[at[0][1]:], c)
	}
	at := dashes.FindAllStringIndex(text, maxDashes+1)
	if len(at) == 0 || len(at) > maxDashes {
		return Read(text, c)
	}
	return c.dashed(text, at)
}

// maxDashes is the largest number of dashes in a range.
const maxDashes = 12

// opened returns the first and the last number of a text that ends with X.
func opened(text string) (first, last string, ok bool) {
	m := open.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return "", "", false
	}
	n := strings.Count(strings.Map(func(r rune) rune {
		if r == ' ' || r == '.' || r == '-' {
			return -1
		}
		return 'x'
	}, m[2]), "x")
	return m[1] + strings.Repeat("0", n), m[1] + strings.Repeat("9", n), true
}

// dashed reads a text with dashes: as one number, and parted at each dash. at
// are the dashes' places.
func (c Context) dashed(text string, at [][]int) Result {
	if digitsIn(text[:at[0][0]]) == 0 {
		return Result{Reason: reasonf(NotANumber, "%q has no number before its dash", shortened(text))}
	}
	var spans []judged
	for _, place := range at {
		spans = append(spans, c.halves(text[:place[0]], text[place[1]:])...)
	}
	if len(at) == 1 && possible(spans) && !fewDigits(text[at[0][1]:]) {
		return c.best(text, spans)
	}
	var whole []judged
	if forms, reason := clean(text); reason == nil {
		whole = c.all(forms)
	}
	if len(at) == 1 && !possible(spans) && fewDigits(text[at[0][1]:]) && possible(whole) {
		return Result{Reason: reasonf(NotANumber,
			"%q is neither one number nor two with a dash between them: few digits follow the dash", shortened(text))}
	}
	if len(at) == 1 && !possible(whole) {
		return c.best(text, spans) // for the reason
	}
	return c.best(text, append(whole, spans...))
}

// fewDigits reports whether an end is shortened to so few digits that they could
// also be the last ones of a number.
func fewDigits(end string) bool { return digitsIn(end) < 4 }

// halves judges two texts as the ends of a span.
func (c Context) halves(first, last string) []judged {
	starts, reason := clean(first)
	if reason != nil {
		return []judged{{reason: reason}}
	}
	ends, reason := clean(last)
	if reason != nil {
		return []judged{{reason: reason}}
	}
	pairs := c.pairs(starts, ends)
	if possible(pairs) {
		return pairs
	}
	return append(pairs, c.shortened(first, starts, ends)...)
}

// leastWhole is the least number of digits of a national number with its area.
const leastWhole = 7

// ReadEither reads a text in a column of numbers that may also have a range: one
// number or, if the text is none, two whole numbers with a word or a dash between
// them, a shortened one after a word, or X for the last digits.
func ReadEither(text string, c Context) Result {
	r := Read(text, c)
	if r.Reason == nil || r.Reason.Code == Ambiguous || !hasTwo(text) {
		return r
	}
	if found := ReadRange(text, c); found.Reason == nil || found.Reason.Code != NotANumber {
		return found
	}
	return r
}

// hasTwo reports whether a text seems to have two numbers, or to mean several.
func hasTwo(text string) bool {
	if before.MatchString(text) || open.MatchString(text) || len(between.FindAllStringIndex(text, 2)) == 1 {
		return true
	}
	for _, place := range dashes.FindAllStringIndex(text, maxDashes) {
		if digitsIn(text[:place[0]]) >= leastWhole && digitsIn(text[place[1]:]) >= leastWhole {
			return true
		}
	}
	return false
}

func digitsIn(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}
