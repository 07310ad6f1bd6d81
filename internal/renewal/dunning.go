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
		return d.StartGrace(now.Add(c.Grace()), now)
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
	return d.AgeUntil(now.Add(c.Aging()), now)
}

// postponement is how long an event that failed waits.
const postponement = time.Hour

// passages lists the moves of the rentals whose time has come.
func passages(rentals []did.DID, c carrier.Carrier, now time.Time) ([]did.Move, error) {
	var moves []did.Move
	for _, d := range rentals {
		move, timed := overdue[d.State]
		if !timed || d.NextAt.After(now) {
			continue
		}
		m, err := move(d, c, now)
		if err != nil {
			return nil, err
		}
		moves = append(moves, m)
	}
	return moves, nil
}
