package reconcile

import "time"

// Pass is one walk over the whole store by itself, which may take more than one
// invocation: how far it got, and who is at it. The zero Pass is over.
type Pass struct {
	Ver     int       // +1 at each write, 0 = never written
	BegunAt time.Time // zero when it is over
	Cursor  string    // where the next part begins; "" at the beginning
	Until   time.Time // somebody is at it until then
}

// Taken is the pass of whoever goes on with it until a moment; ok is false when
// there is nothing to do. A new one is begun only where that is asked for, and
// when the last one is over: however long one takes, it comes to its end.
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

// At is the pass after a part, whose next begins at the cursor; "" ends it.
func (p Pass) At(cursor string) Pass {
	p.Cursor = cursor
	if cursor == "" {
		p.BegunAt, p.Until = time.Time{}, time.Time{}
	}
	return p
}
