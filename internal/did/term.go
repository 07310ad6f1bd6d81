package did

import "time"

// TermEnds returns the end of the agreed minimum term; zero for none.
func (d DID) TermEnds(older *time.Location) time.Time {
	if d.Terms.MinTermDays == 0 {
		return time.Time{}
	}
	return d.Anchor.In(d.Location(older)).AddDate(0, 0, d.Terms.MinTermDays)
}

// FirstEnd returns the first moment at which the rental can end, and the moment
// from which a cancellation for it is accepted: the start of the period that
// ends then, the paid one or a later one.
func (d DID) FirstEnd(older *time.Location) (from, ends time.Time) {
	term := d.TermEnds(older)
	from, ends = d.PeriodStart, d.PeriodEnd
	for k := d.Period + 1; ends.Before(term); k++ {
		from, ends = d.Span(k, older)
	}
	return from, ends
}
