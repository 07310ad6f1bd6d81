package shop

import (
	"context"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Remove releases a number of the cart. It does not change a number that is not
// in the cart, or that another customer holds. Remove is idempotent.
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

// giveUp removes lines from the cart and frees their numbers. A request that is
// still working on one of the lines finds it gone, and releases the number.
func (s *Service) giveUp(ctx context.Context, c ledger.Customer, lines map[e164.Number]Line) error {
	if err := s.leave(ctx, c, lines); err != nil {
		return err
	}
	var moves []did.Move
	for _, l := range lines {
		moves = append(moves, s.giveBack(c, l))
	}
	_, err := s.moveAll(ctx, moves) // refused: another customer has it now, or it was bought
	return err
}

// Extend extends the holds of the cart to HoldFor from now, but no hold beyond
// MaxHoldAge in all, and no more numbers than the customer may hold at the
// moment: the view names those that are not extended. The DIDs are written
// first. So a crash leaves holds that last longer than their lines, which the
// lapse finds, and never the reverse. Errors: commit.ErrNotFound,
// ledger.ErrAccountClosed, ledger.ErrPurchasingOff.
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
	prolonged, kept, err := planExtension(h, cart, items)
	if err != nil {
		return View{}, err
	}
	if err := s.prolong(ctx, c, prolonged, items, h.rates.now); err != nil {
		return View{}, err
	}
	view, err := s.View(ctx, c)
	view.NotExtended = kept
	return view, err
}

// planExtension decides, purely, which lines are extended, and which are not
// because the customer may not hold so much. The oldest lines come first.
func planExtension(h holder, cart Cart, items map[e164.Number]did.DID) (prolonged map[e164.Number]Line, kept []Result,
	err error) {
	p := holdPlan{holder: h, cart: cart, items: items, worth: money.Zero(h.account.Currency)}
	now, prolonged := h.rates.now, map[e164.Number]Line{}
	for _, l := range cart.live() {
		item := items[l.Number]
		if !item.HeldBy(h.account.Customer.ID, now) {
			continue
		}
		limit, limited, err := p.limit(l.Number)
		if err != nil {
			return nil, nil, err
		}
		if limited {
			kept = append(kept, limit)
			continue
		}
		if err := p.count(l.Number); err != nil {
			return nil, nil, err
		}
		if to := longest(l.began(), now); to.After(item.Until) {
			l.Until = to
			prolonged[l.Number] = l
		}
	}
	return prolonged, kept, nil
}

// prolong writes the new times, first to the DIDs.
func (s *Service) prolong(ctx context.Context, c ledger.Customer, prolonged map[e164.Number]Line,
	items map[e164.Number]did.DID, now time.Time) error {
	var moves []did.Move
	for n, l := range prolonged {
		moves = append(moves, did.ExtendHold(c.Carrier, n, items[n].HoldID, l.Until, now))
	}
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return err
	}
	for n := range refused {
		delete(prolonged, n)
	}
	return s.prolongLines(ctx, c, prolonged)
}

// prolongLines writes the new times to the lines of the extended DIDs.
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
