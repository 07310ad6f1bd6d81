package shop

import (
	"context"
	"maps"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// readDIDs reads stored DIDs by number; numbers without a record are omitted.
type readDIDs func(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)

// decideEdit decides a change of a rental's settings; read reads the numbers to
// which it forwards. Errors: *did.InvalidSettings, did.ErrIllegalMove.
func (s *Service) decideEdit(ctx context.Context, c ledger.Customer, d did.DID,
	change func(did.Settings) did.Settings, read readDIDs) (did.Move, error) {
	to, err := change(d.Settings()).Checked(e164.Span{Start: d.Number, End: d.Number}, d.Settings())
	if err != nil {
		return did.Move{}, err
	}
	if err := notInCircles(ctx, c, d, to.Route, read); err != nil {
		return did.Move{}, err
	}
	return d.Edited(to, s.now())
}

// decideCancel decides the cancellation of a rental. Errors: *did.MinimumTerm,
// did.ErrIllegalMove.
func decideCancel(d did.DID, of carrier.Carrier, now time.Time) (did.Move, error) {
	if d.State == did.PastDue || d.State == did.Suspended {
		return d.GiveUpUnpaid(now.Add(of.AgingIn(d.Country)), now)
	}
	older, err := of.OlderLocation()
	if err != nil {
		return did.Move{}, err
	}
	return d.CancelAtEnd(now, older)
}

// Decisions decides the moves of several of a customer's rentals that are written
// together, by the rules for a single one. A decision sees the decisions before
// it, so that two edits of one step don't forward to each other. It is not for
// parallel use.
type Decisions struct {
	service  *Service
	customer ledger.Customer
	carrier  carrier.Carrier
	items    map[e164.Number]did.DID // those that were read, with the decided moves
	read     map[e164.Number]bool    // with those that have no item
}

// Decisions begins the decisions of one step, on items that were read. Errors:
// commit.ErrNotFound.
func (s *Service) Decisions(ctx context.Context, c ledger.Customer,
	items map[e164.Number]did.DID) (*Decisions, error) {
	of, err := s.store.Carrier(ctx, c.Carrier)
	read := map[e164.Number]bool{}
	for n := range items {
		read[n] = true
	}
	return &Decisions{service: s, customer: c, carrier: of, items: maps.Clone(items), read: read}, err
}

// IsRental reports whether the customer rents the number.
func (x *Decisions) IsRental(d did.DID) bool { return isRentalOf(d, x.customer) }

// Edit is Service.Edit for one of several numbers.
func (x *Decisions) Edit(ctx context.Context, d did.DID, change func(did.Settings) did.Settings) (did.Move, error) {
	move, err := x.service.decideEdit(ctx, x.customer, d, change, x.look)
	if err == nil {
		x.items[d.Number] = move.To
	}
	return move, err
}

// Cancel is Service.Cancel for one of several numbers.
func (x *Decisions) Cancel(d did.DID) (did.Move, error) {
	return decideCancel(d, x.carrier, x.service.now())
}

// Restore is Service.Restore for one of several numbers.
func (x *Decisions) Restore(d did.DID) (did.Move, error) {
	return d.TakeCancellationBack(x.service.now())
}

// look reads numbers, each once in a step.
func (x *Decisions) look(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error) {
	var missing []e164.Number
	for _, n := range numbers {
		if !x.read[n] {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return x.items, nil
	}
	more, err := x.service.store.DIDs(ctx, carrier, missing)
	if err != nil {
		return nil, err
	}
	maps.Copy(x.items, more)
	for _, n := range missing {
		x.read[n] = true
	}
	return x.items, nil
}
