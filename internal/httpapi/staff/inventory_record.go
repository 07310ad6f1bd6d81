package staff

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/pricing"
)

// inventoryDIDInput asks for a number's current or earlier state.
type inventoryDIDInput struct {
	httpapi.DIDPath
	At time.Time `query:"at" doc:"Show the number as it was at this moment." example:"2026-11-24T12:00:00Z"`
}

// numberRecord is a number's stored data: its item, the range that offers it, with the
// package that the price rules give it, and its history.
type numberRecord struct {
	number  e164.Number
	item    did.DID // zero: the number has no item
	offer   catalogue.Range
	offered bool
	history []did.Passage
}

// recordOf reads the record of a number that the carrier offers or that has a
// history. Any other number is a 404.
func recordOf(ctx context.Context, inventory DIDRecords, carrier string, n e164.Number,
	now time.Time) (numberRecord, error) {
	items, err := inventory.DIDs(ctx, carrier, []e164.Number{n})
	if err != nil {
		return numberRecord{}, err
	}
	ranges, err := inventory.Ranges(ctx, carrier, []e164.Number{n})
	if err != nil {
		return numberRecord{}, err
	}
	history, err := inventory.LastSteps(ctx, carrier, n, maxReadSteps)
	if err != nil {
		return numberRecord{}, err
	}
	list, err := inventory.PriceList(ctx, carrier)
	if err != nil {
		return numberRecord{}, err
	}
	offer, offered := ranges[n]
	offer, _ = list.Offered(n, offer, pricing.OnSale(list.Versions, now))
	r := numberRecord{number: n, item: items[n], offer: offer, offered: offered, history: history}
	if r.item.State == did.None && !offered && len(history) == 0 {
		return numberRecord{}, httpapi.NewProblem(http.StatusNotFound, httpapi.CodeNotFound,
			e164.Display(n)+" is not offered by your carrier")
	}
	return r, nil
}

// isBefore reports whether a moment may be before all steps that were read.
func (r numberRecord) isBefore(at time.Time) bool {
	return !at.IsZero() && len(r.history) == maxReadSteps && at.Before(r.history[0].At)
}

// shown returns the record on the wire: the current one for the zero time, else its
// state at a moment.
func (r numberRecord) shown(at time.Time) InventoryDID {
	if !at.IsZero() {
		step, steps := did.AsOf(r.history, at)
		r.history = r.history[:steps]
		r.item = did.DID{Number: r.number, State: step.To}
		if step.To != did.None {
			r.item.Customer, r.item.Terms.Package = step.Customer, step.Package
		}
	}
	d := InventoryDID{AsOf: httpapi.OptionalTime(at), History: wireHistory(r.history), Earlier: earlierSteps(r.history)}
	if r.item.State == did.None {
		d.Place, d.State, d.Package = httpapi.WirePlace(r.number, r.offer.Country, r.offer.Area, r.offer.Type), "not_offered",
			httpapi.Optional(r.offer.Package)
		if r.offered {
			d.State = "available"
		}
		return d
	}
	known := asOffered(r.item, r.offer)
	d.Place, d.State = httpapi.WirePlace(r.number, known.Country, known.Area, known.Type), httpapi.WireState(known.State)
	d.Package, d.Customer = httpapi.Optional(known.Terms.Package), httpapi.Optional(known.Customer)
	d.HeldUntil, d.NextEvent = httpapi.OptionalTime(known.Until), httpapi.OptionalTime(known.NextAt)
	return d
}
