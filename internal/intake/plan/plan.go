// Package plan turns the rows of a file into changes of a carrier's ranges: it
// reads each row's numbers, package and facts, compares them with the inventory and
// with the other rows, and writes the steps to get there. It may not know jobs,
// leases or files, and changes nothing.
package plan

import (
	"encoding/binary"
	"fmt"
	"io"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/pricing"
)

// Plan has a file's changes of a carrier's numbers, row by row, in the file's
// order. It is made once, before the first change.
type Plan struct {
	Action     Action
	replace    bool
	prices     *Packages                  // nil where rows need no package
	shown      map[string]pricing.Package // packages in addition to prices, whose prices the sentences name
	people     *People                    // the owners of adopted rentals, else nil
	table      *table
	Counts     Counts
	Stopping   uint64   // rejected rows that stop an all_or_nothing job
	Sample     []string // descriptions of the first rows
	overdue    overdue
	ambiguous  uint64 // rows with two meanings
	bare       bareNumbers
	currencies currencies
	unused     unusedColumns
	below      belowHeader
	unpriced   bool // nothing names the package of the file's rows
	Waits      bool // the sentences of the plan say "would"
	Refused    bool // stopped: nothing of the plan is applied
}

// verdict is the plan's decision about a row.
type verdict uint8

const (
	faulty    verdict = iota // the row has an error; reading it again returns the fault
	undecided                // not compared with the inventory and other rows yet
	adds
	extends   // has numbers that are offered already under its package
	reprices  // has numbers of other packages
	updates   // the whole row is offered, with another package, area, type or features
	withdraws // has numbers that are offered
	moves     // changes single numbers
	present   // is offered exactly like this already
	absent    // has no number that is offered
	blocked   // overlaps ranges that it may not change
	taken     // has no number that may be changed
	overlapsRow
	duplicates
)

// changes reports whether rows of the verdict have an effect.
func (v verdict) changes() bool { return v >= adds && v <= moves }

func NewPlan(a Action, replace bool, prices *Packages) *Plan {
	return &Plan{Action: a, replace: replace, prices: prices, table: newTable(), currencies: currencies{}}
}

// read judges a row alone.
func (p *Plan) read(l *sheet.Layout, rec sheet.Record) (o offer, fault *sheet.Fault) {
	o, fault = readOffer(l, rec, p.prices)
	switch {
	case fault != nil || !p.Action.TouchesDIDs():
	case p.Action == Adopt:
		o.rental, fault = p.people.rentalOf(l, rec.Cells, p.prices, o)
	case o.span.Count() > maxTouched:
		fault = sheet.Faultf(CodeTooMany, "the row, %s, has %d numbers; one row may change %d one by one", bounds(o.span),
			o.span.Count(), maxTouched)
	}
	return o, fault
}

// Add appends the next row of the file. Errors: *Unreadable.
func (p *Plan) Add(l *sheet.Layout, rec sheet.Record) error {
	o, fault := p.read(l, rec)
	r := row{span: o.span, line: uint32(rec.Line)}
	if fault != nil && fault.Code == CodeStatusNotAccepted {
		r.span = e164.Span{} // no number is kept for an excluded row, so a replacing import withdraws its numbers
	}
	p.unused.see(l, rec)
	switch {
	case fault == nil && p.Action.TouchesDIDs():
		r.verdict = moves // until its numbers are checked
	case fault == nil:
		r.verdict = undecided
	case stops(fault):
		p.Stopping++
	}
	p.sampled(rec.Line, o, fault)
	p.bare.see(l, rec, o.span.Start > 0)
	p.below.see(l, rec, o.span.Start > 0)
	if fault != nil {
		if isAmbiguous(fault) {
			p.ambiguous++
		}
		o = offer{}
	}
	p.currencies.see(o.pkg, p.prices)
	if p.Action != Offer { // only offers have properties of numbers
		o.words = words{}
	}
	return p.table.add(r, wanted{o.pkg, o.words})
}

func isAmbiguous(f *sheet.Fault) bool {
	return f.Code == CodeAmbiguousNumber || f.Code == CodeAmbiguousAmount
}

