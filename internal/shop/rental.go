package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/rentals"
	"didpurchase/internal/usage"
)

// Rented is a rental for its customer: its terms, its next events and the
// allowed actions.
type Rented struct {
	did.DID
	Next          []Coming       // its next charge, if one will come
	NewPriceAt    time.Time      // the start of its first period at the next price; zero for none
	TermEnds      time.Time      // of the minimum term; zero for none
	CancellableAt time.Time      // from when on a cancellation is accepted
	FirstEnd      time.Time      // when the rental ends if it is cancelled by then
	Reclaim       *Reclaim       // how to get one in quarantine back; nil if that is impossible
	Usage         *usage.Summary // nil while the carrier's switches report none
}

// Reclaim is the price for renting an aging number again, and the end of the
// time to do so.
type Reclaim struct {
	Until time.Time
	Total money.Amount
}

// Describe adds the next events to the customer's rentals. Errors: commit.ErrNotFound.
func (s *Service) Describe(ctx context.Context, c ledger.Customer, rentals []did.DID) ([]Rented, error) {
	r, err := s.rates(ctx, c)
	if err != nil {
		return nil, err
	}
	used, err := s.usageOf(ctx, c.Carrier, rentals, r.now)
	if err != nil {
		return nil, err
	}
	described := make([]Rented, len(rentals))
	for i, d := range rentals {
		described[i] = r.describe(d)
		described[i].Usage = used.of(d)
	}
	return described, nil
}

func (r rates) describe(d did.DID) Rented {
	rented := Rented{DID: d, Next: r.coming(d, 1), TermEnds: d.TermEnds(r.older)}
	if runs := len(rented.Next) > 0; runs {
		rented.NewPriceAt = d.NextPriceAt(r.older)
	}
	switch d.State {
	case did.Assigned:
		rented.CancellableAt, rented.FirstEnd = d.FirstEnd(r.older)
	case did.PastDue, did.Suspended: // an unpaid rental may be cancelled immediately
		rented.CancellableAt, rented.FirstEnd = r.now, r.now
	}
	return rented
}

// Rental returns one of the customer's rentals. Errors: commit.ErrNotFound.
func (s *Service) Rental(ctx context.Context, c ledger.Customer, n e164.Number) (Rented, error) {
	d, err := s.rental(ctx, c, n)
	if err != nil {
		return Rented{}, err
	}
	return s.show(ctx, c, d)
}

// show describes one rental; an aging one with the price of a reclaim.
func (s *Service) show(ctx context.Context, c ledger.Customer, d did.DID) (Rented, error) {
	r, err := s.rates(ctx, c)
	if err != nil {
		return Rented{}, err
	}
	used, err := s.usageOf(ctx, c.Carrier, []did.DID{d}, r.now)
	if err != nil {
		return Rented{}, err
	}
	rented := r.describe(d)
	rented.Usage = used.of(d)
	if d.State != did.Aging || !d.NextAt.After(r.now) {
		return rented, nil
	}
	offers, err := s.offers(ctx, c, []e164.Number{d.Number})
	if err != nil {
		return Rented{}, err
	}
	if offer, offered := offers[d.Number]; offered {
		total, err := offer.Terms.First(r.now, r.loc, r.tax).Gross()
		if err != nil {
			return Rented{}, err
		}
		rented.Reclaim = &Reclaim{Until: d.NextAt, Total: total}
	}
	return rented, nil
}

// rental reads one of the customer's rentals, also in quarantine. Errors:
// commit.ErrNotFound.
func (s *Service) rental(ctx context.Context, c ledger.Customer, n e164.Number) (did.DID, error) {
	items, err := s.store.DIDs(ctx, c.Carrier, []e164.Number{n})
	if err != nil {
		return did.DID{}, err
	}
	d := items[n]
	if !isRentalOf(d, c) {
		return did.DID{}, fmt.Errorf("%w: rental of %s by %s", commit.ErrNotFound, n, c)
	}
	return d, nil
}

// Edit changes destination, label and tags of a rental: change gets the current
// ones. Errors: commit.ErrNotFound, *did.InvalidSettings, did.ErrIllegalMove if it is
// in quarantine.
func (s *Service) Edit(ctx context.Context, c ledger.Customer, n e164.Number,
	change func(did.Settings) did.Settings) (Rented, error) {
	return s.step(ctx, c, n, func(d did.DID) (did.Move, error) {
		return s.decideEdit(ctx, c, d, change, s.store.DIDs)
	})
}

// Cancel cancels a rental: a paid one at the end of its period, an unpaid one
// immediately. Errors: commit.ErrNotFound, *did.MinimumTerm, did.ErrIllegalMove.
func (s *Service) Cancel(ctx context.Context, c ledger.Customer, n e164.Number) (Rented, error) {
	of, err := s.store.Carrier(ctx, c.Carrier)
	if err != nil {
		return Rented{}, err
	}
	return s.step(ctx, c, n, func(d did.DID) (did.Move, error) { return decideCancel(d, of, s.now()) })
}

// Restore undoes a cancellation. Errors: commit.ErrNotFound, did.ErrIllegalMove.
func (s *Service) Restore(ctx context.Context, c ledger.Customer, n e164.Number) (Rented, error) {
	return s.step(ctx, c, n, func(d did.DID) (did.Move, error) { return d.TakeCancellationBack(s.now()) })
}

// step makes one move of a rental. If an answer was lost, it recognises the
// move by the resulting state.
func (s *Service) step(ctx context.Context, c ledger.Customer, n e164.Number,
	decide func(did.DID) (did.Move, error)) (Rented, error) {
	var made *did.Move
	d, err := commit.Insist(ctx, func() (did.DID, error) {
		d, err := s.rental(ctx, c, n)
		if err != nil || made != nil && leftBy(*made, d) {
			return d, err
		}
		move, err := decide(d)
		if err != nil {
			return d, err
		}
		err = commit.Write(ctx, s.store, s.now(), move)
		var refused *commit.Refused
		switch {
		case errors.As(err, &refused):
			return d, commit.ErrMovedOn
		case errors.Is(err, commit.ErrUnknown):
			made = &move
		}
		after := move.To
		after.Ver = d.Ver + 1
		return after, err
	})
	if err != nil {
		return Rented{}, err
	}
	// The edit is done, and the stream's consumer logs it too, seconds later. So a
	// failure here does not fail the request.
	_ = s.store.LogRentals(ctx, c, []rentals.Change{{Digits: n.Digits(), Ver: d.Ver}}, s.now())
	return s.show(ctx, c, d)
}

// leftBy reports whether the rental is in the state that the move leads to.
func leftBy(m did.Move, d did.DID) bool {
	return d.RentalID == m.RentalID && d.State == m.To.State && d.Ver == m.To.Ver+1
}
