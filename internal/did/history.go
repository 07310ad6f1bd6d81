package did

import (
	"time"

	"didpurchase/internal/e164"
)

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

// PassageOf is the step between two items of one number, the zero DID being
// none.
func PassageOf(before, after DID, at time.Time) Passage {
	holder := after
	if after.State == None {
		holder = before
		holder.Ver++
	}
	return Passage{
		Carrier: holder.Carrier, Number: holder.Number, Incarnation: holder.Incarnation(), Ver: holder.Ver, At: at,
		From: before.State, To: after.State, Customer: holder.Customer, Package: holder.Terms.Package, Period: holder.Period,
	}
}
