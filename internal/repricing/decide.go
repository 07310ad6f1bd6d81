package repricing

import (
	"slices"
	"time"

	"didpurchase/internal/did"
)

// Earliest returns the first moment at which the new price can hold, if a rental
// agrees on it now: the effective date, or the end of the notice if that is later.
// loc is the carrier's time zone.
func (c Change) Earliest(now time.Time, loc *time.Location) time.Time {
	over := now.In(loc).AddDate(0, 0, c.NoticeDays).Truncate(time.Millisecond)
	if over.Before(now) {
		over = over.Add(time.Millisecond)
	}
	if c.Effective.After(over) {
		return c.Effective
	}
	return over
}

// decide returns the outcome for a rental, with its next price if one is agreed. A
// rental inside its minimum term keeps its price until the term ends.
func (c Change) decide(d did.DID, loc, older *time.Location, now time.Time) (Outcome, did.NextPrice) {
	switch {
	case d.State == did.PendingRelease:
		return Ending, did.NextPrice{}
	case d.NextPrice.Change == c.ID:
		return Agreed, d.NextPrice
	case d.NextPrice.Change != "":
		return Other, did.NextPrice{}
	case d.Terms.Version >= c.To.Version:
		return Unchanged, did.NextPrice{}
	case d.Terms.Recurring.Currency() != c.To.Recurring.Currency(), d.Terms.Interval != c.To.Interval,
		d.Terms.Align != c.To.Align:
		return Unlike, did.NextPrice{}
	}
	from := c.Earliest(now, loc)
	if term := d.TermEnds(older); term.After(from) {
		from = term
	}
	return Agreed, did.NextPrice{Change: c.ID, Version: c.To.Version, Name: c.To.Name, Recurring: c.To.Recurring,
		From: from}
}

// moveOf returns the outcome for a rental and its move, the zero Move for none.
func (c Change) moveOf(d did.DID, loc, older *time.Location, now time.Time) (o Outcome, m did.Move, err error) {
	if !runs(d) || d.Terms.Package != c.Package {
		return notChosen, did.Move{}, nil
	}
	if c.Status == Cancelling {
		switch {
		case d.NextPrice.Change == c.ID:
			m, err = d.KeepPrice(now)
			return TakenBack, m, err
		default:
			return notChosen, did.Move{}, nil
		}
	}
	o, next := c.decide(d, loc, older, now)
	if o == Agreed && d.NextPrice.Change != c.ID {
		m, err = d.AgreeOn(next, now)
	}
	return o, m, err
}

// runs reports whether a rental may be charged again.
func runs(d did.DID) bool {
	return slices.Contains([]did.State{did.Assigned, did.PastDue, did.Suspended, did.PendingRelease}, d.State)
}
