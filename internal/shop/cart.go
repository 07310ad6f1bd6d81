package shop

import (
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// The cart's limits.
const (
	// MaxLines is how many live lines a cart has at most: what one checkout's
	// transaction can claim.
	MaxLines = 90
	// maxTried bounds the item: live lines and gone ones that have not lapsed.
	maxTried = 300
	// HoldFor is how long a hold lasts from when it is made or extended.
	HoldFor = 15 * time.Minute
	// MaxHoldAge is how old a hold can be made by extending it.
	MaxHoldAge = time.Hour
)

// Cart is a customer's lines. Every hold that may exist has its line, so that
// its lapse is never forgotten: a line is dropped only when its hold was
// deleted or bought.
type Cart struct {
	Customer ledger.Customer
	Ver      int // +1 at each write, 0 = never written
	Lines    []Line
	Cause    string // correlation id of what wrote it last
}

// Line is one number that the customer holds or held.
type Line struct {
	Number e164.Number
	HoldID string // a ULID; its time is when the hold was first asked for
	Until  time.Time
	Gone   bool // removed, refused or lost: no longer in the cart for its owner
}

// Update replaces a cart that still stands at SeenVer.
type Update struct {
	SeenVer int
	To      Cart
}

// Target names the cart's item.
func (u Update) Target() string { return "cart " + u.To.Customer.String() }

// NextAt is when the first line may lapse; zero when there is none.
func (c Cart) NextAt() time.Time {
	var next time.Time
	for _, l := range c.Lines {
		if at := l.Until.Add(did.Grace); next.IsZero() || at.Before(next) {
			next = at
		}
	}
	return next
}

// with is the update to these lines.
func (c Cart) with(lines []Line) Update {
	to := c
	to.Ver, to.Lines = c.Ver+1, lines
	return Update{SeenVer: c.Ver, To: to}
}

// live lists the lines that are in the cart for its owner.
func (c Cart) live() []Line {
	var live []Line
	for _, l := range c.Lines {
		if !l.Gone {
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

// edit applies a change to each line; dropping one is answering false.
func (c Cart) edit(change func(Line) (Line, bool)) Update {
	lines := make([]Line, 0, len(c.Lines))
	for _, l := range c.Lines {
		if l, keep := change(l); keep {
			lines = append(lines, l)
		}
	}
	return c.with(lines)
}

// markGone takes the numbers out of the cart for its owner; their lines stay
// until they lapse.
func (c Cart) markGone(numbers map[e164.Number]bool) Update {
	return c.edit(func(l Line) (Line, bool) {
		l.Gone = l.Gone || numbers[l.Number]
		return l, true
	})
}

// put adds the line, or replaces the one of its number.
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
