package plan

import (
	"context"
	"fmt"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/pricing"
)

const (
	// maxTouched is the largest number of single numbers that one row may change;
	// maxTouchedAll, that one job may change.
	maxTouched    = 10_000
	maxTouchedAll = 1_000_000
	touchSize     = 100 // numbers of one step
	lookSize      = 2_000
)

// Touch has numbers of one row to change one by one.
type Touch struct {
	Row    uint64      `json:"row"` // of the file's rows of data, from 0
	Spans  []e164.Span `json:"spans"`
	Rental *Rental     `json:"rental,omitempty"`
}

// Rental is the rental of an adopted number.
type Rental struct {
	ID          string        `json:"id"`
	Customer    string        `json:"customer"`
	Terms       pricing.Terms `json:"terms"`
	PaidUntil   time.Time     `json:"paid_until"`
	Zone        string        `json:"zone,omitempty"` // time zone of its due dates: the carrier's when the file was read
	Label       string        `json:"label,omitempty"`
	Destination string        `json:"destination,omitempty"`
}

func (t *Touch) Numbers() (list []e164.Number) {
	for _, s := range t.Spans {
		for n := s.Start; n <= s.End; n++ {
			list = append(list, n)
		}
	}
	return list
}

func (t *Touch) count() (n uint64) {
	for _, s := range t.Spans {
		n += s.Count()
	}
	return n
}

// touchWords are the words for actions that change single numbers.
var touchWords = map[Action]struct {
	done             string
	applied, present sheet.Code
}{
	Withhold: {"withheld", CodeWithheld, CodeAlreadyWithheld},
	Return:   {"on sale", CodeReturned, CodeNotWithheld},
	Adopt:    {"rented by the customer", CodeAdopted, CodeAlreadyRented},
}

// explainMoves returns the sentence of a row that changes, or can't change, single
// numbers. met.same counts the changed numbers, met.other the numbers of other
// customers; met.span has the first of these, met.pkg the reason.
func (p *Plan) explainMoves(r *row, met fact) *sheet.Fault {
	words, under := touchWords[p.Action], p.under(p.table.wanted(r).pkg)
	done := p.verb(string(words.applied))
	switch {
	case r.verdict == present:
		return sheet.Faultf(words.present, "%s %s already", describe(r.span), words.done)
	case r.verdict == absent:
		return sheet.Faultf(CodeNotOffered, "none of %s offered", describe(r.span))
	case r.verdict == taken:
		return sheet.Faultf(CodeTaken, "%s can't be changed; %s is %s", describe(r.span), met.span.Start, met.pkg)
	case met.other > 0:
		return sheet.Faultf(words.applied, "%d numbers of %s %s%s; %d are taken, the first is %s, %s",
			met.same, bounds(r.span), done, under, met.other, met.span.Start, met.pkg)
	case met.same < r.span.Count():
		return sheet.Faultf(words.applied, "%d numbers of %s %s%s, the others were that already or are not offered", met.same,
			bounds(r.span), done, under)
	}
	return sheet.Faultf(words.applied, "%s %s%s", describe(r.span), done, under)
}

// candidate is a row with the numbers to check.
type candidate struct {
	i      uint32
	span   e164.Span
	rental *Rental
}

// Owners reads the DIDs of single numbers, and the ranges that offer them.
type Owners interface {
	// DIDs returns the stored DIDs, keyed by number; numbers without one are
	// omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Ranges returns the range that offers each number; numbers without a range are
	// omitted.
	Ranges(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]catalogue.Range, error)
}

// toucher decides the rows that may change single numbers, many rows at a time, and
// writes their steps.
type toucher struct {
	plan     *Plan
	carrier  string
	store    Owners
	now      func() time.Time
	rentalID func(row uint32) string
	to       *StepWriter

	wait    []candidate
	numbers uint64 // in wait
	all     uint64 // in the file so far
	next    uint32 // the next row
}

// Touches returns a toucher, which decides the plan's rows that change single
// numbers: call Add with each row, then Flush.
func (p *Plan) Touches(carrier string, store Owners, now func() time.Time, rentalID func(row uint32) string,
	to *StepWriter) *toucher {
	return &toucher{plan: p, carrier: carrier, store: store, now: now, rentalID: rentalID, to: to}
}

// Add takes the next row of the file. Errors: *Unreadable, or the store's.
func (t *toucher) Add(ctx context.Context, l *sheet.Layout, rec sheet.Record) error {
	at := t.next
	t.next++
	row := t.plan.table.rows.at(at)
	if row.verdict != moves {
		return nil
	}
	c := candidate{i: at, span: row.span}
	if t.plan.Action == Adopt {
		o, fault := t.plan.read(l, rec)
		if fault != nil {
			return fmt.Errorf("plan: line %d is not read as before: %s", rec.Line, fault.Detail)
		}
		c.rental = o.rental
		c.rental.ID = t.rentalID(at)
	}
	t.wait = append(t.wait, c)
	t.numbers += row.span.Count()
	if t.all += row.span.Count(); t.all > maxTouchedAll {
		return sheet.Unreadablef("the rows up to line %d have more than %d numbers", rec.Line, maxTouchedAll)
	}
	if t.numbers < lookSize {
		return nil
	}
	return t.Flush(ctx)
}

