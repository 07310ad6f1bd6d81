package shop

import (
	"context"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Remove gives a number of the cart back. A number that is not in the cart, or
// that somebody else holds, is left as it is. Again does nothing.
func (s *Service) Remove(ctx context.Context, c ledger.Customer, n e164.Number) error {
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return err
	}
	line, known := cart.line(n)
	if !known {
		return nil
	}
	if err := s.markGone(ctx, c, []e164.Number{n}); err != nil {
		return err
	}
	// Refused: somebody else has it by now, or it was bought.
	_, err = s.move(ctx, did.RemoveHold(c.Carrier, n, line.HoldID, s.now()))
	return err
}

// Extend prolongs what is held in the cart by HoldFor from now, no hold beyond
// MaxHoldAge. The DIDs are written first: a crash leaves holds that last longer
// than their lines say, which the lapse finds out, never the reverse.
func (s *Service) Extend(ctx context.Context, c ledger.Customer) (View, error) {
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return View{}, err
	}
	now, until := s.now(), map[string]time.Time{}
	var moves []did.Move
	for _, l := range cart.live() {
		if to := longest(l.HoldID, now); to.After(l.Until) {
			until[l.HoldID] = to
			moves = append(moves, did.ExtendHold(c.Carrier, l.Number, l.HoldID, to, now))
		}
	}
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return View{}, err
	}
	if err := s.prolongLines(ctx, c, until, refused); err != nil {
		return View{}, err
	}
	return s.View(ctx, c)
}

// prolongLines writes the new times to the lines whose DID has them.
func (s *Service) prolongLines(ctx context.Context, c ledger.Customer, until map[string]time.Time, refused map[e164.Number]did.DID) error {
	if len(until) == 0 {
		return nil
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.commitCart(ctx, cart.edit(func(l Line) (Line, bool) {
			_, lost := refused[l.Number]
			if to := until[l.HoldID]; !lost && to.After(l.Until) {
				l.Until = to
			}
			return l, true
		}))
	})
	return err
}

// LapseCart gives back what the customer did not buy in time: it deletes each
// hold that is over and drops its line. What is not over is left. It is done by
// the correlation id of whoever wrote the cart last.
func (s *Service) LapseCart(ctx context.Context, c ledger.Customer) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		ctx := correlation.With(ctx, cart.Cause)
		over := map[string]e164.Number{}
		for _, l := range cart.Lines {
			if l.Until.Add(did.Grace).Before(s.now()) {
				over[l.HoldID] = l.Number
			}
		}
		if len(over) == 0 {
			return struct{}{}, nil
		}
		extended, err := s.lapse(ctx, c.Carrier, over)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.commitCart(ctx, cart.edit(func(l Line) (Line, bool) {
			if _, isOver := over[l.HoldID]; !isOver {
				return l, true
			}
			later, kept := extended[l.HoldID]
			l.Until = later
			return l, kept
		}))
	})
	return err
}

// lapse deletes the holds, and gives the times of those that turn out to have
// been extended.
func (s *Service) lapse(ctx context.Context, carrier string, over map[string]e164.Number) (map[string]time.Time, error) {
	var moves []did.Move
	for holdID, n := range over {
		moves = append(moves, did.LapseHold(carrier, n, holdID, s.now()))
	}
	refused, err := s.moveAll(ctx, moves)
	extended := map[string]time.Time{}
	for _, item := range refused {
		if number, mine := over[item.HoldID]; mine && number == item.Number && item.State == did.Held {
			extended[item.HoldID] = item.Until
		}
	}
	return extended, err
}
