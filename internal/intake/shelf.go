package intake

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// shelf is what a carrier offers in one partition. Ranges never share a number.
type shelf struct {
	spans  []Offered // ascending
	sets   map[e164.Block][]Offered
	blocks []e164.Block // those with sets, ascending
}

func newShelf(ranges []Offered) shelf {
	s := shelf{sets: map[e164.Block][]Offered{}}
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

// set is the set of a package in a block.
func (s *shelf) set(b e164.Block, pkg string) (Offered, bool) {
	for _, o := range s.sets[b] {
		if o.Package == pkg {
			return o, true
		}
	}
	return Offered{}, false
}

// meet visits the ranges that share numbers with the span.
func (s *shelf) meet(span e164.Span, visit func(o *Offered, shared e164.Span)) {
	from, _ := slices.BinarySearchFunc(s.spans, span.Start, func(o Offered, n e164.Number) int { return cmp.Compare(o.Span.End, n) })
	for i := from; i < len(s.spans) && s.spans[i].Span.Start <= span.End; i++ {
		visit(&s.spans[i], cut(s.spans[i].Span, span))
	}
	from, _ = slices.BinarySearch(s.blocks, span.Start.Block())
	for _, b := range s.blocks[from:] {
		if b > span.End.Block() {
			return
		}
		for i := range s.sets[b] {
			if o := &s.sets[b][i]; o.Span.Overlaps(span) {
				visit(o, cut(o.Span, span))
			}
		}
	}
}

func cut(a, b e164.Span) e164.Span {
	return e164.Span{Start: max(a.Start, b.Start), End: min(a.End, b.End)}
}

// shares counts what a range has of a part of its span: from before the job,
// and of the job's own doing.
func (o *Offered) shares(job string, part e164.Span) (before, own uint64) {
	mine := o.ImportID == job
	switch {
	case !o.IsSet() && mine:
		return 0, part.Count()
	case !o.IsSet():
		return part.Count(), 0
	}
	all := countIn(o.Set, part)
	if !mine {
		return all, 0
	}
	before = countIn(o.Prior, part)
	return before, all - before
}

// before is the range's span as it was before the job extended it.
func (o *Offered) before(job string) e164.Span {
	if o.IsSet() && o.ImportID == job {
		return o.SetRange(o.Block(), o.Prior).Span
	}
	return o.Span
}

// countIn counts a set's numbers in a part of its block.
func countIn(s catalogue.Suffixes, part e164.Span) (n uint64) {
	if part.Start == part.End {
		if s.Contains(part.Start.Suffix()) {
			n = 1
		}
		return n
	}
	for _, place := range s.Places() {
		if place >= part.Start.Suffix() && place <= part.End.Suffix() {
			n++
		}
	}
	return n
}

// reconcile holds each row against what is offered already, one partition
// after another.
func (p *plan) reconcile(ctx context.Context, load loadShelf) error {
	rows := p.byPartition()
	for _, partition := range slices.Sorted(maps.Keys(rows)) {
		shelf, err := load(ctx, partition)
		if err != nil {
			return err
		}
		for _, i := range rows[partition] {
			row := &p.rows[i]
			shelf.meet(row.span, func(o *Offered, shared e164.Span) { p.meet(row, o, shared) })
		}
	}
	return nil
}

func (p *plan) byPartition() map[e164.Partition][]uint32 {
	rows := map[e164.Partition][]uint32{}
	for i := range p.rows {
		if p.rows[i].verdict != undecided {
			continue
		}
		span := p.rows[i].span
		for at := span.Start.Partition(); at <= span.End.Partition(); at++ {
			rows[at] = append(rows[at], uint32(i))
		}
	}
	return rows
}

// meet notes on a row that a range has numbers of it.
func (p *plan) meet(row *planned, o *Offered, shared e164.Span) {
	before, own := o.shares(p.job, shared)
	row.own += own
	if before == 0 {
		return
	}
	other := o.Package != p.texts.list[row.pkg]
	if !other {
		row.offered += before
	}
	if row.clash == 0 || other && !row.otherPackages {
		p.clash(row, clash{span: o.before(p.job), pkg: p.texts.index(o.Package)})
	}
	row.otherPackages = row.otherPackages || other
}
