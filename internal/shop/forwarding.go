package shop

import (
	"context"
	"fmt"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
)

// notInCircles refuses a route to another number of the customer whose calls would
// come back to this one: they would go round for ever. It reads the numbers of the
// route, at most ten, in one call, and only if the route changes; comeBack follows
// them further. It finds neither a circle through another customer's number, nor
// one that two edits close at the same moment. Such a call ends at the caller's
// phone or switch, which follows no redirect twice (RFC 3261, section 8.1.3.4).
// Errors: *did.InvalidSettings.
func notInCircles(ctx context.Context, c ledger.Customer, d did.DID, to destination.Route, read readDIDs) error {
	numbers := to.Numbers()
	if len(numbers) == 0 || to.Equal(d.Route) {
		return nil
	}
	back, err := comeBack(ctx, c, d, numbers, read)
	if err != nil {
		return err
	}
	var faults []did.SettingFault
	for i, t := range to.Targets {
		n, isNumber := t.Number()
		if isNumber && back[n] {
			faults = append(faults, did.SettingFault{Field: to.PartOf(i),
				Detail: fmt.Sprintf("%s is your number, and its calls "+
					"come back to this one: they would go round for ever; change its destination first", n)})
		}
	}
	if faults != nil {
		return &did.InvalidSettings{Faults: faults}
	}
	return nil
}

func isRentalOf(d did.DID, c ledger.Customer) bool { return d.RentalID != "" && d.Customer == c.ID }
