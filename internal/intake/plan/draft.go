package plan

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// edit is what a plan does to a part of a cell.
type edit struct {
	span e164.Span
	pkg  string // "" = withdraw what is offered
	fill bool   // offer what is not
	words
}

// draft is a part of a cell as it will be after edits.
type draft struct {
	part   e164.Span
	before shelf
	spans  []piece
	sets   map[setID]*setDraft
	failed error
	ranges int // afterwards, as far as they are written with this part

	added, withdrawn, repriced uint64
}

// piece is a span of the cell afterwards.
type piece struct {
	catalogue.Range
	changed bool // new, or left over from a span that was larger
}

type setID struct {
	block e164.Block
	pkg   string
}

// setDraft is a set with what comes to it and what goes.
type setDraft struct {
	catalogue.Range // attributes, and the members before
	plus, minus     []uint16
}

// maxFragments is how many spans one block may have of a package before they
// become a set; tests lower it.
var maxFragments = 8

// newDraft applies edits, which are ascending and don't overlap, to what is there
// in a part of a cell.
func newDraft(carrier string, there shelf, edits []edit, part e164.Span) (*draft, error) {
	d := &draft{part: part, before: there, sets: map[setID]*setDraft{}}
	for _, list := range there.sets {
		for _, o := range list {
			d.sets[setID{o.Block(), o.Package}] = &setDraft{Range: o}
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
	d.join()
	d.gather()
	return d, d.failed
}

// over are those of the edits that overlap a span.
func over(edits []edit, s e164.Span) []edit {
	from := sort.Search(len(edits), func(i int) bool { return edits[i].span.End >= s.Start })
	to := from
	for to < len(edits) && edits[to].span.Start <= s.End {
		to++
	}
	return edits[from:to]
}

// editSpan cuts a span where edits begin and end.
func (d *draft) editSpan(o catalogue.Range, edits []edit) {
	whole, next := o.Span, o.Span.Start
	keep := func(s e164.Span, pkg string) {
		part := o
		part.Span, part.Package = s, pkg
		d.spans = append(d.spans, piece{part, s != whole})
	}
	for _, e := range over(edits, whole) {
		part := cut(e.span, whole)
		if part.Start > next {
			keep(e164.Span{Start: next, End: part.Start - 1}, o.Package)
		}
		switch {
		case e.pkg == "":
			d.withdrawn += part.Count()
		case e.pkg != o.Package:
			d.repriced += part.Count()
			keep(part, e.pkg)
		default:
			keep(part, o.Package)
		}
		next = part.End + 1
	}
	if next <= whole.End {
		keep(e164.Span{Start: next, End: whole.End}, o.Package)
	}
}

// editSet takes the members that edits meet out of a set, or into another.
func (d *draft) editSet(o catalogue.Range, edits []edit) {
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
		if !e.span.Contains(n) || e.pkg == o.Package {
			continue
		}
		from.minus = append(from.minus, place)
		if e.pkg == "" {
			d.withdrawn++
			continue
		}
		d.repriced++
		single := o
		single.Set, single.Span, single.Package = catalogue.Suffixes{}, e164.Span{Start: n, End: n}, e.pkg
		d.single(single)
	}
}

// fill offers those of an edit's numbers that nothing offers.
func (d *draft) fill(carrier string, e *edit) {
	for _, gap := range d.gaps(e.span) {
		d.added += gap.Count()
		for _, s := range e164.Borders(gap) {
			r := e.rangeOf(carrier, s)
			if e.span.Start == e.span.End {
				d.single(r)
			} else {
				d.spans = append(d.spans, piece{r, true})
			}
		}
	}
}

// rangeOf is a part of what an edit offers. The file's word for area and type
// counts, else the numbering plan's.
func (e *edit) rangeOf(carrier string, s e164.Span) catalogue.Range {
	r := catalogue.Range{
		Carrier: carrier, Span: s, Package: e.pkg, Country: e164.Country(s.Start), Area: e.area, Type: e.kind, Features: e.list(),
	}
	if r.Area == "" {
		r.Area = e164.Area(s.Start)
	}
	if r.Type == "" {
		r.Type = e164.KindOf(s.Start)
	}
	return r
}

// gaps are the parts of a span that nothing offered before.
func (d *draft) gaps(s e164.Span) (gaps []e164.Span) {
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

// single puts a number into the set of its block and package. A set has one
// country, area, type and features: a number that differs is a span of its own.
func (d *draft) single(r catalogue.Range) {
	id := setID{r.Block(), r.Package}
	set, exists := d.sets[id]
	if !exists {
		set = &setDraft{Range: r}
		set.Range.Set = catalogue.Suffixes{}
		d.sets[id] = set
	}
	if !sameWords(set.Range, r) {
		d.spans = append(d.spans, piece{r, true})
		return
	}
	set.plus = append(set.plus, r.Span.Start.Suffix())
}

// sameWords says whether ranges differ in their numbers alone.
func sameWords(a, b catalogue.Range) bool {
	return a.Package == b.Package && a.Country == b.Country && a.Area == b.Area && a.Type == b.Type && slices.Equal(a.Features, b.Features)
}

// join makes neighbours one that differ in their numbers alone.
func (d *draft) join() {
	slices.SortFunc(d.spans, func(a, b piece) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
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

// gather makes a set of a block's spans where they are many: fragments of one
// that was cut, or rows of a file. A block that nothing changes stays as it is.
func (d *draft) gather() {
	crowds := map[setID]*crowd{}
	for _, p := range d.spans {
		if !d.small(p) {
			continue
		}
		id := setID{p.Block(), p.Package}
		c, known := crowds[id]
		if !known {
			c = &crowd{words: p.Range}
			if set, exists := d.sets[id]; exists {
				c.words = set.Range
			}
			crowds[id] = c
		}
		if sameWords(c.words, p.Range) {
			c.spans, c.changed = c.spans+1, c.changed || p.changed
		}
	}
	spans := d.spans
	d.spans = nil
	for _, p := range spans {
		c := crowds[setID{p.Block(), p.Package}]
		if !d.small(p) || c.spans <= maxFragments || !c.changed || !sameWords(c.words, p.Range) {
			d.spans = append(d.spans, p)
			continue
		}
		for n := p.Span.Start; n <= p.Span.End; n++ {
			single := p.Range
			single.Span = e164.Span{Start: n, End: n}
			d.single(single)
		}
	}
}

// crowd is the spans of a block and package that could be one set.
type crowd struct {
	words   catalogue.Range // what the set is like
	spans   int
	changed bool // whether one of them is new, or was cut
}

// small says whether a span could be part of a set: it lies in one block, and the
// next part of the cell can't prolong it.
func (d *draft) small(p piece) bool {
	return p.Span.End < d.part.End && p.Span.Start.Block() == p.Span.End.Block()
}

// after are the cell's ranges afterwards.
func (d *draft) after() (list []catalogue.Range) {
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

// suffixes is a set without some places and with others.
func (d *draft) suffixes(minus, plus []uint16, set catalogue.Suffixes) catalogue.Suffixes {
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

// list are the features.
func (w words) list() []string {
	if w.features == "" {
		return nil
	}
	return strings.Fields(w.features)
}
