package did

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/e164"
)

// Event is what happens to a DID.
type Event string

// The events.
const (
	Hold     Event = "hold"     // a customer puts it into the cart
	Extend   Event = "extend"   // the customer prolongs the hold
	Remove   Event = "remove"   // the customer takes it out of the cart
	Lapse    Event = "lapse"    // the hold's time is over
	Checkout Event = "checkout" // the customer buys it
)

// ErrIllegalMove says that a DID's state does not allow the event.
var ErrIllegalMove = errors.New("did: illegal move")

// Move is one guarded step of one DID. The store writes it only while the item
// satisfies the event's rule; it is the unit that makes a DID be sold once.
type Move struct {
	Event  Event
	At     time.Time // the clock of who moves
	HoldID string    // the hold that the mover claims to own
	To     DID       // the item after the move; State None deletes it
}

// Target names the item: no two moves of a batch may share it.
func (m Move) Target() string { return "did " + m.To.Carrier + " " + m.To.Number.Digits() }

// rule is a row of the table of moves.
type rule struct {
	to     State
	allows func(before DID, m Move) bool
}

// moves is the table of moves: what each event requires of the item as it
// stands, and the state that it leads to. The store's conditions say the same;
// a test holds the two together.
var moves = map[Event]rule{
	Hold:     {Held, func(d DID, m Move) bool { return d.State == None || d.Lapsed(m.At) || d.heldAs(m.HoldID) }},
	Extend:   {Held, func(d DID, m Move) bool { return d.LiveFor(m.HoldID, m.At) }},
	Remove:   {None, func(d DID, m Move) bool { return d.heldAs(m.HoldID) }},
	Lapse:    {None, func(d DID, m Move) bool { return d.heldAs(m.HoldID) && d.Lapsed(m.At) }},
	Checkout: {Assigned, func(d DID, m Move) bool { return d.LiveFor(m.HoldID, m.At) }},
}

// Events lists the events that have a row in the table of moves.
func Events() []Event { return []Event{Hold, Extend, Remove, Lapse, Checkout} }

// Allows says whether the item, as it stands, permits the move.
func (m Move) Allows(before DID) bool {
	r, known := moves[m.Event]
	return known && r.to == m.To.State && r.allows(before, m)
}

func (d DID) heldAs(holdID string) bool { return d.State == Held && d.HoldID == holdID }

// HoldFor claims an available number for a customer's cart until a moment, as
// the carrier offers it now.
func HoldFor(carrier, customer string, n e164.Number, holdID string, until time.Time, offer Offer, now time.Time) Move {
	return Move{Event: Hold, At: now, HoldID: holdID, To: DID{
		Carrier: carrier, Number: n, State: Held, HoldID: holdID, Customer: customer, Until: until, Offer: offer,
	}}
}

// ExtendHold prolongs a hold.
func ExtendHold(carrier string, n e164.Number, holdID string, until, now time.Time) Move {
	return Move{Event: Extend, At: now, HoldID: holdID, To: DID{
		Carrier: carrier, Number: n, State: Held, HoldID: holdID, Until: until,
	}}
}

// RemoveHold gives a held number back at its owner's wish, lapsed or not.
func RemoveHold(carrier string, n e164.Number, holdID string, now time.Time) Move {
	return Move{Event: Remove, At: now, HoldID: holdID, To: DID{Carrier: carrier, Number: n}}
}

// LapseHold gives a held number back because its time is over.
func LapseHold(carrier string, n e164.Number, holdID string, now time.Time) Move {
	return Move{Event: Lapse, At: now, HoldID: holdID, To: DID{Carrier: carrier, Number: n}}
}

// Assign makes a hold a rental whose first period begins now, at the terms of
// the hold; loc is the time zone that due dates are computed in.
// Errors wrap ErrIllegalMove when the hold is over or not a hold.
func Assign(held DID, rentalID string, now time.Time, loc *time.Location) (Move, error) {
	start, end := held.Terms.Period(now, 0, loc)
	to := held
	to.State, to.Ver, to.RentalID, to.Until = Assigned, 0, rentalID, time.Time{}
	to.Rental = Rental{Anchor: start, PeriodStart: start, PeriodEnd: end, NextAt: end, AssignedAt: now}
	m := Move{Event: Checkout, At: now, HoldID: held.HoldID, To: to}
	if !m.Allows(held) {
		return Move{}, fmt.Errorf("%w: %s %s from %q", ErrIllegalMove, Checkout, held.Number, held.State)
	}
	return m, nil
}
