package plan

import (
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// single adds a single number to its block and package.
func (d *revision) single(r catalogue.Range) {
	id := setID{r.Block(), r.Package}
	d.loose[id] = append(d.loose[id], r)
}

// gatherSingles puts single numbers into the sets of their blocks and packages. A
// set has one country, area, type and list of features; most of its numbers decide
// which. The others become spans.
//
//	a set of 3 numbers in London, and a file with the area Leeds for 2 of them:
//	the 2 are the set in Leeds from then on, the third is a span in London
func (d *revision) gatherSingles() {
	for id, singles := range d.loose {
		set := d.setOf(id, singles[0])
		kept := set.Set.Count() - len(set.minus)
		most, numbers := mostOf(singles, set.Range)
		if !sameWords(most, set.Range) && numbers > kept {
			d.free(set)
			most.Set, most.Ver = set.Set, set.Ver
			set.Range = most
		}
		for _, r := range singles {
			if sameWords(set.Range, r) {
				set.plus = append(set.plus, r.Span.Start.Suffix())
			} else {
				d.spans = append(d.spans, revisedSpan{r, true})
			}
		}
	}
}

// setOf returns the set of a block and package; a new one gets the properties
// of like.
func (d *revision) setOf(id setID, like catalogue.Range) *revisedSet {
	set, exists := d.sets[id]
	if !exists {
		set = &revisedSet{Range: like}
		set.Range.Set = catalogue.Suffixes{}
		d.sets[id] = set
	}
	return set
}

// free makes spans of the numbers that are left in a set.
func (d *revision) free(set *revisedSet) {
	left := set.Set
	if gone, err := catalogue.NewSuffixes(set.minus); err == nil {
		left = left.Without(gone)
	} else {
		d.failed = err
	}
	for _, place := range left.Places() {
		n := set.Block().First() + e164.Number(place)
		r := set.Range
		r.Set, r.Span = catalogue.Suffixes{}, e164.Span{Start: n, End: n}
		d.spans = append(d.spans, revisedSpan{r, true})
		set.minus = append(set.minus, place)
	}
}

// mostOf returns the properties that most of the numbers have; of equally frequent
// ones old, else the first one.
func mostOf(singles []catalogue.Range, old catalogue.Range) (most catalogue.Range, numbers int) {
	type class struct {
		like    catalogue.Range
		numbers int
	}
	var classes []class
	for _, r := range singles {
		at := slices.IndexFunc(classes, func(c class) bool { return sameWords(c.like, r) })
		if at < 0 {
			at, classes = len(classes), append(classes, class{like: r})
		}
		classes[at].numbers++
	}
	best := classes[0]
	for _, c := range classes[1:] {
		if c.numbers > best.numbers || c.numbers == best.numbers && sameWords(c.like, old) {
			best = c
		}
	}
	return best.like, best.numbers
}

// gather turns the spans of a block into a set if they are many: fragments of one
// span that was cut, or rows of a file. A block without changes stays the same.
func (d *revision) gather() {
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
			set := d.setOf(setID{p.Block(), p.Package}, single)
			set.plus = append(set.plus, n.Suffix())
		}
	}
}

// crowd has the spans of a block and package that could form one set.
type crowd struct {
	words   catalogue.Range // the set's properties
	spans   int
	changed bool // one of them is new, or was cut
}

// small reports whether a span could be part of a set: it is in one block, and the
// next part of the section can't extend it.
func (d *revision) small(p revisedSpan) bool {
	return p.Span.End < d.part.End && p.Span.Start.Block() == p.Span.End.Block()
}
