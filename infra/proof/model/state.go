// Package model describes the possible histories of one DID, for porcupine. It
// knows nothing about the implementation: neither its items nor its moves.
//
// A DID is two registers. The first is the number: free, held by a customer until a
// moment, or rented by one. The second is the cart lines: which customers' carts
// list the number. A request changes the two at different moments, so it is several
// steps, each of which takes effect at some moment between the request and its
// answer:
//
//	POST /v1/cart/items → held     LineAdded, Claimed
//	DELETE /v1/cart/items/{did}    LineRemoved, Released
//
// A step has all facts of its answer, and leads from a state to each state that the
// answer allows, or to none. A history is linearizable if its steps have an order
// that begins with a free number and never ends in none.
package model

import (
	"fmt"
	"math"
	"time"
)

// Stage is the state of a number.
type Stage uint8

// The stages. From Rented on, the number belongs to a customer who bought it.
const (
	Free    Stage = iota
	Held          // in a cart
	Rented        // active, past due or suspended
	Leaving       // cancelled, until the period ends
	Aging         // released, not yet for sale
)

var stageNames = [...]string{"free", "held", "rented", "leaving", "aging"}

// Customer is a customer's index in the history.
type Customer int8

// Nobody is the customer of a free number.
const Nobody Customer = -1

// MaxCustomers is the largest number of customers of a history.
const MaxCustomers = 16

// Unnamed is the order of a purchase whose answer was lost.
const Unnamed = "?"

// State is everything that is known about one DID at one moment.
type State struct {
	Stage Stage
	By    Customer
	Order string // of a rental
	// A hold ends between EndsFrom and EndsTo; they differ until an answer shows
	// the end. Milliseconds of the system's clock.
	EndsFrom, EndsTo int64
	NextAt           int64  // from when on a Leaving or Aging number may change automatically
	Lines            uint16 // a bit for each customer whose cart lists the number
}

// Start returns the state of a number that was never used.
func Start() State { return State{By: Nobody} }

// Forever is a moment after every other, in nanoseconds of a history.
const Forever = math.MaxInt64 / 4

// The system's times, in milliseconds.
const (
	grace    = 5_000                               // time after the end of a hold in which only its owner acts on it
	longHold = int64(time.Hour / time.Millisecond) // no hold lasts longer
)

// Window is the time in which a step was decided, by the system's clock.
type Window struct {
	From, To int64 // milliseconds
	Moved    bool  // the clock is moved in this history, so holds lapse and rentals end
}

// reaches reports whether a hold that is shown with this end (0 for none) had not
// ended at some moment of the window.
func (w Window) reaches(end int64) bool { return end == 0 || end >= w.From }

func (s State) lists(c Customer) bool { return s.Lines&(1<<uint(c)) != 0 }

func (s State) listed(c Customer) State {
	s.Lines |= 1 << uint(c)
	return s
}

func (s State) unlisted(c Customer) State {
	s.Lines &^= 1 << uint(c)
	return s
}

// freed returns the state after the number became available again.
func (s State) freed() State { return State{By: Nobody, Lines: s.Lines} }

// heldBy reports whether the number is held by the customer, or was until a
// moment ago.
func (s State) heldBy(c Customer) bool { return s.Stage == Held && s.By == c }

// mayBeLive reports whether the customer's hold can be live at some moment of the
// window.
func (s State) mayBeLive(c Customer, w Window) bool { return s.heldBy(c) && s.EndsTo >= w.From }

// isLive reports whether the customer's hold is live in the whole window.
func (s State) isLive(c Customer, w Window) bool { return s.heldBy(c) && s.EndsFrom > w.To }

// rentedBy reports whether the number belongs to the customer since a purchase.
func (s State) rentedBy(c Customer) bool { return s.Stage >= Rented && s.By == c }

// until returns the state with the known end of its hold; 0 leaves it unknown.
func (s State) until(end int64) State {
	if end != 0 {
		s.EndsFrom, s.EndsTo = end, end
	}
	return s
}

// claimed returns the state after the customer's hold began, or was renewed.
func (s State) claimed(c Customer, until int64, w Window) State {
	from, to := w.From, w.To+longHold
	if s.heldBy(c) {
		from = min(from, s.EndsFrom)
	}
	return State{Stage: Held, By: c, EndsFrom: from, EndsTo: to, Lines: s.Lines}.until(until)
}

// bought returns the state after the customer bought the number.
func (s State) bought(c Customer, order string) State {
	return State{Stage: Rented, By: c, Order: order, Lines: s.Lines}
}

// passed returns the state, and each state into which time alone may have changed
// it by the end of the window.
func (s State) passed(w Window) []State {
	all := []State{s}
	switch {
	case s.Stage == Held && w.To > s.EndsFrom+grace, s.Stage == Aging && w.To >= s.NextAt:
		all = append(all, s.freed())
	case s.Stage == Leaving && w.To >= s.NextAt:
		aging := s
		aging.Stage = Aging
		all = append(all, aging, s.freed())
	}
	if !w.Moved {
		return all
	}
	return withoutLapsedLines(all)
}

// withoutLapsedLines adds to each state the states in which the lines of customers
// who don't hold the number have lapsed.
func withoutLapsedLines(all []State) []State {
	for c := range Customer(MaxCustomers) {
		for _, s := range all {
			if s.lists(c) && !s.heldBy(c) {
				all = append(all, s.unlisted(c))
			}
		}
	}
	return all
}

// String returns the state in readable form.
func (s State) String() string {
	text := stageNames[s.Stage]
	if s.Stage != Free {
		text += fmt.Sprintf(" by customer %d", s.By)
	}
	if s.Order != "" {
		text += " order " + s.Order
	}
	for c := range Customer(MaxCustomers) {
		if s.lists(c) {
			text += fmt.Sprintf(", in cart %d", c)
		}
	}
	return text
}
