package plan

import (
	"cmp"
	"maps"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// Offered is a range as the store has it.
type Offered = catalogue.Range

// sectionRanges are a carrier's ranges in one section. Ranges never share a number.
type sectionRanges struct {
	spans  []Offered // ascending
	sets   map[e164.Block][]Offered
	blocks []e164.Block // those with sets, ascending
}

func newSectionRanges(ranges []Offered) sectionRanges {
	s := sectionRanges{sets: map[e164.Block][]Offered{}}
	for _, r := range ranges {
		if r.IsSet() {
			s.sets[r.Block()] = append(s.sets[r.Block()], r)
		} else {
			s.spans = append(s.spans, r)
		}
	}
	slices.SortFunc(s.spans, func(a, b Offered) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	s.blocks = slices.Sorted(maps.Keys(s.sets))
	return s
}

// meet adds the ranges that overlap a part of a row to the row's facts.
func (s *sectionRanges) meet(part e164.Span, asks wanted, met *fact) {
	s.overlapping(part, func(o *Offered) { met.add(o, countIn(o, part), asks) })
}

// add notes a range that has count of the row's numbers. The first noted range of
// another package is the one that sentences name, if there is any.
func (f *fact) add(o *Offered, numbers uint64, asks wanted) {
	if numbers == 0 {
		return
	}
	other := o.Package != asks.pkg
	if f.same+f.other == 0 || other && f.other == 0 {
		f.span, f.pkg = o.Span, o.Package
	}
	if other {
		f.other += numbers
	} else {
		f.same += numbers
	}
	was := asks.corrects(o)
	if !other && was != "" {
		f.stale += numbers
	}
	if f.was == "" {
		f.was = was
	}
}

// overlapping visits the ranges that overlap a part.
func (s *sectionRanges) overlapping(part e164.Span, visit func(*Offered)) {
	from, _ := slices.BinarySearchFunc(s.spans, part.Start,
		func(o Offered, n e164.Number) int { return cmp.Compare(o.Span.End, n) })
	for i := from; i < len(s.spans) && s.spans[i].Span.Start <= part.End; i++ {
		visit(&s.spans[i])
	}
	from, _ = slices.BinarySearch(s.blocks, part.Start.Block())
	for _, b := range s.blocks[from:] {
		if b > part.End.Block() {
			return
		}
		for i := range s.sets[b] {
			if o := &s.sets[b][i]; o.Span.Overlaps(part) {
				visit(o)
			}
		}
	}
}

func cut(a, b e164.Span) e164.Span {
	return e164.Span{Start: max(a.Start, b.Start), End: min(a.End, b.End)}
}

// countIn counts the numbers that a range has in a part that overlaps it.
func countIn(o *Offered, part e164.Span) (n uint64) {
	shared := cut(o.Span, part)
	switch {
	case !o.IsSet():
		return shared.Count()
	case shared == o.Span:
		return o.Count()
	case shared.Start == shared.End:
		if o.Set.Contains(shared.Start.Suffix()) {
			n = 1
		}
		return n
	}
	for _, place := range o.Set.Places() {
		if place >= shared.Start.Suffix() && place <= shared.End.Suffix() {
			n++
		}
	}
	return n
}
