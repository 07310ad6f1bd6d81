// Package repricing changes the prices of running rentals: it previews a change,
// agrees on the new price with each selected rental in bounded steps, announces it
// to each customer, and takes it back. It charges nothing: a rental's charges
// follow its agreed prices (did.DID.TermsFor). It knows neither HTTP nor the
// database.
package repricing

import (
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Status is the progress of a price change.
type Status string

// The statuses. Scheduled and Cancelled are ends.
const (
	Applying   Status = "applying"   // agreeing on the price, rental by rental
	Scheduled  Status = "scheduled"  // each selected rental has its next price
	Cancelling Status = "cancelling" // taking the price back, where it does not hold yet
	Cancelled  Status = "cancelled"
)

// Outcome is the result of a price change for one rental.
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
	NextAt     time.Time // when the sweep resumes its work; zero once it has ended
	Progress
}

// Line is the outcome for one rental, within a report.
type Line struct {
	Customer string
	Number   e164.Number
	Outcome  Outcome
	Old      money.Amount // its recurring price before the change
	From     time.Time    // the start of the first period at the new price; zero if there is none
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

// Announced sums up the rentals of an announcement that have the same current
// price.
type Announced struct {
	Old     money.Amount
	Numbers int
	First   time.Time // the earliest start of the new price
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

// update returns the write of the change's next version, and of the time at which
// the sweep resumes its work.
func (c Change) update(now time.Time) Update {
	u := Update{SeenVer: c.Ver, To: c}
	u.To.Ver++
	if u.To.NextAt = now.Add(resumeAfter); c.ended() {
		u.To.NextAt = time.Time{}
	}
	return u
}

// resumeAfter is the time since the last step after which the sweep gives the
// change to another worker.
const resumeAfter = time.Minute
