// Package numberformat reads telephone numbers as people and carriers write
// them: in files, in the search box, in pasted lists, in paths and bodies of
// requests. No other package parses a number that a person wrote.
//
// # Meanings of a text
//
// A text is cleaned first (see clean), then read in every way that the Context
// allows:
//
//	international   +44 20 7946 0120, 0044 20…, 011 44 20…, 44 20…
//	national        020 7946 0120 or 20 7946 0120, with a country in the Context
//
// The numbering plan (package e164) judges each reading by its length and its
// leading digits. The Result then has
//
//	one reading     it is taken: Result.Number or Result.Span
//	several         ambiguous: the Reason names them all
//	none            the Reason explains why
//
// A number with leading digits that the plan doesn't know is still read if its
// form leaves one meaning: with a plus or 00, with the trunk prefix 0, or with
// a Notation. Plans change faster than tables.
//
// # Functions
//
//	c := numberformat.Context{Countries: []numberformat.Country{gb}}
//	numberformat.Read(text, c)                        one number
//	numberformat.ReadSpan(first, last, c)             both ends, read in one way
//	numberformat.ReadRange("… - …", c)                both ends in one text
//	numberformat.ReadRun(first, size, c)              size numbers from the first on
//	numberformat.ReadPrefix(text, national, size, c)  all numbers with a prefix
//	numberformat.ReadEither(text, c)                  one number, or a range where numbers are expected
//	numberformat.ReadNPANXX(text, block, c)           North America's NPA-NXX and NPA-NXX-X
//	numberformat.ReadName(text)                       the name of a stored number, as in a path
//
// CountryOf makes a Country of an ISO code or a calling code. The package knows
// nothing about carriers and customers, and reads no files.
package numberformat

import (
	"strings"

	"didpurchase/internal/e164"
)

// Notation is the form of numbers without a plus, also on the wire.
type Notation string

// The notations. A plus or 00 is international in each of them.
const (
	Auto          Notation = "auto" // or "": the plan decides
	International Notation = "international"
	National      Notation = "national"
)

// Country is a country with its national numbers.
type Country struct {
	ISO     string // ISO 3166-1 alpha-2; "" where only the calling code is known
	Calling int
	Trunk   string // dialled before a national number; "" = the plan's
}

// Context has the knowledge about a text before it is read.
type Context struct {
	// Countries are the countries of national numbers in the text. Without a
	// plus, an international number is read only if it has one of their calling
	// codes; without countries it may have any.
	Countries []Country
	// Only refuses numbers with a calling code that Countries don't have.
	Only     bool
	Notation Notation
}

// Reading is one meaning of a text. A number is a span of one.
type Reading struct {
	Span     e164.Span
	Notation Notation // how it was written: International or National
	Calling  int
}

// Number returns the reading's first number.
func (r Reading) Number() e164.Number { return r.Span.Start }

// Result is one reading of a text, or a Reason.
type Result struct {
	Readings []Reading // that are possible; several = ambiguous
	Reason   *Reason   // nil if there is exactly one reading
}

// Number returns the number that was read. Errors: *Reason.
func (r Result) Number() (e164.Number, error) {
	s, err := r.Span()
	return s.Start, err
}

// Span returns the span that was read. Errors: *Reason.
func (r Result) Span() (e164.Span, error) {
	if r.Reason != nil {
		return e164.Span{}, r.Reason
	}
	return r.Readings[0].Span, nil
}

// Read reads one number.
func Read(text string, c Context) Result {
	if r, ok := c.quick(text); ok {
		return Result{Readings: []Reading{r}}
	}
	return c.choose(text, func(w written) []judged { return c.numbers(w) })
}

// ReadName reads the name of a stored number in a request. E.164 as it is
// printed, with or without its plus, is not compared with the plan: a number
// must be found even if the plan has changed since it was stored.
func ReadName(text string) Result {
	text = strings.TrimSpace(text)
	if n, err := e164.Parse(text); err == nil && strings.TrimPrefix(text, "+") == n.Digits() {
		return Result{Readings: []Reading{{Span: e164.Span{Start: n, End: n}, Notation: International,
			Calling: callingOf(n)}}}
	}
	return Read(text, Context{Notation: International})
}
