// Package did is the life of one telephone number that is for sale or rented:
// its states, the table of moves between them, and the conditions of each move.
// It decides; it knows nothing about carts, money or stores.
package did

import (
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/destination"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// State is the state of a DID. A DID without an item is available, if it is
// offered.
type State string

// The states.
const (
	None           State = "" // no item
	Held           State = "held"
	Reserved       State = "reserved" // reserved for a large order
	Assigned       State = "assigned" // "active" on the wire
	PastDue        State = "past_due"
	Suspended      State = "suspended"
	PendingRelease State = "pending_release"
	Aging          State = "aging"
	PortedOut      State = "ported_out"
	Withheld       State = "withheld"
)

// Word returns the state's name for people and the API: "active" for Assigned,
// "available" for None.
func (s State) Word() string {
	switch s {
	case None:
		return "available"
	case Assigned:
		return "active"
	default:
		return string(s)
	}
}

// Grace is a pause after a hold's end, for clocks that differ: the owner may
// act until Until, others only after Until + Grace.
const Grace = 5 * time.Second

// DID is the stored record of one number of a carrier. The zero State means
// that there is no item.
type DID struct {
	Carrier string
	Number  e164.Number
	State   State
	Ver     int // +1 at each write; starts again when the item was deleted
	// the incarnation while held: a ULID, greater for each later try of the
	// customer; in a reserved number its order's id
	HoldID   string
	RentalID string // the incarnation from assigned on
	Customer string
	MovedAt  time.Time  // the time of the last move; zero in an item from before it was stored
	By       auth.Actor // who made the last move
	Until    time.Time  // the end of a hold
	Offer               // as agreed when it was held
	Rental
}

// Offer is the carrier's offer of a number: its terms and properties.
type Offer struct {
	Terms   pricing.Terms
	Country string // ISO 3166-1 alpha-2, "" when unknown
	Area    string // "" when unknown
	Type    e164.Type
}

// Rental has the fields that a DID keeps from assigned on.
type Rental struct {
	Anchor      time.Time // the start of period 0; every due date is computed from it
	Period      int       // the paid period, from 0
	PeriodStart time.Time
	PeriodEnd   time.Time
	Zone        string    // IANA: due dates are computed in it, as agreed when the rental began; "" in an older rental
	NextAt      time.Time // its next event
	AssignedAt  time.Time
	UnpaidSince time.Time // when a charge first failed; zero while all begun periods are paid
	SuspendedAt time.Time // zero unless suspended
	Attempts    int       // how many times its next event failed and was postponed
	Route       destination.Route
	Label       string
	Tags        []string
	NextPrice   NextPrice
}

// Incarnation identifies one stay of the number with one holder: it is the
// hold's id, then the rental's.
func (d DID) Incarnation() string {
	if d.RentalID != "" {
		return d.RentalID
	}
	return d.HoldID
}

// Lapsed reports whether a hold is over for everybody, including its owner.
func (d DID) Lapsed(now time.Time) bool {
	return d.State == Held && d.Until.Add(Grace).Before(now)
}

// HeldBy reports whether the customer holds the number now.
func (d DID) HeldBy(customer string, now time.Time) bool {
	return d.State == Held && d.Customer == customer && !d.Until.Before(now)
}

// LiveFor reports whether the item is this hold and the owner may still act on
// it.
func (d DID) LiveFor(holdID string, now time.Time) bool {
	return d.State == Held && d.HoldID == holdID && !d.Until.Before(now)
}
