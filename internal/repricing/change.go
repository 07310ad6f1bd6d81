// Package repricing changes the prices of running rentals: it previews a change,
// agrees on the new price with each selected rental in bounded steps, announces it
// to each customer, and takes it back. It charges nothing: a rental's charges
// follow its agreed prices (did.DID.TermsFor). It knows neither HTTP nor the
// database.
package repricing

import (
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Status is how far a price change has come.
type Status string

// The statuses. Scheduled and Cancelled are ends.
const (
	Applying   Status = "applying"   // agreeing on the price, rental by rental
	Scheduled  Status = "scheduled"  // each selected rental has its next price
	Cancelling Status = "cancelling" // taking the price back, where it does not hold yet
	Cancelled  Status = "cancelled"
)

// Outcome is the result for one rental that was looked at.
type Outcome string

// The outcomes.
const (
	Agreed    Outcome = "agreed"      // it has the next price
	Unchanged Outcome = "unchanged"   // it has this version, or a newer one, already
	Ending    Outcome = "cancelled"   // its customer cancelled it
	Other     Outcome = "other_price" // another price change is agreed, and does not hold yet
	Unlike    Outcome = "unlike"      // the version has another currency, interval or calendar days
	TakenBack Outcome = "taken_back"  // by the cancellation of the change: it keeps its price
	notChosen Outcome = ""            // it is not selected
)

// Ref names a price change of a carrier.
type Ref struct{ Carrier, Package, ID string }

// Selection selects rentals; an empty field selects all.
type Selection struct {
	Customers []string // ids, ascending
	Versions  []int    // of the package, at which they are now
	Country   string   // several, separated by commas
	Area      string
	Type      string
	Tag       string
	Numbers   []e164.Number // ascending
}

// Change is a price change of running rentals.
type Change struct {
	Ref
	Ver        int
	Status     Status
	To         pricing.Terms // of the new version
	Date       string        // the effective day in the carrier's time zone; "" for the next period
	Effective  time.Time     // its begin; zero for the next period
	NoticeDays int
	Select     Selection
	By         auth.Actor // who asked for it
	CreatedAt  time.Time
	NextAt     time.Time // when its work is resumed; zero at an end
	Progress
}

// Progress is how far the work on a change has come. Customers are worked on
// ascending by id, the rentals of each by number.
type Progress struct {
	Customer string // the one that was worked on last
	After    string // the digits of its number that was worked on last
	Within   bool   // it has more rentals
	Parts    int    // the written parts of the report
	Counts   map[Outcome]int
	Reached  int       // customers with an announcement
	First    time.Time // the earliest begin of the new price; zero for none yet
	Before   money.Amount
	Later    money.Amount // the agreed rentals' charges of a year, before and later
	// Telling are the lines of the announcement to Customer that were agreed so far.
	Telling []Announced
}

// Line is the outcome for one rental, within a report.
type Line struct {
	Customer string
	Number   e164.Number
	Outcome  Outcome
	Old      money.Amount // of each period
	From     time.Time    // the begin of the first period at the new price; zero if there is none
}

// Part is a part of a change's report.
type Part struct {
	Ref
	Index int
	Lines []Line
}

// Target names the item.
func (p Part) Target() string { return "part of price change " + p.Carrier + " " + p.ID }

// Update writes a change whose version was seen.
type Update struct {
	SeenVer int
	To      Change
}

// Target names the item.
func (u Update) Target() string { return "price change " + u.To.Carrier + " " + u.To.ID }

// Announced are the rentals of a customer that pay the same now, within an
// announcement.
type Announced struct {
	Old     money.Amount
	Numbers int
	First   time.Time // the earliest begin of the new price
}

// Announcement is the message to a customer about a change.
type Announcement struct {
	Customer ledger.Customer
	Change   Ref
	Ver      int // 1 of the announcement, 2 of its withdrawal
	At       time.Time
	Terms    pricing.Terms // with the new price
	Lines    []Announced
	IsOff    bool // the change was cancelled
	By       auth.Actor
}

// Target names the item.
func (a Announcement) Target() string {
	return "announcement of price change " + a.Change.ID + " to " + a.Customer.String()
}

// ended reports whether no work is left.
func (c Change) ended() bool { return c.Status == Scheduled || c.Status == Cancelled }

// update returns the change with the next version, and the time at which another
// resumes its work.
func (c Change) update(now time.Time) Update {
	u := Update{SeenVer: c.Ver, To: c}
	u.To.Ver++
	if u.To.NextAt = now.Add(resumeAfter); c.ended() {
		u.To.NextAt = time.Time{}
	}
	return u
}

// resumeAfter is the time after which a change is worked on by another, if the
// last step was that long ago.
const resumeAfter = time.Minute

// Earliest returns the moment from which the new price holds at the earliest, when
// a rental agrees on it now: the effective date, but not before the notice is over.
// loc is the carrier's time zone.
func (c Change) Earliest(now time.Time, loc *time.Location) time.Time {
	over := now.In(loc).AddDate(0, 0, c.NoticeDays).Truncate(time.Millisecond)
	if over.Before(now) {
		over = over.Add(time.Millisecond)
	}
	if c.Effective.After(over) {
		return c.Effective
	}
	return over
}

// decide returns the outcome for a rental, with its next price if one is agreed. A
// rental inside its minimum term keeps its price until the term ends.
func (c Change) decide(d did.DID, loc, older *time.Location, now time.Time) (Outcome, did.NextPrice) {
	switch {
	case d.State == did.PendingRelease:
		return Ending, did.NextPrice{}
	case d.NextPrice.Change == c.ID:
		return Agreed, d.NextPrice
	case d.NextPrice.Change != "":
		return Other, did.NextPrice{}
	case d.Terms.Version >= c.To.Version:
		return Unchanged, did.NextPrice{}
	case d.Terms.Recurring.Currency() != c.To.Recurring.Currency(), d.Terms.Interval != c.To.Interval, d.Terms.Align != c.To.Align:
		return Unlike, did.NextPrice{}
	}
	from := c.Earliest(now, loc)
	if term := d.TermEnds(older); term.After(from) {
		from = term
	}
	return Agreed, did.NextPrice{Change: c.ID, Version: c.To.Version, Name: c.To.Name, Recurring: c.To.Recurring, From: from}
}

// moveOf returns the outcome for a rental and its move, the zero Move for none.
func (c Change) moveOf(d did.DID, loc, older *time.Location, now time.Time) (o Outcome, m did.Move, err error) {
	if !runs(d) || d.Terms.Package != c.Package {
		return notChosen, did.Move{}, nil
	}
	if c.Status == Cancelling {
		switch {
		case d.NextPrice.Change == c.ID:
			m, err = d.KeepPrice(now)
			return TakenBack, m, err
		default:
			return notChosen, did.Move{}, nil
		}
	}
	o, next := c.decide(d, loc, older, now)
	if o == Agreed && d.NextPrice.Change != c.ID {
		m, err = d.AgreeOn(next, now)
	}
	return o, m, err
}

// runs reports whether a rental may be charged again.
func runs(d did.DID) bool {
	return slices.Contains([]did.State{did.Assigned, did.PastDue, did.Suspended, did.PendingRelease}, d.State)
}
