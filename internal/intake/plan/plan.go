// Package plan turns the rows of a file into changes of a carrier's ranges: it
// reads each row's numbers, package and facts, compares them with the inventory
// and with the other rows, and writes the steps that make it so. It may not know
// jobs, leases or files, and changes nothing.
package plan

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// Plan is what a file would do to a carrier's numbers, row by row, in the
// file's order. It is made once, before anything is changed.
type Plan struct {
	Action    Action
	replace   bool
	prices    *Packages // nil where rows need no package
	people    *People   // of rentals that are adopted, nil else
	table     *table
	Counts    Counts
	Stopping  uint64   // rejected rows that stop an all_or_nothing job
	Sample    []string // of the first rows
	overdue   overdue
	ambiguous uint64 // rows with two meanings
	Refused   bool   // stopped: nothing of it is applied
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

func NewPlan(a Action, replace bool, prices *Packages) *Plan {
	return &Plan{Action: a, replace: replace, prices: prices, table: newTable()}
}

// read judges a row by itself.
func (p *Plan) read(l *sheet.Layout, rec sheet.Record) (o offer, fault *sheet.Fault) {
	o, fault = readOffer(l, rec, p.prices)
	switch {
	case fault != nil || !p.Action.TouchesDIDs():
	case p.Action == Adopt:
		o.rental, fault = p.people.rentalOf(l, rec.Cells, p.prices, o)
	case o.span.Count() > maxTouched:
		fault = sheet.Faultf(CodeTooMany, "the row, %s, has %d numbers; one row may change %d one by one", bounds(o.span), o.span.Count(), maxTouched)
	}
	return o, fault
}

// Add appends the next row of the file. Errors: *Unreadable.
func (p *Plan) Add(l *sheet.Layout, rec sheet.Record) error {
	o, fault := p.read(l, rec)
	r := row{span: o.span, line: uint32(rec.Line)}
	switch {
	case fault == nil && p.Action.TouchesDIDs():
		r.verdict = moves // until its numbers are looked at
	case fault == nil:
		r.verdict = undecided
	case stops(fault):
		p.Stopping++
	}
	p.sampled(rec.Line, o, fault)
	if fault != nil {
		if fault.Code == CodeAmbiguousNumber || fault.Code == CodeAmbiguousAmount {
			p.ambiguous++
		}
		o = offer{}
	}
	if o.rental != nil {
		if err := p.overdue.see(o.rental, o.span.Count(), p.people.zone, p.people.now); err != nil {
			return err
		}
	}
	return p.table.add(r, wanted{o.pkg, o.words})
}

// judge decides a row by what it met of the inventory.
func (p *Plan) judge(r *row, met fact) {
	offered, count := met.same+met.other, r.span.Count()
	switch {
	case p.Action == Withdraw && offered == 0, p.Action == Reprice && offered == 0:
		r.verdict = absent
	case p.Action == Withdraw:
		r.verdict = withdraws
	case met.other == 0 && met.same == offered && (met.same == count || p.Action == Reprice):
		r.verdict = present
		met = fact{}
	case p.Action == Reprice, p.replace && met.other > 0:
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

// of has the plan adopt rentals of the customers.
func (p *Plan) ForCustomers(customers *People) { p.people = customers }

// Settle holds the rows against each other: earlier ones win. An error is the
// store's, when customers were asked for.
func (p *Plan) Settle() error {
	for i := range uint32(p.table.rows.n) {
		if r := p.table.rows.at(i); r.verdict.changes() || p.keeps(r.verdict) {
			p.claim(i, r)
		}
	}
	p.table.claims.Clear()
	if p.people != nil {
		return p.people.failed
	}
	return nil
}

// keeps says whether a row that changes nothing, as all is as it says, keeps
// later rows from its numbers: the same file again must not do what they say.
func (p *Plan) keeps(v verdict) bool {
	return v == present && (p.replace || p.Action == Reprice) || v == absent && p.Action == Withdraw
}

// Tally counts the rows, when all are decided.
func (p *Plan) Tally() {
	p.Counts.Read = uint64(p.table.rows.n)
	for i := range uint32(p.table.rows.n) {
		switch v := p.table.rows.at(i).verdict; {
		case v.changes():
			p.Counts.Applied++
		case v == present, v == absent && p.Action == Withdraw:
			p.Counts.Unchanged++
		default:
			p.Counts.Rejected++
			if v != faulty { // those are counted already
				p.Stopping++
			}
		}
	}
}

func (p *Plan) claim(i uint32, r *row) {
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

// Refuse turns an all_or_nothing plan with rows that stop it into one that
// applies nothing.
func (p *Plan) Refuse() {
	p.Refused = true
	p.Counts = Counts{Read: p.Counts.Read, Unchanged: p.Counts.Unchanged, Rejected: p.Counts.Rejected + p.Counts.Applied}
}

// Review names what somebody should look at before the plan is applied: asks are
// about money or status, doubts are readings that are likely but not certain.
func (p *Plan) Review(r sheet.Recognised) (asks, doubts []string) {
	asks = slices.Clone(r.Sounding)
	if text := p.overdue.String(); text != "" {
		asks = append(asks, text)
	}
	if r.TwoHeaders {
		doubts = append(doubts, fmt.Sprintf("the header is two rows, up to line %d", r.HeaderLine))
	}
	if r.Encoding == sheet.Windows1251 {
		doubts = append(doubts, "the text is taken for Windows-1251 (Cyrillic) by its letters")
	}
	if p.ambiguous > 0 {
		doubts = append(doubts, fmt.Sprintf("%d rows have two meanings and were rejected", p.ambiguous))
	}
	return asks, doubts
}

// sampleRows is how many rows a job shows as they were read.
const sampleRows = 5

// sampled keeps the first rows as they were read.
func (p *Plan) sampled(line int, o offer, fault *sheet.Fault) {
	switch {
	case len(p.Sample) == sampleRows:
	case fault != nil:
		p.Sample = append(p.Sample, fmt.Sprintf("line %d is rejected: %.300s", line, fault.Detail))
	default:
		p.Sample = append(p.Sample, fmt.Sprintf("line %d: %s%s", line, strings.TrimSuffix(describe(o.span), ","), p.under(o.pkg)))
	}
}

// under names a package and its price, with a blank in front; "" for none.
func (p *Plan) under(pkg string) string {
	if pkg == "" {
		return ""
	}
	known, exists := p.prices.known[pkg]
	if !exists {
		known = p.prices.made[pkg]
	}
	if known.Recurring.Currency() == "" {
		return " under " + pkg
	}
	return " under " + pkg + " (" + priceOf(known.Terms).String() + ")"
}

// Sign puts what the plan says of rows into a digest.
func (p *Plan) Sign(to io.Writer) {
	for i := range uint32(p.table.rows.n) {
		r := p.table.rows.at(i)
		binary.Write(to, binary.LittleEndian, []uint64{uint64(r.span.Start), uint64(r.span.End), uint64(r.wanted), uint64(r.verdict)})
	}
}

// Explain is a row's code and sentence. rec is the row, read again.
func (p *Plan) Explain(i uint32, l *sheet.Layout, rec sheet.Record) *sheet.Fault {
	r := p.table.rows.at(i)
	if r.verdict == faulty {
		_, fault := p.read(l, rec)
		return fault
	}
	if r.verdict == overlapsRow || r.verdict == duplicates {
		return p.explainClash(r, p.table.rows.at(r.fact))
	}
	if r.verdict.changes() && p.Refused {
		return sheet.Faultf(CodeNotApplied, "nothing was applied, as %d other rows were rejected", p.Stopping)
	}
	return p.explainMet(r, p.table.fact(r), p.table.wanted(r).pkg)
}

func (p *Plan) explainClash(r, earlier *row) *sheet.Fault {
	if r.verdict == overlapsRow {
		return sheet.Faultf(CodeOverlap, "overlaps %s of line %d", bounds(earlier.span), earlier.line)
	}
	under := ""
	if pkg := p.table.wanted(earlier).pkg; pkg != "" {
		under = " under " + pkg
	}
	return sheet.Faultf(CodeDuplicate, "%s%s stand in line %d already", describe(earlier.span), under, earlier.line)
}

func (p *Plan) explainMet(r *row, met fact, pkg string) *sheet.Fault {
	count := r.span.Count()
	if p.Action.TouchesDIDs() {
		if r.verdict == moves && r.fact == 0 {
			met.same = count
		}
		return p.explainMoves(r, met)
	}
	switch r.verdict {
	case adds:
		return sheet.Faultf(CodeAdded, "%s added%s", describe(r.span), p.under(pkg))
	case extends:
		return sheet.Faultf(CodeExtended, "%d numbers of %s added%s, which has the other %d already", count-met.same, bounds(r.span), p.under(pkg), met.same)
	case reprices:
		return p.explainReprice(r, met, pkg)
	case withdraws:
		return sheet.Faultf(CodeWithdrawn, "%d numbers of %s withdrawn", met.other, bounds(r.span))
	case absent:
		code := CodeNotOffered
		if p.Action == Withdraw {
			code = CodeNotThere
		}
		return sheet.Faultf(code, "none of %s offered", describe(r.span))
	case present:
		return sheet.Faultf(CodeAlreadyOffered, "%s offered already%s", describe(r.span), p.under(pkg))
	default:
		return sheet.Faultf(CodeOverlap, "overlaps %s, offered already under %s", bounds(met.span), met.pkg)
	}
}

func (p *Plan) explainReprice(r *row, met fact, pkg string) *sheet.Fault {
	text := fmt.Sprintf("%d numbers of %s moved to %s, the first of them from %s", met.other, bounds(r.span), pkg, met.pkg)
	if more := r.span.Count() - met.same - met.other; more > 0 && p.Action == Offer {
		text += fmt.Sprintf("; %d added", more)
	}
	return sheet.Faultf(CodeRepriced, "%s", text)
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
