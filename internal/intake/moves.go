package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

const (
	// maxTouched is how many numbers one row may change one by one; maxTouchedAll,
	// how many one job may.
	maxTouched    = 10_000
	maxTouchedAll = 1_000_000
	touchSize     = 100 // numbers of one step
	lookSize      = 2_000
)

// touch is numbers of one row to change one by one.
type touch struct {
	Row    uint64      `json:"row"` // of the file's rows of data, from 0
	Spans  []e164.Span `json:"spans"`
	Rental *rental     `json:"rental,omitempty"`
}

// rental is what a number becomes that is adopted.
type rental struct {
	ID          string        `json:"id"`
	Customer    string        `json:"customer"`
	Terms       pricing.Terms `json:"terms"`
	PaidUntil   time.Time     `json:"paid_until"`
	Zone        string        `json:"zone,omitempty"` // of its due dates: the carrier's when the file was read
	Label       string        `json:"label,omitempty"`
	Destination string        `json:"destination,omitempty"`
}

func (t *touch) numbers() (list []e164.Number) {
	for _, s := range t.Spans {
		for n := s.Start; n <= s.End; n++ {
			list = append(list, n)
		}
	}
	return list
}

func (t *touch) count() (n uint64) {
	for _, s := range t.Spans {
		n += s.Count()
	}
	return n
}

// words of the actions that touch DIDs.
var touchWords = map[Action]struct {
	done             string
	applied, present Code
}{
	Withhold: {"withheld", CodeWithheld, CodeAlreadyWithheld},
	Return:   {"on sale", CodeReturned, CodeNotWithheld},
	Adopt:    {"rented by the customer", CodeAdopted, CodeAlreadyRented},
}

// explainMoves is the sentence of a row that changes single numbers, or can't:
// met.same are those that it changes, met.other those that others have, the
// first of which is met.span's, as met.pkg says.
func (p *plan) explainMoves(r *row, met fact) *Fault {
	words := touchWords[p.action]
	switch {
	case r.verdict == present:
		return faultf(words.present, "%s %s already", describe(r.span), words.done)
	case r.verdict == absent:
		return faultf(CodeNotOffered, "none of %s offered", describe(r.span))
	case r.verdict == taken:
		return faultf(CodeTaken, "%s can't be changed; %s is %s", describe(r.span), met.span.Start, met.pkg)
	case met.other > 0:
		return faultf(words.applied, "%d numbers of %s %s; %d are taken, the first is %s, %s",
			met.same, bounds(r.span), words.applied, met.other, met.span.Start, met.pkg)
	case met.same < r.span.Count():
		return faultf(words.applied, "%d numbers of %s %s, the others were so or are not offered", met.same, bounds(r.span), words.applied)
	}
	return faultf(words.applied, "%s %s", describe(r.span), words.applied)
}

// candidate is a row whose numbers are looked at.
type candidate struct {
	i      uint32
	span   e164.Span
	rental *rental
}

// composeTouches decides the rows that may change single numbers, and writes the
// steps that do.
func (r *run) composeTouches(ctx context.Context, p *plan, to *stepWriter) error {
	var wait []candidate
	numbers, all, i := uint64(0), uint64(0), uint32(0)
	begin := func(*sheet) error { return nil }
	err := r.eachRow(ctx, begin, func(s *sheet, rec record) error {
		at := i
		i++
		row := p.table.rows.at(at)
		if row.verdict != moves {
			return nil
		}
		c := candidate{i: at, span: row.span}
		if p.action == Adopt {
			o, fault := p.read(&s.layout, rec)
			if fault != nil {
				return fmt.Errorf("intake: line %d is read otherwise than before: %s", rec.line, fault.Detail)
			}
			c.rental = o.rental
			c.rental.ID = r.job.rentalID(at)
		}
		wait = append(wait, c)
		numbers += row.span.Count()
		if all += row.span.Count(); all > maxTouchedAll {
			return unreadable("the rows up to line %d have more than %d numbers", rec.line, maxTouchedAll)
		}
		if numbers < lookSize {
			return nil
		}
		err := r.decideTouches(ctx, p, wait, to)
		wait, numbers = nil, 0
		return err
	})
	if err != nil {
		return err
	}
	return r.decideTouches(ctx, p, wait, to)
}

