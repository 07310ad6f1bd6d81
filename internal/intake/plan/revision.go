package plan

import (
	"cmp"
	"slices"
	"sort"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// edit is a plan's change of a part of a section.
type edit struct {
	span e164.Span
	pkg  string // "" = withdraw offered numbers
	fill bool   // offer numbers that are not offered
	words
}

// revision is a part of a section as it will be after edits.
type revision struct {
	part   e164.Span
	before sectionRanges
	spans  []revisedSpan
	sets   map[setID]*revisedSet
	failed error
	ranges int // ranges afterwards, without the seams

	loose map[setID][]catalogue.Range // single numbers that are added to a block and package

	added, withdrawn, repriced, updated uint64
}

// revisedSpan is a span of the section after the edits.
type revisedSpan struct {
	catalogue.Range
	changed bool // new, or the rest of a larger span
}

type setID struct {
	block e164.Block
	pkg   string
}

// revisedSet is a set with its added and removed numbers.
type revisedSet struct {
	catalogue.Range // attributes, and the earlier members
	plus, minus     []uint16
}

// maxFragments is the largest number of spans that one block may have of a package;
// with more they become a set. Tests lower it.
var maxFragments = 8

// newRevision applies edits, which are ascending and don't overlap, to the ranges
// in a part of a section.
func newRevision(carrier string, there sectionRanges, edits []edit, part e164.Span) (*revision, error) {
	d := &revision{part: part, before: there, sets: map[setID]*revisedSet{}, loose: map[setID][]catalogue.Range{}}
	for _, list := range there.sets {
		for _, o := range list {
			d.sets[setID{o.Block(), o.Package}] = &revisedSet{Range: o}
		}
	}
	for _, o := range there.spans {
		d.editSpan(o, edits)
	}
	for _, b := range there.blocks {
		for _, o := range there.sets[b] {
			d.editSet(o, edits)
		}
	}
	for i := range edits {
		if edits[i].fill {
			d.fill(carrier, &edits[i])
		}
	}
	d.gatherSingles()
	d.join()
	d.gather()
	return d, d.failed
}

// over returns the edits that overlap a span.
func over(edits []edit, s e164.Span) []edit {
	from := sort.Search(len(edits), func(i int) bool { return edits[i].span.End >= s.Start })
	to := from
	for to < len(edits) && edits[to].span.Start <= s.End {
		to++
	}
	return edits[from:to]
}

// editSpan cuts a span at the ends of the edits.
func (d *revision) editSpan(o catalogue.Range, edits []edit) {
	whole, next := o.Span, o.Span.Start
	keep := func(s e164.Span, r catalogue.Range) {
		changed := s != whole || !sameWords(r, o)
		r.Span = s
		d.spans = append(d.spans, revisedSpan{r, changed})
	}
	for _, e := range over(edits, whole) {
		part := cut(e.span, whole)
		if part.Start > next {
			keep(e164.Span{Start: next, End: part.Start - 1}, o)
		}
		if e.pkg == "" {
			d.withdrawn += part.Count()
		} else {
			r := e.corrected(o)
			d.count(o, r, part.Count())
			keep(part, r)
		}
		next = part.End + 1
	}
	if next <= whole.End {
		keep(e164.Span{Start: next, End: whole.End}, o)
	}
}

// corrected returns an offered range with the edit's corrections.
func (e *edit) corrected(o catalogue.Range) catalogue.Range {
	o.Package = e.pkg
	return e.words.of(o)
}

// count counts the numbers whose offer changes.
func (d *revision) count(old, r catalogue.Range, numbers uint64) {
	if old.Package != r.Package {
		d.repriced += numbers
	}
	if !sameWords(old, r) {
		d.updated += numbers
	}
}

// editSet takes the members that edits meet out of a set, or into another.
func (d *revision) editSet(o catalogue.Range, edits []edit) {
	edits = over(edits, o.Span)
	if len(edits) == 0 {
		return
	}
	from := d.sets[setID{o.Block(), o.Package}]
	for _, place := range o.Set.Places() {
		n := o.Block().First() + e164.Number(place)
		for len(edits) > 0 && edits[0].span.End < n {
			edits = edits[1:]
		}
		if len(edits) == 0 {
			return
		}
		e := edits[0]
		if !e.span.Contains(n) {
			continue
		}
		if e.pkg == "" {
			from.minus = append(from.minus, place)
			d.withdrawn++
			continue
		}
		r := e.corrected(o)
		if sameWords(o, r) {
			continue
		}
		from.minus = append(from.minus, place)
		d.count(o, r, 1)
		r.Set, r.Span = catalogue.Suffixes{}, e164.Span{Start: n, End: n}
		d.single(r)
	}
}

// fill offers the numbers of an edit that no range offers.
func (d *revision) fill(carrier string, e *edit) {
	for _, gap := range d.gaps(e.span) {
		d.added += gap.Count()
		for _, s := range e164.Borders(gap) {
			r := e.rangeOf(carrier, s)
			if e.span.Start == e.span.End {
				d.single(r)
			} else {
				d.spans = append(d.spans, revisedSpan{r, true})
			}
		}
	}
}

// rangeOf returns a part of an edit's offer. Area and type come from the file,
// else from the numbering plan.
func (e *edit) rangeOf(carrier string, s e164.Span) catalogue.Range {
	r := catalogue.Range{
		Carrier: carrier, Span: s, Package: e.pkg, Country: e164.Country(s.Start), Area: e.area, Type: e.kind,
		Features: e.list(),
	}
	if r.Area == "" {
		r.Area = e164.Area(s.Start)
	}
	if r.Type == "" {
		r.Type = e164.KindOf(s.Start)
	}
	return r
}

// gaps returns the parts of a span that were not offered before.
func (d *revision) gaps(s e164.Span) (gaps []e164.Span) {
	var offered []e164.Span
	d.before.overlapping(s, func(o *Offered) {
		if !o.IsSet() {
			offered = append(offered, cut(o.Span, s))
			return
		}
		for _, place := range o.Set.Places() {
			if n := o.Block().First() + e164.Number(place); s.Contains(n) {
				offered = append(offered, e164.Span{Start: n, End: n})
			}
		}
	})
	slices.SortFunc(offered, func(a, b e164.Span) int { return cmp.Compare(a.Start, b.Start) })
	next := s.Start
	for _, o := range offered {
		if o.Start > next {
			gaps = append(gaps, e164.Span{Start: next, End: o.Start - 1})
		}
		next = o.End + 1
	}
	if next <= s.End {
		gaps = append(gaps, e164.Span{Start: next, End: s.End})
	}
	return gaps
}

// sameWords reports whether ranges differ only in their numbers.
func sameWords(a, b catalogue.Range) bool {
	return a.Package == b.Package && a.Country == b.Country && a.Area == b.Area && a.Type == b.Type &&
		slices.Equal(a.Features, b.Features)
}

// join joins neighbours that differ only in their numbers.
func (d *revision) join() {
	slices.SortFunc(d.spans, func(a, b revisedSpan) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	joined := d.spans[:0]
	for _, p := range d.spans {
		if n := len(joined); n > 0 && joined[n-1].Span.End+1 == p.Span.Start && sameWords(joined[n-1].Range, p.Range) {
			joined[n-1].Span.End = p.Span.End
			joined[n-1].changed = joined[n-1].changed || p.changed
			continue
		}
		joined = append(joined, p)
	}
	d.spans = joined
}

// after returns the section's ranges after the edits.
func (d *revision) after() (list []catalogue.Range) {
	for _, p := range d.spans {
		list = append(list, p.Range)
	}
	for id, s := range d.sets {
		set := s.Set
		if len(s.plus)+len(s.minus) > 0 {
			set = d.suffixes(s.minus, s.plus, set)
		}
		if set.Count() > 0 {
			list = append(list, s.SetRange(id.block, set))
		}
	}
	return list
}

// suffixes returns a set after removing and adding places.
func (d *revision) suffixes(minus, plus []uint16, set catalogue.Suffixes) catalogue.Suffixes {
	gone, err := catalogue.NewSuffixes(minus)
	if err == nil {
		var new catalogue.Suffixes
		new, err = catalogue.NewSuffixes(plus)
		set = set.Without(gone).Union(new)
	}
	if err != nil {
		d.failed = err
	}
	return set
}
