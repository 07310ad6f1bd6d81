package did

import (
	"errors"
	"time"

	"didpurchase/internal/e164"
)

// ErrNoPassage means that a step has an item neither before nor after it.
var ErrNoPassage = errors.New("did: no item before and after the step")

// Passage is one step in the history of a number: the holder and the time.
type Passage struct {
	Carrier     string
	Number      e164.Number
	Sequence    string // of the stream: orders the steps of a number; "" of a step from before it was kept
	Incarnation string
	Ver         int       // of the item after the step; of a deletion, one more than before it
	At          time.Time // the clock of the move
	From, To    State
	Customer    string // who holds it after the step; of a deletion, who did before
	Package     string // id, as agreed
	Period      int    // the period that is paid, of a rental
}

// PassageOf returns the step between two items of one number; the zero DID means
// no item. The item has the time of its move. A deletion leaves no item: its
// time is recorded, the time of the stream's record (whole seconds), but not
// before the previous move. Errors: ErrNoPassage.
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
		Carrier: holder.Carrier, Number: holder.Number, Sequence: sequence, Incarnation: holder.Incarnation(), Ver: holder.Ver, At: at,
		From: before.State, To: after.State, Customer: holder.Customer, Package: holder.Terms.Package, Period: holder.Period,
	}, nil
}