// judge decides a row from the ranges that it overlaps.
func (p *Plan) judge(r *row, met fact) {
	offered, count := met.same+met.other, r.span.Count()
	switch {
	case p.Action == Withdraw && offered == 0, p.Action == Reprice && offered == 0:
		r.verdict = absent
	case p.Action == Withdraw:
		r.verdict = withdraws
	case met.other+met.stale == 0 && (met.same == count || p.Action == Reprice):
		r.verdict = present
		met = fact{}
	case offered == count && p.Action == Offer && (met.other == 0 || !p.replace):
		r.verdict = updates
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

// ForCustomers lets the plan adopt rentals of the customers.
func (p *Plan) ForCustomers(customers *People) { p.people = customers }

// ResolveOverlaps compares the rows with each other: earlier rows win. An error is the
// store's, from reading customers.
func (p *Plan) ResolveOverlaps() error {
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

// keeps reports whether a row without an effect still reserves its numbers: all of
// them are offered as it asks already, or some are offered in another way. So
// importing the same file again neither applies the rows after it nor undoes an
// earlier row.
func (p *Plan) keeps(v verdict) bool {
	return v == present && (p.Action == Offer || p.Action == Reprice) || v == absent && p.Action == Withdraw ||
		v == blocked
}

// Tally counts the rows after all are decided.
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
			if v != faulty { // these are counted already
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

// Refuse turns an all_or_nothing plan with rows that stop it into one that applies
// nothing.
func (p *Plan) Refuse() {
	p.Refused = true
	p.Counts = Counts{Read: p.Counts.Read, Unchanged: p.Counts.Unchanged, Rejected: p.Counts.Rejected + p.Counts.Applied}
}

// Review returns the points to check before the plan is applied: asks are about
// money or status, doubts are readings that are likely but not certain.
func (p *Plan) Review(r sheet.Recognised) (asks, doubts []string) {
	return p.asks(r), p.doubts(r)
}

func (p *Plan) asks(r sheet.Recognised) []string {
	asks := p.unused.asks(r)
	if p.unpriced {
		asks = append(asks, "no column names a package or a price: name the package of the numbers, or a profile for the "+
			"file, and plan it again")
	}
	if text := p.overdue.String(); text != "" {
		asks = append(asks, text)
	}
	if text := p.bare.String(); text != "" {
		asks = append(asks, text)
	}
	if p.below.text != "" {
		asks = append(asks, p.below.text)
	}
	return asks
}

func (p *Plan) doubts(r sheet.Recognised) (doubts []string) {
	if r.TwoHeaders {
		doubts = append(doubts, fmt.Sprintf("the header is two rows, up to line %d", r.HeaderLine))
	}
	if p.prices != nil && p.prices.assumed {
		doubts = append(doubts, "nothing names the interval of the recurring price: it is taken for a month's")
	}
	if r.Doubt != "" {
		doubts = append(doubts, r.Doubt)
	}
	if r.HiddenRows > 0 {
		doubts = append(doubts, fmt.Sprintf("%d rows of the sheet are hidden and were read like the others", r.HiddenRows))
	}
	if p.ambiguous > 0 {
		doubts = append(doubts, fmt.Sprintf("%d rows have two meanings and were rejected", p.ambiguous))
	}
	return doubts
}

// sampleRows is the number of rows whose reading a job shows.
const sampleRows = 5

// sampled keeps the first rows as they were read.
func (p *Plan) sampled(line int, o offer, fault *sheet.Fault) {
	switch {
	case len(p.Sample) == sampleRows:
	case fault != nil:
		p.Sample = append(p.Sample, fmt.Sprintf("line %d is rejected: %.300s", line, fault.Detail))
	default:
		p.Sample = append(p.Sample, fmt.Sprintf("line %d: %s%s", line, strings.TrimSuffix(describe(o.span), ","),
			p.under(o.pkg)))
	}
}

// Show makes sentences name the prices of the ranges, in a plan whose rows need no
// package.
func (p *Plan) Show(packages map[string]pricing.Package) { p.shown = packages }

// under names a package and its price, after a blank; "" for none.
func (p *Plan) under(pkg string) string {
	if pkg == "" {
		return ""
	}
	shown, exists := p.shown[pkg]
	terms := shown.Terms
	if p.prices != nil && !exists {
		terms = p.prices.terms(pkg)
	}
	if terms.Recurring.Currency() == "" {
		return " under " + pkg
	}
	return " under " + pkg + " (" + priceOf(terms).String() + ")"
}

// Sign adds the rows' outcomes to a digest.
func (p *Plan) Sign(to io.Writer) {
	for i := range uint32(p.table.rows.n) {
		r := p.table.rows.at(i)
		binary.Write(to, binary.LittleEndian, []uint64{uint64(r.span.Start), uint64(r.span.End), uint64(r.wanted),
			uint64(r.verdict)})
	}
}
