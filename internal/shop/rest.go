package shop

import (
	"slices"
	"time"

	"didpurchase/internal/e164"
)

// How long a number can be held. A customer's hold of a number begins when the
// customer holds it, and is one hold however often it is extended, given back
// and taken again: Since does not move. It ends after MaxHoldAge, or when it
// lapses in the cart. Then the number rests: the same customer can't hold it
// again for the carrier's cooldown. A number that was given back before its end
// may be held again at once, as the rest of the same hold.
const (
	// HoldFor is how long a hold lasts from when it is made or extended.
	HoldFor = 15 * time.Minute
	// MaxHoldAge is how long one hold can last in all.
	MaxHoldAge = time.Hour
	// shortest is the least time that a hold is made for. It is longer than a
	// write can be late (lateFor), so that no write arrives after the lapse.
	shortest = 2 * time.Minute
	// claimWithin is how long after its line was written a hold may be sent.
	claimWithin = time.Minute
	// lateFor is how long after a line has gone a write of its hold may arrive.
	lateFor = 90 * time.Second
	// maxTried bounds the cart's item: its lines and its rests.
	maxTried = 400
)

// Rest is a number that left the cart and was not bought.
type Rest struct {
	Number e164.Number
	Since  time.Time // when the customer's hold of it began
	Free   time.Time // when the customer may begin a new hold of it
	Lapsed bool      // the customer let it lapse
}

// rest returns the number's rest at the moment.
func (c Cart) rest(n e164.Number, now time.Time) (Rest, bool) {
	for _, r := range c.Rests {
		if r.Number == n && now.Before(r.Free) {
			return r, true
		}
	}
	return Rest{}, false
}

// resting returns the rests that are not over at the moment.
func (c Cart) resting(now time.Time) []Rest {
	var rests []Rest
	for _, r := range c.Rests {
		if now.Before(r.Free) {
			rests = append(rests, r)
		}
	}
	return rests
}

// without returns the rests of the other numbers.
func without(rests []Rest, n e164.Number) []Rest {
	return slices.DeleteFunc(rests, func(r Rest) bool { return r.Number == n })
}

// rested is what is remembered of the line when it is dropped; false when the
// number was never held.
func (l Line) rested(cooldown time.Duration) (Rest, bool) {
	r := Rest{Number: l.Number, Since: l.Since, Free: l.Until.Add(cooldown), Lapsed: !l.Gone() || !l.GoneAt.Before(l.Until)}
	return r, !l.Since.IsZero()
}

// past is the customer's hold of the number as the cart knows it; false when the
// customer may begin a new one.
func (c Cart) past(n e164.Number, now time.Time, cooldown time.Duration) (Rest, bool) {
	line, known := c.line(n)
	if !known {
		return c.rest(n, now)
	}
	r, held := line.rested(cooldown)
	r.Lapsed = r.Lapsed && line.Until.Before(now)
	return r, held && now.Before(r.Free)
}

// longest is how long a hold that began then may last from now: HoldFor, and
// never longer than MaxHoldAge in all.
func longest(since, now time.Time) time.Time {
	until := now.Add(HoldFor)
	if last := since.Add(MaxHoldAge); last.Before(until) {
		return last
	}
	return until
}
