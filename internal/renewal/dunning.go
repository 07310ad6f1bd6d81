package renewal

import (
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
)

// overdue is what happens to a rental whose time has come and that was not
// paid: one row per state. What is missing from it waits for something else
// than time.
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

// isOver says whether a rental's time has come.
func isOver(d did.DID, now time.Time) bool {
	_, timed := overdue[d.State]
	return timed && !d.NextAt.After(now)
}

// postponement is how long an event that failed waits.
const postponement = time.Hour
