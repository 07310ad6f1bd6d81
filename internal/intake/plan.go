package intake

import (
	"encoding/binary"
	"fmt"
	"io"

	"didpurchase/internal/e164"
)

// plan is what a file would do to a carrier's numbers, row by row, in the
// file's order. It is made once, before anything is changed.
type plan struct {
	action   Action
	replace  bool
	prices   *packages // nil where rows need no package
	people   *people   // of rentals that are adopted, nil else
	table    *table
	counts   Counts
	stopping uint64 // rejected rows that stop an all_or_nothing job
	refused  bool   // stopped: nothing of it is applied
}

// verdict is the plan's word on a row.
type verdict uint8

const (
	faulty    verdict = iota // the row itself is wrong; reading it again tells how
	undecided                // not yet held against the inventory and other rows
	adds
	extends   // has numbers that are offered already under its package
	reprices  // has numbers of other packages
	withdraws // has numbers that are offered
	moves     // changes single numbers
	present   // is as it would be
	absent    // has no number that is offered
	blocked   // meets ranges that are in its way
	taken     // has no number that may be changed
	overlapsRow
	duplicates
)

// changes says whether rows of the verdict have an effect.
func (v verdict) changes() bool { return v >= adds && v <= moves }

func newPlan(job Job, prices *packages) *plan {
	return &plan{action: job.Action, replace: job.Strategy == Replace, prices: prices, table: newTable()}
}

// read judges a row by itself.
func (p *plan) read(l *layout, rec record) (o offer, fault *Fault) {
	o, fault = l.offer(rec, p.prices)
	switch {
	case fault != nil || !p.action.touchesDIDs():
	case p.action == Adopt:
		o.rental, fault = p.people.rentalOf(l, rec.cells, p.prices, o.pkg)
	case o.span.Count() > maxTouched:
		fault = faultf(CodeTooMany, "the row, %s, has %d numbers; one row may change %d one by one", bounds(o.span), o.span.Count(), maxTouched)
	}
	return o, fault
}

// add appends the next row of the file. Errors: *Unreadable.
func (p *plan) add(l *layout, rec record) error {
	o, fault := p.read(l, rec)
	r := row{span: o.span, line: uint32(rec.line)}
	switch {
	case fault == nil && p.action.touchesDIDs():
		r.verdict = moves // until its numbers are looked at
	case fault == nil:
		r.verdict = undecided
	case fault.stops():
		p.stopping++
	}
	if fault != nil {
		o = offer{}
	}
	return p.table.add(r, wanted{o.pkg, o.words})
}

// judge decides a row by what it met of the inventory.
func (p *plan) judge(r *row, met fact) {
	offered, count := met.same+met.other, r.span.Count()
	switch {
	case p.action == Withdraw && offered == 0, p.action == Reprice && offered == 0:
		r.verdict = absent
	case p.action == Withdraw:
		r.verdict = withdraws
	case met.other == 0 && met.same == offered && (met.same == count || p.action == Reprice):
		r.verdict = present
		met = fact{}
	case p.action == Reprice, p.replace && met.other > 0:
		r.verdict = reprices
	case offered == 0:
		r.verdict = adds
	case p.replace:
		r.verdict = extends
	default:
		r.verdict = blocked
	}
	if met != (fact{}) {
		p.table.note(r, met)
	}
}

// settle holds the rows against each other: earlier ones win.
func (p *plan) settle() {
	for i := range uint32(p.table.rows.n) {
		if r := p.table.rows.at(i); r.verdict.changes() || p.keeps(r.verdict) {
			p.claim(i, r)
		}
	}
	p.table.claims.Clear()
}

// keeps says whether a row that changes nothing, as all is as it says, keeps
// later rows from its numbers: the same file again must not do what they say.
func (p *plan) keeps(v verdict) bool {
	return v == present && (p.replace || p.action == Reprice) || v == absent && p.action == Withdraw
}

// tally counts the rows, when all are decided.
func (p *plan) tally() {
	p.counts.Read = uint64(p.table.rows.n)
	for i := range uint32(p.table.rows.n) {
		switch v := p.table.rows.at(i).verdict; {
		case v.changes():
			p.counts.Applied++
		case v == present, v == absent && p.action == Withdraw:
			p.counts.Unchanged++
		default:
			p.counts.Rejected++
			if v != faulty { // those are counted already
				p.stopping++
			}
		}
	}
}

