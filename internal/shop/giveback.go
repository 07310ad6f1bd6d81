package shop

import (
	"context"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Remove gives a number of the cart back. A number that is not in the cart, or
// that somebody else holds, is left as it is. Remove is idempotent.
func (s *Service) Remove(ctx context.Context, c ledger.Customer, n e164.Number) error {
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return err
	}
	line, known := cart.line(n)
	if !known {
		return nil
	}
	return s.giveUp(ctx, c, map[e164.Number]Line{n: line})
}

// giveUp takes lines out of the cart and frees their numbers. A request that is
// still at work on one of the lines finds it gone, and gives the number back
// itself.
func (s *Service) giveUp(ctx context.Context, c ledger.Customer, lines map[e164.Number]Line) error {
	if err := s.leave(ctx, c, lines); err != nil {
		return err
	}
	var moves []did.Move
	for _, l := range lines {
		moves = append(moves, s.giveBack(c, l))
	}
	_, err := s.moveAll(ctx, moves) // refused: somebody else has it by now, or it was bought
	return err
}

// Extend prolongs what is held in the cart by HoldFor from now, no hold beyond
// MaxHoldAge in all. The DIDs are written first: a crash leaves holds that last
// longer than their lines say, which the lapse finds out, never the reverse.
// Errors: ErrNotFound, ledger.ErrAccountClosed.
func (s *Service) Extend(ctx context.Context, c ledger.Customer) (View, error) {
	h, err := s.holder(ctx, c)
	if err != nil {
		return View{}, err
	}
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return View{}, err
	}
	items, err := s.items(ctx, cart)
	if err != nil {
		return View{}, err
	}
	now, prolonged := h.rates.now, map[e164.Number]Line{}
	var moves []did.Move
	for _, l := range cart.live() {
		item := items[l.Number]
		if to := longest(l.began(), now); item.HeldBy(c.ID, now) && to.After(item.Until) {
			l.Until = to
			prolonged[l.Number] = l
			moves = append(moves, did.ExtendHold(c.Carrier, l.Number, item.HoldID, to, now))
		}
	}
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return View{}, err
	}
	for n := range refused {
		delete(prolonged, n)
	}
	if err := s.prolongLines(ctx, c, prolonged); err != nil {
		return View{}, err
	}
	return s.View(ctx, c)
}

// prolongLines writes the new times to the lines whose DID has them.
func (s *Service) prolongLines(ctx context.Context, c ledger.Customer, prolonged map[e164.Number]Line) error {
	if len(prolonged) == 0 {
		return nil
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.commitCart(ctx, cart.edit(func(l Line) (Line, bool) {
			if to, known := prolonged[l.Number]; known && to.HoldID == l.HoldID && to.Until.After(l.Until) {
				l.Until = to.Until
			}
			return l, true
		}))
	})
	return err
}
