package shop

import (
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// MaxLines is the largest number of lines that a cart shows: what the
// transaction of one checkout can buy.
const MaxLines = 90

// Cart is what a customer holds, and what the customer held a short time ago.
//
// Every hold of the customer has a line of its number. The line is written
// before the hold, and stays until nothing that was sent for the number can
// arrive any more; only then is it dropped. So a lapse never forgets a hold.
type Cart struct {
	Customer ledger.Customer
	Ver      int // +1 at each write, 0 = never written
	Lines    []Line
	Rests    []Rest
	Cause    string // correlation id of what wrote it last
}

// Line is one number that the customer holds or tried to hold.
type Line struct {
	Number e164.Number
	HoldID string    // a ULID of the last try: the time of the try, greater than that of the try before
	Since  time.Time // when the customer's hold of the number began; zero when it was never held
	Until  time.Time
	GoneAt time.Time // when it left the cart that the customer sees; zero while it is in it
}

// Gone reports whether the line has left the cart that the customer sees.
func (l Line) Gone() bool { return !l.GoneAt.IsZero() }

// triedAt is when the number was last asked for.
func (l Line) triedAt() time.Time { return triedAt(l.HoldID) }

func triedAt(holdID string) time.Time { return ulid.Time(ulid.MustParse(holdID).Time()).UTC() }

// began is when the hold began. Lines without the time are as old as their try.
func (l Line) began() time.Time {
	if l.Since.IsZero() {
		return l.triedAt()
	}
	return l.Since
}

// pendingAt reports whether the request that wrote the line may still be at work
// on the hold.
func (l Line) pendingAt(now time.Time) bool {
	return !l.Gone() && now.Before(l.triedAt().Add(claimWithin))
}

// settledAt is when nothing can change what the line is about any more: the hold
// of a live line is over for everybody, and a late write of a gone line's hold
// has arrived.
func (l Line) settledAt() time.Time {
	if l.Gone() {
		return l.GoneAt.Add(lateFor)
	}
	return l.Until.Add(did.Grace)
}

// Update replaces a cart that is still at SeenVer.
type Update struct {
	SeenVer int
	To      Cart
}

// Target names the cart's item.
func (u Update) Target() string { return "cart " + u.To.Customer.String() }

// NextAt is when the first line is settled; zero when there is none.
func (c Cart) NextAt() time.Time {
	var next time.Time
	for _, l := range c.Lines {
		if at := l.settledAt(); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// with is the update to these lines and rests.
func (c Cart) with(lines []Line, rests []Rest) Update {
	to := c
	to.Ver, to.Lines, to.Rests = c.Ver+1, lines, rests
	return Update{SeenVer: c.Ver, To: to}
}

// live lists the lines that are in the cart that the customer sees.
func (c Cart) live() []Line {
	var live []Line
	for _, l := range c.Lines {
		if !l.Gone() {
			live = append(live, l)
		}
	}
	return live
}

// line finds the number's line, live or gone.
func (c Cart) line(n e164.Number) (Line, bool) {
	for _, l := range c.Lines {
		if l.Number == n {
			return l, true
		}
	}
	return Line{}, false
}

// edit applies a change to each line; it drops the lines for which change
// returns false.
func (c Cart) edit(change func(Line) (Line, bool)) Update {
	lines := make([]Line, 0, len(c.Lines))
	for _, l := range c.Lines {
		if l, keep := change(l); keep {
			lines = append(lines, l)
		}
	}
	return c.with(lines, c.Rests)
}

// put adds the line, or replaces the line of its number.
func (c Cart) put(line Line) Cart {
	lines := make([]Line, 0, len(c.Lines)+1)
	replaced := false
	for _, l := range c.Lines {
		if l.Number == line.Number {
			l, replaced = line, true
		}
		lines = append(lines, l)
	}
	if !replaced {
		lines = append(lines, line)
	}
	c.Lines = lines
	return c
}

// without drops the lines that were bought.
func (c Cart) without(bought []OrderLine) Update {
	numbers := map[e164.Number]bool{}
	for _, l := range bought {
		numbers[l.Number] = true
	}
	return c.edit(func(l Line) (Line, bool) { return l, !numbers[l.Number] })
}