func (p *plan) claim(i uint32, r *row) {
	other, overlaps := p.table.claim(i)
	if !overlaps {
		return
	}
	r.fact = other
	r.verdict = overlapsRow
	if earlier := p.table.rows.at(other); earlier.span == r.span && earlier.wanted == r.wanted {
		r.verdict = duplicates
	}
}

// refuse turns an all_or_nothing plan with rows that stop it into one that
// applies nothing.
func (p *plan) refuse() {
	p.refused = true
	p.counts = Counts{Read: p.counts.Read, Unchanged: p.counts.Unchanged, Rejected: p.counts.Rejected + p.counts.Applied}
}

// sign puts what the plan says of rows into a digest.
func (p *plan) sign(to io.Writer) {
	for i := range uint32(p.table.rows.n) {
		r := p.table.rows.at(i)
		binary.Write(to, binary.LittleEndian, []uint64{uint64(r.span.Start), uint64(r.span.End), uint64(r.wanted), uint64(r.verdict)})
	}
}

// explain is a row's code and sentence. rec is the row, read again.
func (p *plan) explain(i uint32, l *layout, rec record) *Fault {
	r := p.table.rows.at(i)
	if r.verdict == faulty {
		_, fault := p.read(l, rec)
		return fault
	}
	if r.verdict == overlapsRow || r.verdict == duplicates {
		return p.explainClash(r, p.table.rows.at(r.fact))
	}
	if r.verdict.changes() && p.refused {
		return faultf(CodeNotApplied, "nothing was applied, as %d other rows were rejected", p.stopping)
	}
	return p.explainMet(r, p.table.fact(r), p.table.wanted(r).pkg)
}

func (p *plan) explainClash(r, earlier *row) *Fault {
	if r.verdict == overlapsRow {
		return faultf(CodeOverlap, "overlaps %s of line %d", bounds(earlier.span), earlier.line)
	}
	under := ""
	if pkg := p.table.wanted(earlier).pkg; pkg != "" {
		under = " under " + pkg
	}
	return faultf(CodeDuplicate, "%s%s stand in line %d already", describe(earlier.span), under, earlier.line)
}

func (p *plan) explainMet(r *row, met fact, pkg string) *Fault {
	count := r.span.Count()
	if p.action.touchesDIDs() {
		if r.verdict == moves && r.fact == 0 {
			met.same = count
		}
		return p.explainMoves(r, met)
	}
	switch r.verdict {
	case adds:
		return faultf(CodeAdded, "%s added", describe(r.span))
	case extends:
		return faultf(CodeExtended, "%d numbers of %s added under %s, which has the other %d already", count-met.same, bounds(r.span), pkg, met.same)
	case reprices:
		return p.explainReprice(r, met, pkg)
	case withdraws:
		return faultf(CodeWithdrawn, "%d numbers of %s withdrawn", met.other, bounds(r.span))
	case absent:
		code := CodeNotOffered
		if p.action == Withdraw {
			code = CodeNotThere
		}
		return faultf(code, "none of %s offered", describe(r.span))
	case present:
		return faultf(CodeAlreadyOffered, "%s offered already under %s", describe(r.span), pkg)
	default:
		return faultf(CodeOverlap, "overlaps %s, offered already under %s", bounds(met.span), met.pkg)
	}
}

func (p *plan) explainReprice(r *row, met fact, pkg string) *Fault {
	text := fmt.Sprintf("%d numbers of %s moved to %s, the first of them from %s", met.other, bounds(r.span), pkg, met.pkg)
	if more := r.span.Count() - met.same - met.other; more > 0 && p.action == Offer {
		text += fmt.Sprintf("; %d added", more)
	}
	return faultf(CodeRepriced, "%s", text)
}

// describe begins with no plus: a spreadsheet would take the sentence for a
// formula.
func describe(s e164.Span) string {
	if s.Start == s.End {
		return fmt.Sprintf("1 number, %s,", s.Start)
	}
	return fmt.Sprintf("%d numbers, %s,", s.Count(), bounds(s))
}

func bounds(s e164.Span) string {
	if s.Start == s.End {
		return s.Start.String()
	}
	return fmt.Sprintf("%s to %s", s.Start, s.End)
}
