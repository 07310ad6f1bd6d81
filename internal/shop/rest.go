package shop

import (
	"slices"
	"time"

	"didpurchase/internal/e164"
)

// Limits of the time that a number can be held. A customer's hold of a number
// begins when the customer holds it, and is one hold even if it is extended,
// released and taken again: Since does not move. It ends after MaxHoldAge, or
// when it lapses in the cart. Then the number rests: the same customer can't
// hold it again for the carrier's cooldown. A number that was released before
// the end may be held again at once, as the rest of the same hold.
const (
	// HoldFor is the length of a hold from the time it is made or extended.
	HoldFor = 15 * time.Minute
	// MaxHoldAge is the longest life of one hold.
	MaxHoldAge = time.Hour
	// shortest is the shortest hold that is made. It is longer than a write can
	// be late (lateFor), so that no write arrives after the lapse.
	shortest = 2 * time.Minute
	// claimWithin is the time after the write of its line in which a hold may
	// be sent.
	claimWithin = time.Minute
	// lateFor is the time after a line has gone in which a write of its hold
	// may arrive.
	lateFor = 90 * time.Second
	// maxTried limits the cart's item: its lines and its rests.
	maxTried = 400
)

// Rest is a number that left the cart without a purchase.
type Rest struct {
	Number e164.Number
	Since  time.Time // when the customer's hold of it began
	Free   time.Time // when the customer may begin a new hold of it
	Lapsed bool      // the customer let it lapse
}

// rest returns the number's current rest.
func (c Cart) rest(n e164.Number, now time.Time) (Rest, bool) {
	for _, r := range c.Rests {
		if r.Number == n && now.Before(r.Free) {
			return r, true
		}
	}
	return Rest{}, false
}

// resting returns the rests that are not over yet.
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

// rested returns the rest of a dropped line; false if the number was never
// held.
func (l Line) rested(cooldown time.Duration) (Rest, bool) {
	r := Rest{Number: l.Number, Since: l.Since, Free: l.Until.Add(cooldown), Lapsed: !l.Gone() ||
		!l.GoneAt.Before(l.Until)}
	return r, !l.Since.IsZero()
}

// past returns the customer's earlier hold of the number in the cart; false if
// the customer may begin a new one.
func (c Cart) past(n e164.Number, now time.Time, cooldown time.Duration) (Rest, bool) {
	line, known := c.line(n)
	if !known {
		return c.rest(n, now)
	}
	r, held := line.rested(cooldown)
	r.Lapsed = r.Lapsed && line.Until.Before(now)
	return r, held && now.Before(r.Free)
}

// coolsUntil reports whether the customer can't hold the number now, and from when
// on that is possible again.
func (c Cart) coolsUntil(n e164.Number, now time.Time, cooldown time.Duration) (free time.Time, cools bool) {
	past, again := c.past(n, now, cooldown)
	return past.Free, again && (past.Lapsed || longest(past.Since, now).Sub(now) < shortest)
}

// cooling returns the rests of all numbers that the customer can't hold again
// yet, without the numbers that are held.
func (c Cart) cooling(held func(e164.Number) bool, now time.Time, cooldown time.Duration) (cooling []Rest) {
	var numbers []e164.Number
	for _, l := range c.Lines {
		numbers = append(numbers, l.Number)
	}
	for _, r := range c.Rests {
		numbers = append(numbers, r.Number)
	}
	for _, n := range distinct(numbers) {
		if free, cools := c.coolsUntil(n, now, cooldown); cools && !held(n) {
			cooling = append(cooling, Rest{Number: n, Free: free})
		}
	}
	return cooling
}

// longest returns the longest remaining time of a hold that began at since:
// HoldFor, but at most MaxHoldAge in all.
func longest(since, now time.Time) time.Time {
	until := now.Add(HoldFor)
	if last := since.Add(MaxHoldAge); last.Before(until) {
		return last
	}
	return until
}
