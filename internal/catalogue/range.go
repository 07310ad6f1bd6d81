// Package catalogue says which numbers a carrier can sell right now, and finds
// among them those that a customer asks for. Three things meet here: ranges
// (what is offered), blocks (what of it is taken) and queries (what is wanted).
//
// A search tries no number. The conditions on the digits become one automaton
// (glob, condition, automaton), from whose tables the matches inside a span are
// counted however many numbers it holds (digits); then what is taken of them is
// subtracted, looking only at blocks where anything is (search); a page jumps
// from match to match (page).
//
// It is pure: it knows neither the database nor prices, customers or the clock.
// It may not decide whether a number can be bought, only whether one shows up:
// the DID's own item decides.
package catalogue

import "didpurchase/internal/e164"

// Range is a piece of a carrier's offer: numbers of one package, area, type and
// country. It is a span of consecutive numbers, or a set scattered in one block.
// Ranges of one carrier never share a number, and a range never crosses a
// partition: the import splits them (e164.Borders).
type Range struct {
	Carrier  string
	Span     e164.Span // of a set: from its first to its last number
	Set      Suffixes  // empty: every number of Span is offered
	Package  string    // package id
	Country  string    // ISO 3166-1 alpha-2, "" when unknown
	Area     string    // "" when the numbering plan and the file name none
	Type     e164.Type
	Features []string // of Features, none = voice
	ImportID string   // the import job that wrote it, so that a resumed job knows its own rows
	Ver      int64    // +1 at each write
}

// Features are what a number may be used for.
var Features = []string{"voice", "sms", "fax"}

// Offers is what the range's numbers may be used for: a number of which nothing
// is said is for calls.
func (r *Range) Offers() []string {
	if len(r.Features) == 0 {
		return Features[:1]
	}
	return r.Features
}

// IsSet says whether the range offers scattered numbers of one block.
func (r *Range) IsSet() bool { return r.Set.Count() > 0 }

// Block is the block of a set; of a span, the block that it starts in.
func (r *Range) Block() e164.Block { return r.Span.Start.Block() }

// Count is how many numbers the range offers, taken ones included.
func (r *Range) Count() uint64 {
	if r.IsSet() {
		return uint64(r.Set.Count())
	}
	return r.Span.Count()
}

// Contains says whether the range offers the number, taken or not.
func (r *Range) Contains(n e164.Number) bool {
	return r.Span.Contains(n) && (!r.IsSet() || r.Set.Contains(n.Suffix()))
}

// SetRange gives r the numbers of a set: suffixes of one block.
func (r Range) SetRange(block e164.Block, set Suffixes) Range {
	first, last := set.bounds()
	r.Set = set
	r.Span = e164.Span{Start: block.First() + e164.Number(first), End: block.First() + e164.Number(last)}
	return r
}
