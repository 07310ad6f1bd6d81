package plan

import (
	"cmp"
	"maps"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// change is a range that is written or deleted.
type change struct {
	place placing
	span  e164.Span // of all its numbers, before and afterwards
	loses bool      // it gives numbers up, or changes their offer
}

// rangeID identifies a range in its section.
type rangeID struct {
	set setID
	at  e164.Number // of a span
}

func idOf(r catalogue.Range) rangeID {
	if r.IsSet() {
		return rangeID{set: setID{r.Block(), r.Package}}
	}
	return rangeID{at: r.Span.Start}
}

// seam is a span at the end of a part. The next part may cut or prolong it, so it
// is written with the next part.
type seam struct {
	rng catalogue.Range
	old *catalogue.Range // the stored range, nil for none
}

// changes returns the changes to write, ascending, and the seams that are left to
// the next part; fresh is the version of new ranges.
func (d *revision) changes(from []seam, last bool, fresh int64) (list []change, next []seam) {
	before := d.stored(from)
	if !last {
		next = d.leaveSeams(before)
	}
	after := d.after()
	d.ranges = len(after)
	for _, r := range after {
		old, exists := before[idOf(r)]
		delete(before, idOf(r))
		if !exists {
			list = append(list, change{place: placingOf(r, 0, fresh), span: r.Span})
		} else if c := (change{
			place: placingOf(r, old.Ver, old.Ver+1), loses: loses(old, r),
			span: e164.Span{Start: min(old.Span.Start, r.Span.Start), End: max(old.Span.End, r.Span.End)},
		}); c.loses || old.Count() != r.Count() {
			list = append(list, c)
		}
	}
	for _, old := range slices.SortedFunc(maps.Values(before),
		func(a, b catalogue.Range) int { return cmp.Compare(a.Span.Start, b.Span.Start) }) {
		list = append(list, change{place: placingOf(old, old.Ver, 0), span: old.Span, loses: true})
	}
	slices.SortStableFunc(list, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.span.Start, b.span.Start), cmp.Compare(a.place.Package, b.place.Package))
	})
	return list, next
}

// stored returns the ranges of the part as they are stored: those of its seams
// are what was stored before the previous part, not what that part made of them.
func (d *revision) stored(from []seam) map[rangeID]catalogue.Range {
	before := map[rangeID]catalogue.Range{}
	for _, o := range d.before.spans {
		before[idOf(o)] = o
	}
	for _, s := range from {
		delete(before, idOf(s.rng))
		if s.old != nil {
			before[idOf(*s.old)] = *s.old
		}
	}
	for _, sets := range d.before.sets {
		for _, o := range sets {
			before[idOf(o)] = o
		}
	}
	return before
}

// leaveSeams removes the spans that reach the end of the part, and removes their
// stored ranges from before; it returns both as seams for the next part.
func (d *revision) leaveSeams(before map[rangeID]catalogue.Range) (seams []seam) {
	for n := len(d.spans); n > 0 && d.spans[n-1].Span.End >= d.part.End; n-- {
		kept := seam{rng: d.spans[n-1].Range}
		if old, same := before[idOf(kept.rng)]; same {
			kept.old = &old
			delete(before, idOf(kept.rng))
		}
		seams = append(seams, kept)
		d.spans = d.spans[:n-1]
	}
	return seams
}

// loses reports whether a range gives numbers up, or changes their offer.
func loses(old, r catalogue.Range) bool {
	if !sameWords(old, r) {
		return true
	}
	if r.IsSet() {
		return old.Set.Without(r.Set).Count() > 0
	}
	return r.Span.End < old.Span.End
}
