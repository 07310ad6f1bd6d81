package shop

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Limits of large orders.
const (
	// MaxNumbers is the most numbers of one order.
	MaxNumbers = 5_000
	// maxPackages is the most package versions in one order: the entry that pays
	// it has two charges of each.
	maxPackages = 100
	// maxReserving is the time in which an order must be paid. Then it is stopped,
	// so that no number is reserved for ever.
	maxReserving = 15 * time.Minute
	// resumeAfter is the time after its last step at which the sweep resumes an
	// order.
	resumeAfter = time.Minute
)

// Large is the progress of an order that is too large for one transaction. It is
// worked off in steps. Each step is one transaction that names the order's version:
// it is written once, and a step that was decided for an older version is refused.
// So no number is reserved for an order that has ended.
type Large struct {
	Ver      int // +1 at each write
	Wanted   Wanted
	Deadline time.Time     // when an order that is not paid, or not approved, is stopped
	At       time.Time     // of its last step
	NextAt   time.Time     // when the sweep resumes it; zero when it has ended
	Tried    int           // parts whose numbers were tried to reserve
	After    search.Cursor // of criteria: the last number tried
	Done     int           // the first part that the current status has not worked on
	Claim    int           // numbers that the account counts for it, until it is paid or its numbers are free
	Reserved int           // number of all reserved numbers
	Bought   int           // how many of them are rented by now
	Counted  []Counted     // the reserved numbers by package
	PaidAt   time.Time     // when its rentals begin
	Zone     string        // of its rentals
	Stopped  Stopped       // why it was stopped; the zero Stopped if it was not

	Approval  *Approval  // that it waits or waited for; nil if it needs none
	DecidedBy auth.Actor // who approved, declined or cancelled it
}

// Wanted has the numbers or criteria of an order, and its limits.
type Wanted struct {
	Numbers  []e164.Number // of a list; not stored with the order: they are in its parts
	IsList   bool
	Criteria search.Filters // without a list; with Consecutive for whole blocks
	Quantity int
	Partial  bool         // fewer are acceptable
	MaxTotal money.Amount // the most that all of them may cost
	ByStaff  bool         // staff rent the numbers to the customer
}

// block returns the length of the blocks that are bought as a whole or not at all.
func (w Wanted) block() int { return max(1, w.Criteria.Consecutive) }

// Counted is the number of reserved numbers of a package version.
type Counted struct {
	Terms pricing.Terms
	Count int
}

// Stopped is the reason for stopping an order: a problem's code, and a sentence.
type Stopped struct{ Code, Detail string }

// Part is up to MaxLines numbers of a large order.
type Part struct {
	Customer ledger.Customer
	OrderID  string
	Index    int           // from 0
	Ver      int           // +1 at each write
	Numbers  []e164.Number // of a list: those to try
	Lines    []OrderLine   // the reserved ones
}

// Target names the part's item.
func (p Part) Target() string {
	return fmt.Sprintf("part %s %s %d", p.Customer, p.OrderID, p.Index)
}

// orderEvent is an event of a large order.
type orderEvent string

// The events.
const (
	reservedAll orderEvent = "reserved"  // all that the order asks for
	submitted   orderEvent = "submitted" // the same, of an order that needs an approval
	paidFor     orderEvent = "paid"
	assignedAll orderEvent = "assigned"
	stopped     orderEvent = "stopped" // cancelled, too late, unavailable or too expensive
	releasedAll orderEvent = "released"
)

// orderMoves is the table of the statuses of large orders. After the payment an
// order can't be stopped.
var orderMoves = map[orderEvent]struct {
	from []OrderStatus
	to   OrderStatus
}{
	reservedAll: {[]OrderStatus{Reserving}, Paying},
	submitted:   {[]OrderStatus{Reserving}, AwaitingApproval},
	paidFor:     {[]OrderStatus{Paying, AwaitingApproval}, Assigning},
	assignedAll: {[]OrderStatus{Assigning}, Completed},
	stopped:     {[]OrderStatus{Reserving, AwaitingApproval, Paying}, Releasing},
	releasedAll: {[]OrderStatus{Releasing}, Rejected},
}

// ErrOrderState means that an order's status does not allow a step.
var ErrOrderState = errors.New("shop: the order's status does not allow it")

// on returns the order after an event. Each status begins at the first part.
// Errors: ErrOrderState.
func (o Order) on(e orderEvent) (Order, error) {
	move, known := orderMoves[e]
	if !known || o.Large == nil || !slices.Contains(move.from, o.Status) {
		return o, fmt.Errorf("%w: %s of order %s, which is %s", ErrOrderState, e, o.ID, o.Status)
	}
	large := *o.Large
	large.Done = 0
	switch o.Status = move.to; o.Status {
	case Completed, Rejected:
		large.NextAt = time.Time{}
	case AwaitingApproval:
		large.NextAt = large.Deadline
	case Releasing:
		o.Lines = nil
	}
	o.Large = &large
	return o, nil
}

// worked returns the order as it is written by the next step, for the step to
// fill in.
func (o Order) worked(now time.Time) Order {
	large := *o.Large
	large.Ver++
	large.At = now
	large.NextAt = now.Add(resumeAfter)
	large.Counted = slices.Clone(large.Counted)
	o.Large = &large
	return o
}

// update returns the write of the order's next version.
func (o Order) update() OrderUpdate { return OrderUpdate{SeenVer: o.Large.Ver - 1, To: o} }

// Missing is the number of numbers that the order asks for and has not reserved.
func (l Large) Missing() int { return l.Wanted.Quantity - l.Reserved }

// count adds a reserved number of a package version; false if there are too many
// packages.
func (l *Large) count(t pricing.Terms) bool {
	at := slices.IndexFunc(l.Counted, func(c Counted) bool {
		return c.Terms.Package == t.Package && c.Terms.Version == t.Version
	})
	if at < 0 {
		at = len(l.Counted)
		l.Counted = append(l.Counted, Counted{Terms: t})
	}
	l.Counted[at].Count++
	return len(l.Counted) <= maxPackages
}

// reserved returns the item of a line's number while the order has it.
func (o Order) reserved(l OrderLine) did.DID {
	return did.ReserveFor(o.Customer.Carrier, o.Customer.ID, l.Number, o.ID, l.Offer, o.CreatedAt).To
}

// LinePlace is a place in the lines of an order.
type LinePlace struct{ Part, Line int }

func (p LinePlace) String() string {
	if p == (LinePlace{}) {
		return ""
	}
	return fmt.Sprintf("%d.%d", p.Part, p.Line)
}

// ParseLinePlace reads the text of a place; false for any other text.
func ParseLinePlace(text string) (p LinePlace, ok bool) {
	if text == "" {
		return p, true
	}
	n, err := fmt.Sscanf(text, "%d.%d", &p.Part, &p.Line)
	return p, n == 2 && err == nil && p.Part >= 0 && p.Line >= 0 && p.String() == text
}

// Take returns up to limit lines of the parts from the place on, and the place of
// the next line; the zero place if the parts have no more.
func (p LinePlace) Take(parts []Part, limit int) (lines []OrderLine, next LinePlace) {
	for _, part := range parts {
		for i, l := range part.Lines {
			switch {
			case part.Index == p.Part && i < p.Line:
			case len(lines) == limit:
				return lines, LinePlace{part.Index, i}
			default:
				lines = append(lines, l)
			}
		}
	}
	return lines, LinePlace{}
}
