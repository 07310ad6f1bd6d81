package did

import (
	"errors"
	"time"

	"didpurchase/internal/e164"
)

// ErrNoPassage says that a step has no number on either side.
var ErrNoPassage = errors.New("did: no item before and none after")

// Passage is one step in the life of a number, as its history keeps it: who held
// what, from when.
type Passage struct {
	Carrier     string
	Number      e164.Number
	Incarnation string
	Ver         int       // of the item after the step; of a deletion, one more than before it
	At          time.Time // to the second
	From, To    State
	Customer    string // who holds it after the step; of a deletion, who did before
	Package     string // id, as agreed
	Period      int    // the period that is paid, of a rental
}

// PassageOf is the step between two items of one number, of which the zero DID
// is none. Errors: ErrNoPassage.
func PassageOf(before, after DID, at time.Time) (Passage, error) {
	holder := after
	if after.State == None {
		holder = before
		holder.Ver++
	}
	if holder.Number == 0 {
		return Passage{}, ErrNoPassage
	}
	return Passage{
		Carrier: holder.Carrier, Number: holder.Number, Incarnation: holder.Incarnation(), Ver: holder.Ver, At: at,
		From: before.State, To: after.State, Customer: holder.Customer, Package: holder.Terms.Package, Period: holder.Period,
	}, nil
}
