// Package ratelimit decides how many requests a caller may send, so that one
// customer, or one program of it, does not take the capacity of the others. It knows
// neither HTTP nor the database.
//
// Each customer has a bucket of turns, and so has each API key and a carrier's own
// staff; a program takes from its key's bucket and its owner's. A bucket is one
// moment: the time at which it will be full again. Taking n turns moves that moment n
// intervals on, and is refused if it would then be later than a full bucket's worth
// from now.
//
// Example: 10 turns a second, at most 40 at once. An idle bucket is full now. Taking
// 40 turns moves its moment 4 s on; one turn more would make it 4.1 s, which is
// refused until 0.1 s have passed.
package ratelimit

import (
	"context"
	"fmt"
	"sync"
	"time"

	"didpurchase/internal/auth"
)

// Limit is how many requests a second one bucket allows. The zero Limit allows all.
type Limit struct{ PerSecond int }

// saved is the number of seconds for which an idle bucket saves turns.
const saved = 4 * time.Second

// Interval returns the time in which one turn is added.
func (l Limit) Interval() time.Duration { return time.Second / time.Duration(l.PerSecond) }

// Taking asks a bucket for turns: it moves the bucket's moment On from where it is,
// or from Now, whichever is later, but never beyond Latest.
type Taking struct {
	Bucket      string
	Now, Latest time.Time
	On          time.Duration
}

// takes returns the request for n turns.
func (l Limit) takes(bucket string, n int, now time.Time) Taking {
	return Taking{Bucket: bucket, Now: now, Latest: now.Add(saved), On: time.Duration(n) * l.Interval()}
}

// Buckets are kept where every instance of the functions sees them.
type Buckets interface {
	// Take takes turns of a carrier's bucket. When there are not enough, taken is
	// false, and full is the bucket's moment.
	Take(ctx context.Context, carrier string, t Taking) (full time.Time, taken bool, err error)
}

// Exceeded is the error of a request beyond the limit.
type Exceeded struct {
	Of   string        // the bucket's owner, in words
	Wait time.Duration // until there is a turn
}

func (e *Exceeded) Error() string {
	return fmt.Sprintf("%s sends more requests than are allowed; send this one again after a pause", e.Of)
}

// patience is how long a request waits for the buckets before it passes without them.
const patience = 500 * time.Millisecond

// Bounds of the turns that one instance takes ahead, and how long it keeps it. An instance that
// is busy with a caller asks the buckets once for 8 requests.
const (
	maxAhead   = 8
	keepsAhead = 10 * time.Second
	maxCallers = 10_000 // in memory
)

// ahead are turns that an instance took before it needed them.
type ahead struct {
	left, size int
	at         time.Time
}

// Limiter admits requests.
type Limiter struct {
	buckets  Buckets
	customer Limit // of a customer, or of a carrier's own staff and programs
	key      Limit
	now      func() time.Time

	failed func(error) // reports a failure of the buckets

	mu    sync.Mutex // guards ahead
	ahead map[string]ahead
}

// New returns a limiter for a number of requests a second of each customer. A key
// has half of it, so that people can go on while a program sends too many requests.
// failed is called with each failure of the buckets: requests pass then.
func New(buckets Buckets, perSecond int, now func() time.Time, failed func(error)) *Limiter {
	return &Limiter{buckets: buckets, customer: Limit{perSecond}, key: Limit{(perSecond + 1) / 2}, now: now,
		ahead: map[string]ahead{}, failed: failed}
}

// Admit takes a turn for a request of the caller. Errors: *Exceeded.
func (l *Limiter) Admit(ctx context.Context, who auth.Principal) error {
	if who.Actor().Kind == auth.ByKey {
		if err := l.turn(ctx, who.Carrier, "KEY#"+who.Actor().ID, "this API key", l.key); err != nil {
			return err
		}
	}
	return l.turn(ctx, who.Carrier, "OWNER#"+who.Customer, "your company", l.customer)
}

// turn takes one turn: from those that this instance has, else from the bucket, one
// for the first request and twice as many as the last time while the caller is busy.
func (l *Limiter) turn(ctx context.Context, carrier, bucket, of string, limit Limit) error {
	now, name := l.now(), carrier+" "+bucket
	size, had := l.next(name, now)
	if had {
		return nil
	}
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	full, taken, err := l.buckets.Take(ctx, carrier, limit.takes(bucket, size, now))
	if err == nil && !taken && size > 1 {
		size = 1
		full, taken, err = l.buckets.Take(ctx, carrier, limit.takes(bucket, size, now))
	}
	if err != nil {
		l.failed(err)
		return nil
	}
	if !taken {
		return &Exceeded{Of: of, Wait: full.Add(limit.Interval()).Sub(now.Add(saved))}
	}
	l.keep(name, ahead{size - 1, size, now})
	return nil
}

// next uses a turn that this instance has, or returns how many to take.
func (l *Limiter) next(name string, now time.Time) (size int, had bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a, known := l.ahead[name]
	if !known || now.Sub(a.at) > keepsAhead {
		return 1, false
	}
	if a.left == 0 {
		return min(2*a.size, maxAhead), false
	}
	a.left--
	l.ahead[name] = a
	return 0, true
}

func (l *Limiter) keep(name string, a ahead) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.ahead) >= maxCallers {
		clear(l.ahead)
	}
	l.ahead[name] = a
}
