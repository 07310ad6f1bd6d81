package plan

import (
	"context"
	"maps"
	"slices"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// maxRanges is the largest number of ranges of a section, because they are held in
// memory at once: with a million rows they take 111 MiB. Small spans of a block
// become a set, so a section reaches the limit only if most of its 10,000 blocks
// are cut into many spans.
const maxRanges = 50_000

// stepChanges is the largest number of ranges that one step writes; with the fence
// of the lane they fit into one transaction.
const stepChanges = 90

// Compose writes the steps that turn the carrier's ranges into the planned ones;
// fresh is the version of new ranges.
func (p *Plan) Compose(ctx context.Context, carrier string, v *Offers, fresh int64, to *StepWriter) error {
	for _, id := range slices.Sorted(maps.Keys(p.made())) {
		made := p.prices.made[id]
		if err := to.write(Step{Package: &made}); err != nil {
			return err
		}
	}
	rows := p.table.sweep(func(r *row) bool { return r.verdict.changes() || p.replace })
	var others []e164.Span
	if p.replace {
		var err error
		if others, err = v.sections(ctx); err != nil {
			return err
		}
	}
	for _, section := range rows.sections(others) {
		c := composer{Plan: p, carrier: carrier, rows: rows, fresh: fresh}
		if err := c.section(ctx, section, v, to); err != nil {
			return err
		}
	}
	return nil
}

// composer makes the steps of one section, part by part.
type composer struct {
	*Plan
	carrier string
	rows    *sweep
	fresh   int64
	seams   []seam

	before, after int // number of ranges of the section
}

func (c *composer) section(ctx context.Context, section e164.Span, v *Offers, to *StepWriter) error {
	for from := section.Start; from <= section.End; {
		part := c.rows.window(from, section)
		there, err := v.offered(ctx, part)
		if err != nil {
			return err
		}
		steps, err := c.steps(part, part.End == section.End, there)
		if err != nil {
			return err
		}
		for _, s := range steps {
			if err := to.write(s); err != nil {
				return err
			}
		}
		from = part.End + 1
	}
	if c.after > max(c.before, maxRanges) {
		return sheet.Unreadablef("the numbers from %s to %s would be offered in %d ranges, more than %d; offer them in "+
			"larger ones", section.Start, section.End, c.after, maxRanges)
	}
	return nil
}

// made returns the packages to make for rows that have an effect.
func (p *Plan) made() map[string]bool {
	wanted := map[string]bool{}
	if p.prices == nil {
		return wanted
	}
	for i := range uint32(p.table.rows.n) {
		r := p.table.rows.at(i)
		if pkg := p.table.wanted(r).pkg; r.verdict.changes() && len(p.prices.made) > 0 {
			if _, made := p.prices.made[pkg]; made {
				wanted[pkg] = true
			}
		}
	}
	return wanted
}

func (c *composer) steps(part e164.Span, last bool, ranges []Offered) ([]Step, error) {
	edits, ends := c.edits(part)
	c.before += len(ranges)
	for _, s := range c.seams {
		ranges = append(ranges, s.rng)
	}
	there := newSectionRanges(ranges)
	d, err := newRevision(c.carrier, there, edits, part)
	if err != nil {
		return nil, err
	}
	var changes []change
	changes, c.seams = d.changes(c.seams, last, c.fresh)
	c.after += d.ranges
	steps := group(changes)
	if len(steps) == 0 {
		if len(ends) == 0 && d.added+d.withdrawn+d.updated == 0 {
			return nil, nil
		}
		steps = []Step{{}} // these changes are written with another part
	}
	final := &steps[len(steps)-1]
	final.Added, final.Withdrawn, final.Repriced, final.Updated = d.added, d.withdrawn, d.repriced, d.updated
	final.Gone = lost(there, edits)
	at := 0
	for _, end := range ends {
		for at < len(steps)-1 && steps[at].End() < end {
			at++
		}
		steps[at].Rows++
	}
	return steps, nil
}

// edits returns the rows' edits of a part, and the numbers in it at which rows end.
func (c *composer) edits(in e164.Span) (edits []edit, ends []e164.Number) {
	p, next := c.Plan, in.Start
	for _, i := range c.rows.in(in) {
		r := p.table.rows.at(i)
		part := cut(r.span, in)
		if p.replace {
			if part.Start > next {
				edits = append(edits, edit{span: e164.Span{Start: next, End: part.Start - 1}})
			}
			next = max(next, part.End+1)
		}
		if !r.verdict.changes() {
			continue
		}
		w := p.table.wanted(r)
		e := edit{span: part, words: w.words}
		if p.Action != Withdraw {
			e.pkg, e.fill = w.pkg, p.Action == Offer
		}
		edits = append(edits, e)
		if part.End == r.span.End {
			ends = append(ends, part.End)
		}
	}
	if p.replace && next <= in.End {
		edits = append(edits, edit{span: e164.Span{Start: next, End: in.End}})
	}
	return edits, ends
}

// lost returns the parts of ranges that the edits withdraw.
func lost(there sectionRanges, edits []edit) (list []gone) {
	for _, e := range edits {
		if e.pkg != "" {
			continue
		}
		there.overlapping(e.span, func(o *Offered) {
			if n := countIn(o, e.span); n > 0 {
				shared := cut(o.Span, e.span)
				list = append(list, gone{Start: shared.Start, End: shared.End, Count: n, Package: o.Package})
			}
		})
	}
	return list
}

// End returns the last number that a step writes.
func (s *Step) End() (last e164.Number) {
	for _, p := range s.Put {
		last = max(last, p.End)
	}
	for _, p := range s.Delete {
		last = max(last, p.End)
	}
	return last
}

// group makes steps of changes, which are ascending. If a range gives numbers up,
// all overlapping changes form one step, because another of them may get the
// numbers. A change that only adds is a step of its own.
func group(changes []change) (steps []Step) {
	for len(changes) > 0 {
		end, loses, n := changes[0].span.End, false, 0
		for n < len(changes) && changes[n].span.Start <= end {
			end, loses = max(end, changes[n].span.End), loses || changes[n].loses
			n++
		}
		if loses {
			steps = append(steps, stepsOf(changes[:n])...)
		} else {
			for i := range n {
				steps = append(steps, stepsOf(changes[i:i+1])...)
			}
		}
		changes = changes[n:]
	}
	return steps
}

func (s *Step) Start() e164.Number {
	if len(s.Put) > 0 {
		return s.Put[0].Start
	}
	return s.Delete[0].Start
}

// stepsOf writes changes that belong together in one step. If they are too many,
// the ranges that give numbers up come first: between two steps a number may be
// missing, but it is never offered twice.
func stepsOf(changes []change) (steps []Step) {
	var s Step
	slices.SortStableFunc(changes, func(a, b change) int { return rank(a) - rank(b) })
	for _, c := range changes {
		if len(s.Put)+len(s.Delete) == stepChanges {
			steps, s = append(steps, s), Step{}
		}
		if c.place.Ver == 0 {
			s.Delete = append(s.Delete, c.place)
		} else {
			s.Put = append(s.Put, c.place)
		}
	}
	return append(steps, s)
}

// rank orders changes: deletions, then ranges that lose numbers, then the rest.
func rank(c change) int {
	switch {
	case c.place.Ver == 0:
		return 0
	case c.loses:
		return 1
	}
	return 2
}
