package did

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
)

// ErrNoPassage means that a step has no item, neither before nor after it.
var ErrNoPassage = errors.New("did: no item before and after the step")

// Passage is one step in the history of a number: the holder and the time.
type Passage struct {
	Carrier     string
	Number      e164.Number
	Sequence    string // of the stream: the order of a number's steps; "" in a step from before it was stored
	Incarnation string
	Ver         int       // version of the item after the step; for a deletion, one more than before it
	At          time.Time // the time of the move
	From, To    State
	Customer    string // the holder after the step; for a deletion, the holder before it
	Package     string // the id of the agreed package
	Period      int    // the paid period of a rental
	By          auth.Actor
	Changes     []Difference
}

// Release is the end of a rental: from then on the number is out of service, and
// rests before another customer can have it.
type Release struct {
	Number   e164.Number
	At       time.Time
	Customer string
}

// Releases reports whether the step ends a rental whose number stays with the carrier.
func (p Passage) Releases() bool {
	return p.To == Aging && p.From != Aging && p.From != None
}

// Difference is a field of a rental that a step changed; "" is an absent value.
type Difference struct{ Field, Old, New string }

// PassageOf returns the step between two items of one number; the zero DID means no
// item. The item has the time of its move. A deletion leaves no item; its step gets
// the time of the stream's record, in whole seconds, but not before the previous
// move. Errors: ErrNoPassage.
func PassageOf(before, after DID, sequence string, recorded time.Time) (Passage, error) {
	holder, at := after, after.MovedAt
	if after.State == None {
		holder, at = before, recorded
		holder.Ver++
		if at.Before(before.MovedAt) {
			at = before.MovedAt
		}
	}
	if at.IsZero() {
		at = recorded
	}
	if holder.Number == 0 {
		return Passage{}, ErrNoPassage
	}
	return Passage{
		Carrier: holder.Carrier, Number: holder.Number, Sequence: sequence, Incarnation: holder.Incarnation(),
		Ver: holder.Ver, At: at, From: before.State, To: after.State, Customer: holder.Customer,
		Package: holder.Terms.Package, Period: holder.Period, By: actorOf(before, after, at),
		Changes: differences(before, after),
	}, nil
}

// AsOf returns the last step of a history up to a moment, and how many steps there
// were by then; the zero Passage if there was none.
func AsOf(history []Passage, at time.Time) (last Passage, steps int) {
	for steps = len(history); steps > 0; steps-- {
		if last = history[steps-1]; !last.At.After(at) {
			return last, steps
		}
	}
	return Passage{}, 0
}

// actorOf returns the actor of the step. A deletion leaves no item with the actor,
// so the table of moves decides. A removal from a cart is by the actor in the cart.
func actorOf(before, after DID, at time.Time) auth.Actor {
	switch {
	case after.State != None:
		return after.By
	case before.State == Aging, before.Lapsed(at):
		return auth.Renewals
	case before.State == Withheld:
		return auth.Actor{Kind: auth.ByImport}
	default:
		return auth.Actor{}
	}
}

// differences returns the fields that the step changed within one rental. It
// returns none where a rental begins or ends: the states of the step show that.
func differences(before, after DID) (changes []Difference) {
	if before.RentalID == "" || before.RentalID != after.RentalID {
		return nil
	}
	for _, d := range []Difference{
		{"destination", before.Route.First(), after.Route.First()},
		{"label", before.Label, after.Label},
		{"tags", strings.Join(before.Tags, ", "), strings.Join(after.Tags, ", ")},
		{"price", before.Terms.Recurring.String(), after.Terms.Recurring.String()},
		{"next_price", before.NextPrice.text(), after.NextPrice.text()},
		{"period", strconv.Itoa(before.Period), strconv.Itoa(after.Period)},
	} {
		if d.Old != d.New {
			changes = append(changes, d)
		}
	}
	return changes
}
