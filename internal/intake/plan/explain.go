package plan

import (
	"fmt"
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
)

// Explain returns a row's code and sentence. rec is the row, read again.
func (p *Plan) Explain(i uint32, l *sheet.Layout, rec sheet.Record) *sheet.Fault {
	r := p.table.rows.at(i)
	if r.verdict == faulty {
		o, fault := p.read(l, rec)
		if rec.Fault != nil {
			return fault
		}
		if text := p.rowAsRead(l, rec, o); text != "" && stops(fault) || o.span.Start > 0 {
			return sheet.Faultf(fault.Code, "%s; the row is %s", fault.Detail, text)
		}
		return fault
	}
	if r.verdict == overlapsRow || r.verdict == duplicates {
		return p.explainClash(r, p.table.rows.at(r.fact))
	}
	if r.verdict.changes() && p.Refused {
		fault := sheet.Faultf(CodeNotApplied, "nothing was applied, as %d other rows were rejected", p.Stopping)
		return p.withReading(fault, r.span, p.table.wanted(r).pkg)
	}
	return p.explainMet(r, p.table.fact(r), p.table.wanted(r).pkg)
}

// withReading adds to a row's fault the values that could be read: the numbers, and
// the package with its price.
func (p *Plan) withReading(fault *sheet.Fault, s e164.Span, pkg string) *sheet.Fault {
	if s.Start == 0 {
		return fault
	}
	text := strings.TrimSuffix(describe(s), ",") + p.under(pkg)
	return sheet.Faultf(fault.Code, "%s; the row is %s", fault.Detail, text)
}

func (p *Plan) explainClash(r, earlier *row) *sheet.Fault {
	if r.verdict == overlapsRow {
		fault := sheet.Faultf(CodeOverlap, "overlaps %s of line %d", bounds(earlier.span), earlier.line)
		return p.withReading(fault, r.span, p.table.wanted(r).pkg)
	}
	under := p.under(p.table.wanted(earlier).pkg)
	return sheet.Faultf(CodeDuplicate, "%s%s duplicates line %d",
		strings.TrimSuffix(describe(earlier.span), ","), under, earlier.line)
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
		return sheet.Faultf(CodeAdded, "%s %s%s", describe(r.span), p.verb("added"), p.under(pkg))
	case extends:
		text := fmt.Sprintf("%d numbers of %s %s%s, which has the other %d already", count-met.same, bounds(r.span),
			p.verb("added"), p.under(pkg), met.same)
		if met.stale > 0 {
			text += fmt.Sprintf("; of those, %d %s: %s", met.stale, p.verb("updated"), p.corrections(r, met))
		}
		return sheet.Faultf(CodeExtended, "%s", text)
	case reprices:
		return p.explainReprice(r, met, pkg)
	case updates:
		return sheet.Faultf(CodeUpdated, "%s %s: %s", describe(r.span), p.verb("updated"), p.corrections(r, met))
	case withdraws:
		return sheet.Faultf(CodeWithdrawn, "%d numbers of %s %s, the first of them%s", met.other, bounds(r.span),
			p.verb("withdrawn"), p.under(met.pkg))
	case absent:
		code := CodeNotOffered
		if p.Action == Withdraw {
			code = CodeNotThere
		}
		return sheet.Faultf(code, "none of %s offered", describe(r.span))
	case present:
		return sheet.Faultf(CodeAlreadyOffered, "%s offered already%s", describe(r.span), p.under(pkg))
	default:
		fault := sheet.Faultf(CodeOverlap, "overlaps %s, offered already%s", bounds(met.span), p.under(met.pkg))
		return p.withReading(fault, r.span, pkg)
	}
}

func (p *Plan) explainReprice(r *row, met fact, pkg string) *sheet.Fault {
	text := fmt.Sprintf("%d numbers of %s %s%s, the first of them from %s", met.other, bounds(r.span), p.verb("moved"),
		strings.Replace(p.under(pkg), " under ", " to ", 1), strings.TrimPrefix(p.under(met.pkg), " under "))
	if met.was != "" {
		text += fmt.Sprintf("; %s, the first of them from %s", p.table.wanted(r).words, met.was)
	}
	if more := r.span.Count() - met.same - met.other; more > 0 && p.Action == Offer {
		text += fmt.Sprintf("; %d %s", more, p.verb("added"))
	}
	return sheet.Faultf(CodeRepriced, "%s", text)
}

// corrections describes a row's changes of offered numbers, with the earlier values
// of the first one.
func (p *Plan) corrections(r *row, met fact) string {
	w := p.table.wanted(r)
	now, was := []string{strings.TrimSpace(p.under(w.pkg))}, met.was
	if text := w.words.String(); text != "" {
		now = append(now, text)
	}
	if met.other > 0 {
		was = strings.TrimPrefix(was+", package "+strings.TrimPrefix(p.under(met.pkg), " under "), ", ")
	}
	return strings.Join(now, ", ") + "; the first of them had " + was
}

// verb returns the verb for a row's numbers: a plan that waits has not changed
// anything yet.
func (p *Plan) verb(done string) string {
	if p.Waits {
		return "would be " + done
	}
	return done
}

// describe does not begin with a plus, because a spreadsheet would take the
// sentence for a formula.
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
