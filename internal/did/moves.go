package did

import (
	"errors"
	"maps"
	"slices"
	"time"

	"didpurchase/internal/e164"
)

// Event is a cause of a DID's move.
type Event string

// The events.
const (
	Hold     Event = "hold"     // a customer puts it into the cart
	Extend   Event = "extend"   // the customer prolongs the hold
	Remove   Event = "remove"   // the customer takes it out of the cart
	Lapse    Event = "lapse"    // the hold's time is over
	Checkout Event = "checkout" // the customer buys it
	Renew    Event = "renew"    // the due charge was paid
	Unpaid   Event = "unpaid"   // the due charge can't be paid: the number still works for a while
	Suspend  Event = "suspend"  // the grace is over
	Cancel   Event = "cancel"   // the customer cancels, at the end of the paid period
	GiveUp   Event = "give_up"  // the customer cancels an unpaid rental immediately
	Restore  Event = "restore"  // the customer withdraws a cancellation
	Age      Event = "age"      // its time is over: quarantine begins
	Reclaim  Event = "reclaim"  // the last customer rents it again
	Free     Event = "free"     // the quarantine is over
	Postpone Event = "postpone" // the next event failed and is tried again later
	Withhold Event = "withhold" // staff take it off sale
	Return   Event = "return"   // staff put it on sale again
	Adopt    Event = "adopt"    // a rental that exists elsewhere is taken over
	Allocate Event = "allocate" // staff rent it to a customer
	PortOut  Event = "port_out" // the customer takes it to another carrier
	Edit     Event = "edit"     // the customer changes destination, label or tags

	Reprice   Event = "reprice"    // a new price is agreed for a later period
	KeepPrice Event = "keep_price" // it is taken back before it holds

	Reserve   Event = "reserve"   // a large order takes it, before it is paid
	Submit    Event = "submit"    // an order that waits for an approval takes it out of the cart
	Unreserve Event = "unreserve" // the order that took it was rejected
	Fulfil    Event = "fulfil"    // the order that took it was paid
)

// ErrIllegalMove means that a DID's state does not allow the event.
var ErrIllegalMove = errors.New("did: illegal move")

// Move is one guarded step of one DID. The store writes it only while the item
// satisfies the event's rule. Because of this rule a DID is sold once, and a
// period is charged once.
type Move struct {
	Event    Event
	At       time.Time // the mover's clock
	From     State     // the state that was read; for holds the rule decides
	HoldID   string    // the hold that the mover owns
	RentalID string    // the rental for which the move was decided
	Period   int       // the paid period that was read
	Ver      int       // the version that was read
	Change   string    // the price change that was read: a charge is paid only at the price that it was computed with
	To       DID       // the item after the move; State None deletes it
}

// Target names the item: a batch may have one move of it.
func (m Move) Target() string { return "did " + m.To.Carrier + " " + m.To.Number.Digits() }

// rule is a row of the table of moves.
type rule struct {
	from   []State
	to     State // "" with keeps: the state stays
	keeps  bool
	allows func(before DID, m Move) bool
}

// moves is the table of moves: the states in which each event is allowed, the state
// to which it leads, and its other conditions on the current item. The store has
// the same conditions; a test compares them.
var moves = map[Event]rule{
	Hold: {from: []State{None, Held}, to: Held,
		allows: func(d DID, m Move) bool { return d.State == None || d.Lapsed(m.At) || m.supersedes(d) }},
	Extend: {from: []State{Held}, to: Held,
		allows: func(d DID, m Move) bool { return d.LiveFor(m.HoldID, m.At) && !m.shortens(d) }},
	Remove:   {from: []State{Held}, to: None, allows: func(d DID, m Move) bool { return m.covers(d) }},
	Lapse:    {from: []State{Held}, to: None, allows: func(d DID, m Move) bool { return m.covers(d) && d.Lapsed(m.At) }},
	Checkout: {from: []State{Held}, to: Assigned, allows: func(d DID, m Move) bool { return d.LiveFor(m.HoldID, m.At) }},
	Renew:    {from: []State{Assigned, PastDue, Suspended}, to: Assigned, allows: samePrice},
	Unpaid:   {from: []State{Assigned}, to: PastDue, allows: samePeriod},
	Suspend:  {from: []State{PastDue}, to: Suspended, allows: samePeriod},
	Cancel:   {from: []State{Assigned}, to: PendingRelease, allows: sameVersion},
	GiveUp:   {from: []State{PastDue, Suspended}, to: Aging, allows: samePeriod},
	Restore: {from: []State{PendingRelease}, to: Assigned,
		allows: func(d DID, m Move) bool { return sameRental(d, m) && d.NextAt.After(m.At) }},
	Age: {from: []State{PendingRelease, Suspended}, to: Aging, allows: samePeriod},
	Reclaim: {from: []State{Aging}, to: Assigned,
		allows: func(d DID, m Move) bool { return d.Customer == m.To.Customer && d.NextAt.After(m.At) }},
	Free: {from: []State{Aging}, to: None,
		allows: func(d DID, m Move) bool { return sameRental(d, m) && !d.NextAt.After(m.At) }},
	Postpone: {from: []State{Assigned, PastDue, Suspended, PendingRelease, Aging}, keeps: true, allows: sameVersion},
	Withhold: {from: []State{None}, to: Withheld, allows: func(DID, Move) bool { return true }},
	Return:   {from: []State{Withheld}, to: None, allows: func(DID, Move) bool { return true }},
	Adopt: {from: []State{None, Held}, to: Assigned,
		allows: func(d DID, m Move) bool { return d.State == None || d.Lapsed(m.At) }},
	Allocate: {from: []State{None, Held}, to: Assigned,
		allows: func(d DID, m Move) bool { return d.State == None || d.Lapsed(m.At) }},
	PortOut:   {from: []State{Assigned, PastDue, Suspended, PendingRelease}, to: PortedOut, allows: sameRental},
	Edit:      {from: []State{Assigned, PastDue, Suspended, PendingRelease}, keeps: true, allows: sameVersion},
	Reprice:   {from: []State{Assigned, PastDue, Suspended}, keeps: true, allows: sameVersion},
	KeepPrice: {from: []State{Assigned, PastDue, Suspended, PendingRelease}, keeps: true, allows: sameVersion},
	Reserve: {from: []State{None, Held}, to: Reserved,
		allows: func(d DID, m Move) bool { return d.State == None || d.Lapsed(m.At) }},
	Submit:    {from: []State{Held}, to: Reserved, allows: func(d DID, m Move) bool { return d.LiveFor(m.HoldID, m.At) }},
	Unreserve: {from: []State{Reserved}, to: None, allows: sameOrder},
	Fulfil:    {from: []State{Reserved}, to: Assigned, allows: sameOrder},
}

