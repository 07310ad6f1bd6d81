package intake

import (
	"context"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// Utilised is a range with the use of its numbers.
type Utilised struct {
	catalogue.Range
	Held, Rented, Aging, Withheld uint64 // rented numbers in any state up to release
}

// Available counts the numbers that can be bought.
func (u Utilised) Available() uint64 {
	return u.Count() - min(u.Count(), u.Held+u.Rented+u.Aging+u.Withheld)
}

// RangeFilter selects ranges.
type RangeFilter struct {
	StartsWith string // digits; ranges that have such numbers
	Package    string // "" = any
}

// Ranges returns the carrier's ranges, ascending by the first four digits, then by
// number; they may be a moment late. after and next are cursors. A page that
// reached its budget is shorter than limit, or even empty, and has a cursor; a
// range with many taken numbers is listed in pieces.
func (s *Service) Ranges(ctx context.Context, carrier string, f RangeFilter, limit int,
	after string) (list []Utilised, next string, err error) {
	at, err := parsePlace(after)
	if err != nil {
		return nil, "", err
	}
	first, last := f.partitions()
	if at.partition < first {
		at = rangePlace{partition: first}
	}
	w := &rangeWalk{Service: s, carrier: carrier, filter: f, limit: limit, at: at, ranges: maxRanges, blocks: maxBlocks,
		numbers: maxNumbers}
	for visited := 0; visited <= maxPartitions && w.at.partition <= last; visited += partitionsAtOnce {
		partitions, err := s.records.PartitionsFrom(ctx, carrier, w.at.partition, partitionsAtOnce)
		if err != nil {
			return nil, "", err
		}
		for _, p := range partitions {
			if p > last {
				return w.list, "", nil
			}
			if full, err := w.partition(ctx, p); err != nil || full {
				return w.list, w.at.before(last), err
			}
		}
		if len(partitions) < partitionsAtOnce {
			return w.list, "", nil
		}
	}
	return w.list, w.at.before(last), nil
}

// lists reports whether the range passes the filter.
func (f RangeFilter) lists(r catalogue.Range) bool {
	return (f.Package == "" || r.Package == f.Package) && f.hasPrefix(r.Span)
}

// hasPrefix reports whether some number of the span begins with the filter's
// digits.
func (f RangeFilter) hasPrefix(s e164.Span) bool {
	length := s.Start.Len()
	if len(f.StartsWith) > length {
		return false
	}
	if f.StartsWith == "" {
		return true
	}
	first, err := e164.Parse(f.StartsWith + strings.Repeat("0", length-len(f.StartsWith)))
	if err != nil {
		return false
	}
	last, err := e164.Parse(f.StartsWith + strings.Repeat("9", length-len(f.StartsWith)))
	return err == nil && s.Overlaps(e164.Span{Start: first, End: last})
}

func (u *Utilised) count(s did.State) {
	switch s {
	case did.Held, did.Reserved:
		u.Held++
	case did.Aging:
		u.Aging++
	case did.Withheld:
		u.Withheld++
	default:
		u.Rented++
	}
}
