package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// Utilised is a range with the use of its numbers.
type Utilised struct {
	catalogue.Range
	Held, Rented, Aging, Withheld uint64 // rented ones in any state up to release
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

// maxBlocks is how many blocks are read for one page: a page of busy ranges is
// shorter than asked for.
const maxBlocks = 300

// blocksAtOnce is how many blocks are read in parallel.
const blocksAtOnce = 16

// Ranges returns the carrier's ranges, ascending by the first four digits, then
// by number; they may be a moment late. after and next are cursors.
func (s *Service) Ranges(ctx context.Context, carrier string, f RangeFilter, limit int, after string) (list []Utilised, next string, err error) {
	partitions, err := s.records.OfferedPartitions(ctx, carrier)
	if err != nil {
		return nil, "", err
	}
	slices.Sort(partitions)
	budget := maxBlocks
	for _, p := range partitions {
		if place := cursorOf(p, ""); place < after && !strings.HasPrefix(after, place) || !f.mayHave(p) {
			continue
		}
		part, err := s.records.OfferIn(ctx, carrier, p)
		if err != nil {
			return nil, "", err
		}
		for _, r := range f.of(part.Ranges, after) {
			touched := touchedBlocks(r, part.Blocks)
			if len(list) == limit || len(list) > 0 && budget < len(touched) {
				return list, placeOf(list[len(list)-1].Range), nil
			}
			budget -= len(touched)
			u, err := s.utilised(ctx, r, touched)
			if err != nil {
				return nil, "", err
			}
			list = append(list, u)
		}
	}
	return list, "", nil
}

// placeOf is a range's place in the list, as a cursor: cursors sort as places do.
func placeOf(r catalogue.Range) string {
	return cursorOf(r.Span.Start.Partition(), fmt.Sprintf("%015d-%s", r.Span.Start, r.Package))
}

func cursorOf(p e164.Partition, place string) string { return fmt.Sprintf("%04d/%s", p, place) }

// mayHave reports whether a partition has numbers of the filter.
func (f RangeFilter) mayHave(p e164.Partition) bool {
	digits := p.Digits()
	return strings.HasPrefix(digits, f.StartsWith) || strings.HasPrefix(f.StartsWith, digits)
}

// of returns the ranges after the cursor that match the filter, in order.
func (f RangeFilter) of(ranges []catalogue.Range, after string) []catalogue.Range {
	ranges = slices.DeleteFunc(ranges, func(r catalogue.Range) bool {
		return placeOf(r) <= after || f.Package != "" && r.Package != f.Package || !f.hasPrefix(r.Span)
	})
	slices.SortFunc(ranges, func(a, b catalogue.Range) int { return cmp.Compare(placeOf(a), placeOf(b)) })
	return ranges
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

// touchedBlocks returns the blocks in which numbers of the range may be taken.
func touchedBlocks(r catalogue.Range, blocks []catalogue.Block) (touched []e164.Block) {
	for _, b := range blocks {
		if b.Taken.Count() > 0 && r.Span.Overlaps(e164.Span{Start: b.Block.First(), End: b.Block.Last()}) {
			touched = append(touched, b.Block)
		}
	}
	return touched
}

// utilised counts a range's numbers by their states.
func (s *Service) utilised(ctx context.Context, r catalogue.Range, touched []e164.Block) (Utilised, error) {
	u := Utilised{Range: r}
	found := make([][]did.DID, len(touched))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(blocksAtOnce)
	for i, b := range touched {
		g.Go(func() (err error) {
			found[i], err = s.records.DIDsIn(ctx, r.Carrier, b)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return u, err
	}
	for _, d := range slices.Concat(found...) {
		if r.Contains(d.Number) && !d.Lapsed(s.now()) {
			u.count(d.State)
		}
	}
	return u, nil
}

func (u *Utilised) count(s did.State) {
	switch s {
	case did.Held:
		u.Held++
	case did.Aging:
		u.Aging++
	case did.Withheld:
		u.Withheld++
	default:
		u.Rented++
	}
}
