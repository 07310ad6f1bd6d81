package renewalworker_test

import (
	"cmp"
	"slices"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

// The oracle is an independent form of the renewal: in cents, with lists of owed
// periods that grow as time passes, and dates that are found day by day.

// lease is a rental in the oracle.
type lease struct {
	number  e164.Number
	pkg     string
	anchor  time.Time
	state   did.State
	begun   []time.Time // begins of its periods up to the current time
	owed    []int       // the unpaid periods
	charged []int
	next    time.Time // its next event
	unpaid  time.Time // since when it is unpaid; zero when all is paid
	stopped time.Time // when it was suspended
}

var cents = map[string]int{"monthly": 200, "weekly": 100, "daily": 100, "free": 0}

// after returns the start of the period after the last one.
func (l *lease) after() time.Time {
	last := l.begun[len(l.begun)-1]
	switch l.pkg {
	case "daily", "free":
		return last.Add(24 * time.Hour)
	case "weekly":
		return last.Add(7 * 24 * time.Hour)
	}
	for day := last.AddDate(0, 0, 1); ; day = day.AddDate(0, 0, 1) {
		isLast := day.AddDate(0, 0, 1).Day() == 1
		if day.Day() == l.anchor.Day() || isLast && day.Day() < l.anchor.Day() {
			return day
		}
	}
}

// pass moves the lease's time to a moment.
func (l *lease) pass(now time.Time) {
	for !l.after().After(now) {
		l.begun = append(l.begun, l.after())
		l.owed = append(l.owed, len(l.begun)-1)
	}
}

// forgo drops the oldest owed periods beyond the limit; it counts the periods that
// began up to a moment.
func (l *lease) forgo(limit int, until time.Time) {
	var begun int
	for _, k := range l.owed {
		if !l.begun[k].After(until) {
			begun++
		}
	}
	l.owed = l.owed[max(0, begun-limit):]
}

// bill lists the periods of the next payment, which is all or nothing.
func (l *lease) bill(rules carrier.Dunning, now time.Time) []int {
	if len(l.owed) == 0 {
		return nil
	}
	limited := func(at time.Time) {
		if !l.unpaid.IsZero() {
			if at = at.Add(-rules.Grace()); at.Before(l.unpaid) {
				at = l.unpaid
			}
		}
		l.forgo(rules.CatchUp, at)
	}
	switch l.state {
	case did.Assigned, did.PastDue:
		limited(now)
		return l.owed[:1]
	case did.Suspended:
		limited(l.stopped)
		var bill []int
		for i, k := range l.owed {
			if l.begun[k].Before(l.stopped) || i == len(l.owed)-1 {
				bill = append(bill, k)
			}
		}
		return bill
	}
	return nil
}

// paid records the payment of a bill.
func (l *lease) paid(bill []int, now time.Time) {
	last := bill[len(bill)-1]
	l.charged = append(l.charged, bill...)
	l.owed = slices.DeleteFunc(l.owed, func(k int) bool { return k <= last })
	l.state = did.Assigned
	if len(l.owed) == 0 {
		l.unpaid, l.next = time.Time{}, l.after()
	} else {
		l.next = l.begun[l.owed[0]]
	}
}

// wallet is a customer in the oracle.
type wallet struct {
	cents   int
	leases  []*lease
	paidIn  bool
	changed bool
}

// tick moves a customer's time to a moment.
func (w *wallet) tick(rules carrier.Dunning, now time.Time) {
	for _, l := range w.leases {
		l.pass(now)
	}
	isDue := func(l *lease) bool { return l.state != did.None && !l.next.After(now) }
	tried := isDue
	if w.paidIn {
		w.paidIn = false
		tried = func(l *lease) bool { return isDue(l) || l.state == did.PastDue || l.state == did.Suspended }
	}
	w.collect(rules, now, tried)
}

func (w *wallet) collect(rules carrier.Dunning, now time.Time, concerns func(*lease) bool) {
	for w.changed = true; w.changed; {
		w.changed = false
		w.spend(rules, now, concerns)
		if w.changed {
			continue
		}
		for _, l := range w.leases {
			if l.state != did.None && !l.next.After(now) {
				l.fall(rules, now)
				w.changed = true
			}
		}
	}
}

// spend repeatedly pays the oldest bill that the money covers.
func (w *wallet) spend(rules carrier.Dunning, now time.Time, concerns func(*lease) bool) {
	for {
		var oldest *lease
		for _, l := range w.leases {
			if !concerns(l) {
				continue
			}
			bill := l.bill(rules, now)
			if costs := len(bill) * cents[l.pkg]; len(bill) == 0 || costs > 0 && costs > w.cents {
				continue
			}
			if oldest == nil || cmp.Or(l.begun[bill[0]].Compare(oldest.begun[oldest.bill(rules, now)[0]]),
				cmp.Compare(l.number, oldest.number)) < 0 {
				oldest = l
			}
		}
		if oldest == nil {
			return
		}
		bill := slices.Clone(oldest.bill(rules, now))
		w.cents -= len(bill) * cents[oldest.pkg]
		oldest.paid(bill, now)
		w.changed = true
	}
}

// fall makes the due move of a lease that is not paid.
func (l *lease) fall(rules carrier.Dunning, now time.Time) {
	switch l.state {
	case did.Assigned:
		if l.unpaid.IsZero() {
			l.unpaid = now
		}
		l.state, l.next = did.PastDue, l.unpaid.Add(rules.Grace())
	case did.PastDue:
		l.state, l.stopped, l.next = did.Suspended, now, now.Add(rules.Suspended())
	case did.Suspended:
		l.state, l.next = did.Aging, now.Add(rules.AgingIn("GB"))
	case did.Aging:
		l.state = did.None
	}
}