// Flush decides the rows that wait.
func (t *toucher) Flush(ctx context.Context) error {
	var numbers []e164.Number
	for _, c := range t.wait {
		numbers = append(numbers, (&Touch{Spans: []e164.Span{c.span}}).Numbers()...)
	}
	if len(numbers) == 0 {
		return nil
	}
	items, err := t.store.DIDs(ctx, t.carrier, numbers)
	if err != nil {
		return err
	}
	offered := map[e164.Number]catalogue.Range{}
	if t.plan.Action == Withhold {
		if offered, err = t.store.Ranges(ctx, t.carrier, numbers); err != nil {
			return err
		}
	}
	for _, c := range t.wait {
		if err := t.decide(c, items, offered); err != nil {
			return err
		}
	}
	t.wait, t.numbers = nil, 0
	return nil
}

// decide sorts a row's numbers into those that the action may change and others.
func (t *toucher) decide(c candidate, items map[e164.Number]did.DID, offered map[e164.Number]catalogue.Range) error {
	var free []e164.Number
	var met fact
	already := false
	for n := c.span.Start; n <= c.span.End; n++ {
		item := items[n]
		_, isOffered := offered[n]
		switch {
		case t.plan.Action == Withhold && item.State == did.None && !isOffered:
		case movable(t.plan.Action, item, t.now()):
			free = append(free, n)
		case alreadyDone(t.plan.Action, item, c.rental):
			already = true
		default:
			if met.other++; met.other == 1 {
				met.span, met.pkg = e164.Span{Start: n, End: n}, conflictOf(item)
			}
		}
	}
	met.same = uint64(len(free))
	if c.rental != nil && len(free) > 0 {
		if err := t.plan.overdue.see(c.rental, met.same, t.plan.people.zone, t.plan.people.now); err != nil {
			return err
		}
	}
	t.plan.touched(c.i, met, already)
	return writeTouches(c, free, t.to)
}

// touched decides a row; met.same counts the numbers that can be changed.
func (p *Plan) touched(i uint32, met fact, already bool) {
	row := p.table.rows.at(i)
	switch {
	case met.same > 0:
	case met.other > 0:
		row.verdict = taken
	case already:
		row.verdict = present
	default:
		row.verdict = absent
	}
	if row.verdict == moves && met.same < row.span.Count() || row.verdict == taken {
		p.table.note(row, met)
	}
}

// writeTouches divides a row's numbers into steps.
func writeTouches(c candidate, free []e164.Number, to *StepWriter) error {
	for len(free) > 0 {
		part := free[:min(len(free), touchSize)]
		free = free[len(part):]
		s := Step{Touch: &Touch{Row: uint64(c.i), Rental: c.rental, Spans: runsOf(part)}}
		if len(free) == 0 {
			s.Rows = 1
		}
		if err := to.write(s); err != nil {
			return err
		}
	}
	return nil
}

// runsOf returns ascending numbers as spans.
func runsOf(numbers []e164.Number) (spans []e164.Span) {
	for _, n := range numbers {
		if last := len(spans) - 1; last >= 0 && spans[last].End+1 == n {
			spans[last].End = n
		} else {
			spans = append(spans, e164.Span{Start: n, End: n})
		}
	}
	return spans
}

// movable reports whether the action may change a number in this state.
func movable(a Action, d did.DID, now time.Time) bool {
	switch a {
	case Withhold:
		return d.State == did.None
	case Return:
		return d.State == did.Withheld
	default:
		return d.State == did.None || d.Lapsed(now)
	}
}

// alreadyDone reports whether a number is in the state already to which the action
// leads.
func alreadyDone(a Action, d did.DID, to *Rental) bool {
	switch a {
	case Withhold:
		return d.State == did.Withheld
	case Return:
		return d.State != did.Withheld
	default:
		return d.RentalID != "" && d.State != did.Aging && d.State != did.PortedOut && d.Customer == to.Customer
	}
}

// conflictOf names the obstacle to a change.
func conflictOf(d did.DID) string {
	switch {
	case d.State == did.Held:
		return "held by " + d.Customer
	case d.State == did.Reserved:
		return "reserved for an order of " + d.Customer
	case d.Customer != "":
		return d.State.Word() + ", of the customer " + d.Customer
	}
	return d.State.Word()
}