// Events returns the events that have a row in the table of moves.
func Events() []Event { return slices.Sorted(maps.Keys(moves)) }

// From returns the states in which the event is allowed.
func (e Event) From() []State { return moves[e].from }

// Allows reports whether the current item permits the move.
func (m Move) Allows(before DID) bool {
	r, known := moves[m.Event]
	if !known || !slices.Contains(r.from, before.State) || !r.leadsTo(m.To.State, before.State) {
		return false
	}
	return r.allows(before, m)
}

func (r rule) leadsTo(to, from State) bool { return r.keeps && to == from || !r.keeps && to == r.to }

// covers reports whether the item is the mover's hold or an earlier one of the same
// customer. Hold ids grow with each try, so a write that arrives late belongs to
// the earlier hold and is removed with the later one. A caller that knows only the
// earlier hold never changes a later one.
func (m Move) covers(d DID) bool {
	return d.State == Held && d.Customer == m.To.Customer && d.HoldID <= m.HoldID
}

// supersedes reports whether a hold may replace the same customer's earlier
// one.
func (m Move) supersedes(d DID) bool { return m.covers(d) && !m.shortens(d) }

// shortens reports whether the hold lasts longer than the move's. A move that
// arrives late must not shorten the hold of a later one.
func (m Move) shortens(d DID) bool { return d.Until.After(m.To.Until) }

// ForLonger returns the hold with the end of the customer's own earlier one, if
// the item is such a hold and outlasts it: then it can be superseded.
func (m Move) ForLonger(d DID) (longer Move, outlasted bool) {
	longer = m
	longer.To.Until = d.Until
	return longer, m.Event == Hold && m.covers(d) && m.shortens(d)
}

// sameRental: the item still has the state that was seen, for the same rental.
func sameRental(d DID, m Move) bool { return d.State == m.From && d.RentalID == m.RentalID }

// samePeriod: and no period was charged since.
func samePeriod(d DID, m Move) bool { return sameRental(d, m) && d.Period == m.Period }

// samePrice: and the next price is the one that was seen.
func samePrice(d DID, m Move) bool { return samePeriod(d, m) && d.NextPrice.Change == m.Change }

// sameVersion: and nothing changed since.
func sameVersion(d DID, m Move) bool { return sameRental(d, m) && d.Ver == m.Ver }

// sameOrder: the number is reserved for the mover's order.
func sameOrder(d DID, m Move) bool { return d.State == Reserved && d.HoldID == m.HoldID }

// HoldFor claims an available number for a customer's cart until a moment, on
// the carrier's current offer.
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

// RemoveHold releases a number that the customer holds by this hold id or an
// earlier one, lapsed or not.
func RemoveHold(carrier, customer string, n e164.Number, holdID string, now time.Time) Move {
	return Move{Event: Remove, At: now, HoldID: holdID, To: DID{Carrier: carrier, Number: n, Customer: customer}}
}

// LapseHold releases a number that the customer holds by this hold id or an
// earlier one, because the hold is over.
func LapseHold(carrier, customer string, n e164.Number, holdID string, now time.Time) Move {
	return Move{Event: Lapse, At: now, HoldID: holdID, To: DID{Carrier: carrier, Number: n, Customer: customer}}
}

// WithholdBy takes an available number off sale. by is the id of the job, so that a
// repeated job recognises its own work.
func WithholdBy(carrier string, n e164.Number, by string, now time.Time) Move {
	return Move{Event: Withhold, At: now, To: DID{Carrier: carrier, Number: n, State: Withheld, HoldID: by}}
}

// ReturnToSale puts a withheld number on sale again.
func ReturnToSale(carrier string, n e164.Number, now time.Time) Move {
	return Move{Event: Return, At: now, To: DID{Carrier: carrier, Number: n}}
}