// decideTouches reads what stands of the candidates' numbers.
func (r *run) decideTouches(ctx context.Context, p *plan, list []candidate, to *stepWriter) error {
	var numbers []e164.Number
	for _, c := range list {
		numbers = append(numbers, (&touch{Spans: []e164.Span{c.span}}).numbers()...)
	}
	if len(numbers) == 0 {
		return nil
	}
	items, err := r.store.DIDs(ctx, r.job.Carrier, numbers)
	if err != nil {
		return err
	}
	offered := map[e164.Number]bool{}
	if p.action == Withhold {
		ranges, err := r.store.Ranges(ctx, r.job.Carrier, numbers)
		if err != nil {
			return err
		}
		for n := range ranges {
			offered[n] = true
		}
	}
	for _, c := range list {
		if err := r.decideTouch(p, c, items, offered, to); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) decideTouch(p *plan, c candidate, items map[e164.Number]did.DID, offered map[e164.Number]bool, to *stepWriter) error {
	var free []e164.Number
	var met fact
	already := false
	for n := c.span.Start; n <= c.span.End; n++ {
		item := items[n]
		switch {
		case p.action == Withhold && item.State == did.None && !offered[n]:
		case movable(p.action, item, r.now()):
			free = append(free, n)
		case isSo(p.action, item, c.rental):
			already = true
		default:
			if met.other++; met.other == 1 {
				met.span, met.pkg = e164.Span{Start: n, End: n}, whose(item)
			}
		}
	}
	met.same = uint64(len(free))
	row := p.table.rows.at(c.i)
	switch {
	case len(free) > 0:
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
	return writeTouches(c, free, to)
}

// writeTouches parts a row's numbers into steps.
func writeTouches(c candidate, free []e164.Number, to *stepWriter) error {
	for len(free) > 0 {
		part := free[:min(len(free), touchSize)]
		free = free[len(part):]
		s := step{Touch: &touch{Row: uint64(c.i), Rental: c.rental, Spans: runsOf(part)}}
		if len(free) == 0 {
			s.Rows = 1
		}
		if err := to.write(s); err != nil {
			return err
		}
	}
	return nil
}

// runsOf are ascending numbers as spans.
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

// movable says whether the action may change a number that stands so.
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

// isSo says whether a number stands already as the action would have it.
func isSo(a Action, d did.DID, to *rental) bool {
	switch a {
	case Withhold:
		return d.State == did.Withheld
	case Return:
		return d.State != did.Withheld
	default:
		return d.RentalID != "" && d.State != did.Aging && d.State != did.PortedOut && d.Customer == to.Customer
	}
}

// whose is what stands in the way of a change.
func whose(d did.DID) string {
	switch {
	case d.State == did.Held:
		return "held by " + d.Customer
	case d.Customer != "":
		return string(d.State) + " of " + d.Customer
	}
	return string(d.State)
}

// touch changes the numbers of one step, one after another. A number that can't
// be changed any more is left as it is; the report tells.
func (a *applier) touch(ctx context.Context, t *touch) error {
	for _, n := range t.numbers() {
		m := a.moveOf(n, t.Rental)
		err := insist(ctx, func() error {
			err := a.store.Commit(ctx, commit.Batch{ID: newID(a.now()), Changes: []commit.Change{m}})
			var refused *commit.Refused
			if errors.As(err, &refused) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) moveOf(n e164.Number, to *rental) did.Move {
	switch a.job.Action {
	case Withhold:
		return did.WithholdBy(a.job.Carrier, n, a.job.ID, a.now())
	case Return:
		return did.ReturnToSale(a.job.Carrier, n, a.now())
	default:
		offer := did.Offer{Terms: to.Terms, Country: e164.Country(n), Area: e164.Area(n), Type: e164.KindOf(n)}
		m := did.TakeOver(a.job.Carrier, to.Customer, n, offer, to.ID, to.PaidUntil, to.Zone, a.now())
		m.To.Label, m.To.Destination = to.Label, to.Destination
		return m
	}
}

// missed counts of each row the numbers that could not be changed.
func (r *run) missed(ctx context.Context) (map[uint64]missed, error) {
	lost := map[uint64]missed{}
	if !r.job.Action.touchesDIDs() {
		return lost, nil
	}
	at, sum := uint64(0), missed{}
	note := func() {
		if sum.left > 0 {
			lost[at] = sum
		}
	}
	err := r.eachStep(ctx, func(_ uint64, s step) error {
		if s.Touch == nil {
			return nil
		}
		if err := r.beat(ctx, r.job); err != nil {
			return err
		}
		if s.Touch.Row != at {
			note()
			at, sum = s.Touch.Row, missed{}
		}
		items, err := r.store.DIDs(ctx, r.job.Carrier, s.Touch.numbers())
		for _, n := range s.Touch.numbers() {
			sum.planned++
			if !r.did(items[n], s.Touch.Rental) {
				sum.left++
			}
		}
		return err
	})
	note()
	return lost, err
}

// did says whether a number stands as this job made it, or went on from there.
func (r *run) did(d did.DID, to *rental) bool {
	switch r.job.Action {
	case Withhold:
		return d.State == did.Withheld && d.HoldID == r.job.ID
	case Return:
		return d.State != did.Withheld
	default:
		return d.RentalID == to.ID
	}
}

// rentalID names the rental that a row becomes: the same whenever it is asked.
func (j Job) rentalID(row uint32) string {
	id := ulid.MustParse(j.ID)
	digest := sha256.Sum256(fmt.Appendf(nil, "%s/%d", j.ID, row))
	copy(id[6:], digest[:10])
	return id.String()
}
