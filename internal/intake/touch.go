package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/plan"
)

// touch changes the numbers of one step, one after another. It skips a number
// that can't be changed any more; the report names it.
func (a *applier) touch(ctx context.Context, t *plan.Touch) error {
	for _, n := range t.Numbers() {
		m := a.moveOf(n, t.Rental)
		err := insist(ctx, func() error {
			err := commit.Write(ctx, a.store, a.now(), m)
			var refused *commit.Refused
			if errors.As(err, &refused) {
				return nil
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) moveOf(n e164.Number, to *plan.Rental) did.Move {
	switch a.job.Action {
	case plan.Withhold:
		return did.WithholdBy(a.job.Carrier, n, a.job.ID, a.now())
	case plan.Return:
		return did.ReturnToSale(a.job.Carrier, n, a.now())
	default:
		offer := did.Offer{Terms: to.Terms, Country: e164.Country(n), Area: e164.Area(n), Type: e164.KindOf(n)}
		m := did.TakeOver(a.job.Carrier, to.Customer, n, offer, to.ID, to.PaidUntil, to.Zone, a.now())
		m.To.Label, m.To.Route = to.Label, destination.To(to.Destination)
		return m
	}
}

// missed counts, for each row, the numbers that could not be changed.
func (r *attempt) missed(ctx context.Context) (map[uint64]missed, error) {
	lost := map[uint64]missed{}
	if !r.job.Action.TouchesDIDs() {
		return lost, nil
	}
	at, sum := uint64(0), missed{}
	note := func() {
		if sum.left > 0 {
			lost[at] = sum
		}
	}
	err := r.eachStep(ctx, func(_ uint64, s plan.Step) error {
		if s.Touch == nil {
			return nil
		}
		if err := r.beat(ctx, r.job); err != nil {
			return err
		}
		if s.Touch.Row != at {
			note()
			at, sum = s.Touch.Row, missed{}
		}
		items, err := r.store.DIDs(ctx, r.job.Carrier, s.Touch.Numbers())
		for _, n := range s.Touch.Numbers() {
			sum.planned++
			if !r.appliedByThisJob(items[n], s.Touch.Rental) {
				sum.left++
			}
		}
		return err
	})
	note()
	return lost, err
}

// appliedByThisJob reports whether a number is in the state in which this job left it, or was
// changed after that.
func (r *attempt) appliedByThisJob(d did.DID, to *plan.Rental) bool {
	switch r.job.Action {
	case plan.Withhold:
		return d.State == did.Withheld && d.HoldID == r.job.ID
	case plan.Return:
		return d.State != did.Withheld
	default:
		return d.RentalID == to.ID
	}
}

// rentalID returns the id of the rental that a row becomes. It is the same at each
// call.
func (j Job) rentalID(row uint32) string {
	id := ulid.MustParse(j.ID)
	digest := sha256.Sum256(fmt.Appendf(nil, "%s/%d", j.ID, row))
	copy(id[6:], digest[:10])
	return id.String()
}
