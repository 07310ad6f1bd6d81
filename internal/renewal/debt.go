package renewal

import (
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
)

// Owed lists the periods of a rental, ascending, that the next charge is for;
// none when all that began is paid, or what began is not charged any more.
func Owed(d did.DID, c carrier.Carrier, loc *time.Location, now time.Time) []int {
	return owed(d, c, loc, now)
}
