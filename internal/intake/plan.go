package intake

import (
	"fmt"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
)

// plan is what a file would do to a carrier's ranges, row by row, in the
// file's order. It is a function of the file, the profile, the packages and
// what the carrier offered before the job, so a resumed job plans the same.
type plan struct {
	carrier  string
	job      string // ranges with this ImportID are the job's own
	packages map[string]bool
	rows     []planned
	texts    texts
	clashes  []clash
	counts   Counts
	stopping uint64 // rejected rows that stop an all_or_nothing import
	refused  bool   // stopped: nothing of it is applied
}

// planned is one row. A million of them are kept, so it holds no text.
type planned struct {
	span          e164.Span
	offered       uint64 // how many of its numbers were offered before, under its package
	own           uint64 // how many this job has written already
	pkg, area     uint32 // in plan.texts
	line          uint32
	clash         uint32 // in plan.clashes, from 1; 0 = none
	verdict       verdict
	otherPackages bool // the clash is with another package
}

// verdict is the plan's word on a row.
type verdict uint8

const (
	faulty    verdict = iota // the row itself is wrong; reading it again tells how
	undecided                // not yet held against the inventory and other rows
	adds
	offered
	overlapsOffer
	overlapsRow
	duplicates
)

// clash is what a row meets: a range, or an earlier row by its line.
type clash struct {
	span e164.Span
	pkg  uint32
	line uint32 // 0 = a range
}

// Offered is a range as the store has it.
type Offered struct {
	catalogue.Range
	// Prior is what a set held before the job ImportID extended it, so that the
	// job knows its own numbers when it is resumed.
	Prior catalogue.Suffixes
}

// texts keeps each package and area once.
type texts struct {
	list []string
	at   map[string]uint32
}

func (t *texts) index(text string) uint32 {
	if at, ok := t.at[text]; ok {
		return at
	}
	at := uint32(len(t.list))
	kept := string([]byte(text)) // the cell's memory is the csv reader's
	t.list = append(t.list, kept)
	t.at[kept] = at
	return at
}

func newPlan(carrier, job string, packages map[string]bool) *plan {
	return &plan{carrier: carrier, job: job, packages: packages, texts: texts{at: map[string]uint32{}}}
}

// read judges a row by itself.
func (p *plan) read(l *layout, rec record) (offer, *Fault) {
	o, fault := l.offer(rec)
	if fault == nil && !p.packages[o.pkg] {
		fault = faultf(CodeUnknownPackage, "there is no package %q", o.pkg)
	}
	return o, fault
}

// add appends the next row of the file.
func (p *plan) add(l *layout, rec record) {
	row := planned{line: uint32(rec.line)}
	o, fault := p.read(l, rec)
	if fault == nil {
		row.span, row.verdict = o.span, undecided
		row.pkg, row.area = p.texts.index(o.pkg), p.texts.index(o.area)
	} else if fault.Code != CodeStatusNotAccepted {
		p.stopping++
	}
	p.rows = append(p.rows, row)
}

// settle decides the undecided rows, after each was held against what is
// offered: earlier rows win.
func (p *plan) settle() {
	taken := newTaken()
	for i := range p.rows {
		row := &p.rows[i]
		if row.verdict == undecided {
			row.verdict = p.decide(uint32(i), row, taken)
			if row.verdict != adds && row.verdict != offered {
				p.stopping++
			}
		}
	}
	p.count()
}

func (p *plan) decide(i uint32, row *planned, taken *taken) verdict {
	switch {
	case row.otherPackages:
		return overlapsOffer
	case row.offered == row.span.Count():
		return offered
	case row.offered > 0:
		return overlapsOffer
	}
	other, overlaps := taken.claim(row.span, i)
	if !overlaps {
		return adds
	}
	earlier := p.rows[other]
	p.clash(row, clash{span: earlier.span, pkg: earlier.pkg, line: earlier.line})
	if earlier.span == row.span && earlier.pkg == row.pkg {
		return duplicates
	}
	return overlapsRow
}

func (p *plan) clash(row *planned, c clash) {
	p.clashes = append(p.clashes, c)
	row.clash = uint32(len(p.clashes))
}

func (p *plan) count() {
	p.counts = Counts{Read: uint64(len(p.rows))}
	for i := range p.rows {
		switch p.rows[i].verdict {
		case adds:
			p.counts.Applied++
			p.counts.DIDs += p.rows[i].span.Count()
		case offered:
			p.counts.Unchanged++
		default:
			p.counts.Rejected++
		}
	}
}

// refuse turns an all_or_nothing plan with rows that stop it into one that
// applies nothing.
func (p *plan) refuse() {
	p.refused = true
	p.counts.Rejected += p.counts.Applied
	p.counts.Applied, p.counts.DIDs = 0, 0
}

// explain is a row's code and sentence. rec is the row, read again.
func (p *plan) explain(i int, l *layout, rec record) *Fault {
	row := &p.rows[i]
	var c clash
	if row.clash > 0 {
		c = p.clashes[row.clash-1]
	}
	switch row.verdict {
	case faulty:
		_, fault := p.read(l, rec)
		return fault
	case adds:
		if p.refused {
			return faultf(CodeNotApplied, "nothing was applied, as %d other rows were rejected", p.stopping)
		}
		return faultf(CodeAdded, "%s added", describe(row.span))
	case offered:
		return faultf(CodeAlreadyOffered, "%s offered already under %s", describe(row.span), p.texts.list[row.pkg])
	case duplicates:
		return faultf(CodeDuplicate, "%s under %s stand in line %d already", describe(c.span), p.texts.list[c.pkg], c.line)
	case overlapsRow:
		return faultf(CodeOverlap, "overlaps %s of line %d", bounds(c.span), c.line)
	default:
		return faultf(CodeOverlap, "overlaps %s, offered already under %s", bounds(c.span), p.texts.list[c.pkg])
	}
}

func describe(s e164.Span) string {
	if s.Start == s.End {
		return s.Start.String()
	}
	return fmt.Sprintf("%d numbers, %s,", s.Count(), bounds(s))
}

func bounds(s e164.Span) string {
	if s.Start == s.End {
		return s.Start.String()
	}
	return fmt.Sprintf("%s to %s", s.Start, s.End)
}
