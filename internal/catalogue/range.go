// Package catalogue describes the numbers that a carrier sells as they are
// stored: ranges (the offered numbers) and blocks (the taken numbers), and the
// sets of numbers in both. Package search finds numbers in them, projection
// computes the blocks, and searchcache keeps them between requests.
package catalogue

import "didpurchase/internal/e164"

// Range is a part of a carrier's offer: numbers of one package, area, type and
// country. It is a span of consecutive numbers, or a scattered set in one
// block. Ranges of one carrier never share a number, and a range never crosses
// a partition: the import splits them (e164.Borders).
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

// Features are the possible uses of a number.
var Features = []string{"voice", "sms", "fax"}

// Offers returns the uses of the range's numbers: calls, if none are named.
func (r *Range) Offers() []string {
	if len(r.Features) == 0 {
		return Features[:1]
	}
	return r.Features
}

// IsSet reports whether the range offers scattered numbers of one block.
func (r *Range) IsSet() bool { return r.Set.Count() > 0 }

// Block returns the block of a set or, for a span, the block that it starts in.
func (r *Range) Block() e164.Block { return r.Span.Start.Block() }

// Count returns the number of offered numbers, with taken ones.
func (r *Range) Count() uint64 {
	if r.IsSet() {
		return uint64(r.Set.Count())
	}
	return r.Span.Count()
}

// Contains reports whether the range offers the number, taken or not.
func (r *Range) Contains(n e164.Number) bool {
	return r.Span.Contains(n) && (!r.IsSet() || r.Set.Contains(n.Suffix()))
}

// SetRange returns r with the numbers of a set: suffixes of one block.
func (r Range) SetRange(block e164.Block, set Suffixes) Range {
	first, last := set.bounds()
	r.Set = set
	r.Span = e164.Span{Start: block.First() + e164.Number(first), End: block.First() + e164.Number(last)}
	return r
}

// RangeRef names a range of a carrier: a span by its first number, a set by its
// block and package.
type RangeRef struct {
	Start   e164.Number // of a span
	Block   e164.Block  // of a set
	Package string      // of a set
}

// Ref returns the name of the range.
func (r *Range) Ref() RangeRef {
	if r.IsSet() {
		return RangeRef{Block: r.Block(), Package: r.Package}
	}
	return RangeRef{Start: r.Span.Start}
}

// Partition returns the partition that the range is in.
func (r RangeRef) Partition() e164.Partition {
	if r.Package != "" {
		return r.Block.Partition()
	}
	return r.Start.Partition()
}
