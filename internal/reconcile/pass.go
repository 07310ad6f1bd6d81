package reconcile

import "time"

// Pass is one automatic walk over the whole store, which may take several
// invocations: its position, and the time until which an invocation works on
// it. The zero Pass is over.
type Pass struct {
	Ver     int       // +1 at each write, 0 = never written
	BegunAt time.Time // zero when it is over
	Cursor  string    // where the next part begins; "" at the beginning
	Until   time.Time // an invocation works on it until then
}

// Taken returns the pass for an invocation that continues it until a moment; ok is
// false if there is nothing to do. A new pass begins only if begin is set and the
// last one is over, so that every pass is completed.
func (p Pass) Taken(begin bool, now, until time.Time) (taken Pass, ok bool) {
	if p.Until.After(now) || p.BegunAt.IsZero() && !begin {
		return p, false
	}
	if p.BegunAt.IsZero() {
		p.BegunAt, p.Cursor = now, ""
	}
	p.Until = until
	return p, true
}

// At returns the pass after a part; the next part begins at the cursor; "" ends
// the pass.
func (p Pass) At(cursor string) Pass {
	p.Cursor = cursor
	if cursor == "" {
		p.BegunAt, p.Until = time.Time{}, time.Time{}
	}
	return p
}
