package shop

import (
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// MaxLines is the largest number of lines that a cart shows: the most numbers
// that the transaction of one checkout can buy.
const MaxLines = 90

// Cart has the numbers that a customer holds, or held a short time ago.
//
// Every hold of the customer has a line of its number. The line is written before
// the hold, and stays until no request or write for the number can arrive any more;
// only then is it dropped. So a lapse finds every hold.
type Cart struct {
	Customer ledger.Customer
	Ver      int // +1 at each write, 0 = never written
	Lines    []Line
	Rests    []Rest
	Guard    Guard
	Cause    string // correlation id of the request that wrote it last
}

// Guard makes a cart's timer the safety net of the invoices that its checkouts
// made: at At, the account's invoices from number From on are issued, unless that
// happened before. The zero Guard guards none.
//
// A checkout sets At to the time that the cart's timer has anyway. So neither the
// cart nor the invoice costs a write of the index of timers.
type Guard struct {
	From int
	At   time.Time
}

// Line is one number that the customer holds or tried to hold.
type Line struct {
	Number e164.Number
	HoldID string    // a ULID of the last try: the time of the try, greater than the previous try's id
	Since  time.Time // when the customer's hold of the number began; zero when it was never held
	Until  time.Time
	GoneAt time.Time // when it left the cart that the customer sees; zero while it is in it
	GoneBy auth.Actor
}

// Gone reports whether the line has left the cart that the customer sees.
func (l Line) Gone() bool { return !l.GoneAt.IsZero() }

// RemovedBy returns who took the held number out of the cart; the zero Actor if the
// cart doesn't know: the line was dropped since, or its number was requested again.
func (c Cart) RemovedBy(held did.DID) auth.Actor {
	if l, known := c.line(held.Number); known && l.Gone() && held.HoldID <= l.HoldID {
		return l.GoneBy
	}
	return auth.Actor{}
}

// triedAt returns the time of the number's last request.
func (l Line) triedAt() time.Time { return triedAt(l.HoldID) }

func triedAt(holdID string) time.Time { return ulid.Time(ulid.MustParse(holdID).Time()).UTC() }

// began returns the start of the hold. Lines without that time are as old as
// their try.
func (l Line) began() time.Time {
	if l.Since.IsZero() {
		return l.triedAt()
	}
	return l.Since
}

// pendingAt reports whether the request that wrote the line may still be
// working on the hold.
func (l Line) pendingAt(now time.Time) bool {
	return !l.Gone() && now.Before(l.triedAt().Add(claimWithin))
}

// finalAt returns the time from which the number of the line can't change any
// more: the hold of a live line is over for everybody, and a late write of a
// gone line's hold has arrived.
func (l Line) finalAt() time.Time {
	if l.Gone() {
		return l.GoneAt.Add(lateFor)
	}
	return l.Until.Add(did.Grace)
}

// Update replaces a cart that still has version SeenVer.
type Update struct {
	SeenVer int
	To      Cart
}

// Target names the cart's item.
func (u Update) Target() string { return "cart " + u.To.Customer.String() }

// NextAt returns the time of the cart's timer: when the first line is final or the
// guard is due, whichever is earlier; zero without lines and guard.
func (c Cart) NextAt() time.Time {
	next := c.Guard.At
	for _, l := range c.Lines {
		if at := l.finalAt(); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// with returns the update to these lines and rests.
func (c Cart) with(lines []Line, rests []Rest) Update {
	to := c
	to.Ver, to.Lines, to.Rests = c.Ver+1, lines, rests
	return Update{SeenVer: c.Ver, To: to}
}

// live returns the lines in the cart that the customer sees.
func (c Cart) live() []Line {
	var live []Line
	for _, l := range c.Lines {
		if !l.Gone() {
			live = append(live, l)
		}
	}
	return live
}

// line returns the number's line, live or gone.
func (c Cart) line(n e164.Number) (Line, bool) {
	for _, l := range c.Lines {
		if l.Number == n {
			return l, true
		}
	}
	return Line{}, false
}

// edit applies a change to each line; it drops a line if change returns false.
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

// bought drops the lines that were bought, and guards their invoice unless it has a
// timer of its own.
func (c Cart) bought(lines []OrderLine, i ledger.Invoice) Update {
	u := c.without(lines)
	if i.Guarded && c.Guard.From == 0 {
		u.To.Guard = Guard{From: i.Ref().Number, At: c.NextAt()}
	}
	return u
}

// without drops the lines that were bought.
func (c Cart) without(bought []OrderLine) Update {
	numbers := map[e164.Number]bool{}
	for _, l := range bought {
		numbers[l.Number] = true
	}
	return c.edit(func(l Line) (Line, bool) { return l, !numbers[l.Number] })
}
