package renewal

import (
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
)

// overdue has the move of an unpaid rental that is due, one row for each state. A
// state without a row does not depend on time.
var overdue = map[did.State]func(d did.DID, c carrier.Carrier, now time.Time) (did.Move, error){
	did.Assigned: func(d did.DID, c carrier.Carrier, now time.Time) (did.Move, error) {
		return d.StartGrace(c.Grace(), now)
	},
	did.PastDue: func(d did.DID, c carrier.Carrier, now time.Time) (did.Move, error) {
		return d.SuspendUntil(now.Add(c.Suspended()), now)
	},
	did.Suspended:      age,
	did.PendingRelease: age,
	did.Aging: func(d did.DID, _ carrier.Carrier, now time.Time) (did.Move, error) {
		return d.FreeNow(now)
	},
}

func age(d did.DID, c carrier.Carrier, now time.Time) (did.Move, error) {
	return d.AgeUntil(now.Add(c.AgingIn(d.Country)), now)
}

// isOver reports whether a rental is due.
func isOver(d did.DID, now time.Time) bool {
	_, timed := overdue[d.State]
	return timed && !d.NextAt.After(now)
}

// postponement is the delay of a failed event.
const postponement = time.Hour
