package shop

import (
	"context"
	"errors"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// LapseCart releases the numbers that the customer did not buy in time: it
// deletes each hold that is over and drops its line. It also frees holds that
// late writes left of removed numbers. Numbers that the customer still holds
// are kept: the number's item decides, not the line. It runs with the
// correlation id of the request that wrote the cart last.
func (s *Service) LapseCart(ctx context.Context, c ledger.Customer) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		return struct{}{}, s.dropFinal(correlation.With(ctx, cart.Cause), cart)
	})
	return err
}

// FreeUnlisted frees the given numbers that the customer holds without a line
// in the cart, and those that are reserved for an order that has ended. It returns
// their DIDs from before. A write that arrives after its line was dropped leaves
// such a hold: no cart shows it, so it can be neither bought nor released. Each
// item is read before the cart: a line is written before its hold, so the cart
// has the line of every hold that was read, unless the line was dropped. An
// order frees its numbers before it ends.
func (s *Service) FreeUnlisted(ctx context.Context, c ledger.Customer, numbers []e164.Number) ([]did.DID, error) {
	items, err := s.store.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, err
	}
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return nil, err
	}
	ended := map[string]bool{} // by order
	var moves []did.Move
	for _, item := range items {
		_, listed := cart.line(item.Number)
		switch {
		case item.Customer != c.ID:
		case item.State == did.Held && !listed:
			moves = append(moves, did.RemoveHold(c.Carrier, c.ID, item.Number, item.HoldID, s.now()))
		case item.State == did.Reserved:
			if err := s.noteEnded(ctx, c, item.HoldID, ended); err != nil {
				return nil, err
			}
			if ended[item.HoldID] {
				moves = append(moves, did.FreeReserved(c.Carrier, c.ID, item.Number, item.HoldID, s.now()))
			}
		}
	}
	refused, err := s.moveAll(ctx, moves) // refused: it is not such a hold any more
	var freed []did.DID
	for _, m := range moves {
		if _, moved := refused[m.To.Number]; !moved && err == nil {
			freed = append(freed, items[m.To.Number])
		}
	}
	return freed, err
}

// noteEnded notes whether an order has ended, unless it is noted already. An
// order that does not exist has ended.
func (s *Service) noteEnded(ctx context.Context, c ledger.Customer, id string, ended map[string]bool) error {
	if _, noted := ended[id]; noted {
		return nil
	}
	o, err := s.store.Order(ctx, c, id)
	if errors.Is(err, commit.ErrNotFound) {
		err = nil
	} else if err != nil {
		return err
	}
	ended[id] = o.Status.Ended() || o.ID == ""
	return err
}

// CameLate reports whether a change of a number's item, written at a moment, is
// a hold that was written so long after its line that the line may be gone.
// Moments of different clocks may be compared: a line stays half a minute longer
// than a hold needs to come late.
//
// Example: a request writes its line at 12:00:00, and its claim gets lost on the
// way. The customer takes the number out at 12:00:10, and the line is dropped at
// 12:01:40. The claim arrives at 12:02, and no timer knows of it.
func CameLate(before, after did.DID, at time.Time) bool {
	if after.State != did.Held || before.State == did.Held && before.HoldID == after.HoldID {
		return false
	}
	id, err := ulid.Parse(after.HoldID)
	return err != nil || at.Sub(id.Timestamp()) > claimWithin
}

// FreeLate frees the given numbers if the customer holds them and no cart shows
// it, after CameLate. Final lines are dropped first: another lapse may have
// freed their numbers before the hold came, and drop them next.
func (s *Service) FreeLate(ctx context.Context, c ledger.Customer, numbers []e164.Number) error {
	if err := s.LapseCart(ctx, c); err != nil {
		return err
	}
	_, err := s.FreeUnlisted(ctx, c, numbers)
	return err
}

// dropFinal frees the numbers of the final lines, then drops the lines.
func (s *Service) dropFinal(ctx context.Context, cart Cart) error {
	now := s.now()
	final := map[e164.Number]bool{}
	var moves []did.Move
	for _, l := range cart.Lines {
		if l.finalAt().Before(now) {
			final[l.Number] = true
			moves = append(moves, s.free(cart.Customer, l))
		}
	}
	if len(moves) == 0 {
		return nil
	}
	of, err := s.store.Carrier(ctx, cart.Customer.Carrier)
	if err != nil {
		return err
	}
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return err
	}
	rests := cart.resting(now)
	u := cart.edit(func(l Line) (Line, bool) {
		if !final[l.Number] {
			return l, true
		}
		if item := refused[l.Number]; item.State == did.Held && item.Customer == cart.Customer.ID {
			l.HoldID, l.Until = item.HoldID, item.Until // it was extended
			return l, true
		}
		if r, held := l.rested(of.Cooldown()); held && now.Before(r.Free) {
			rests = append(without(rests, l.Number), r)
		}
		return l, false
	})
	u.To.Rests = rests
	return s.commitCart(ctx, u)
}

// free returns the move that ends the line's hold: a gone line's at once, a
// live line's after its end.
func (s *Service) free(c ledger.Customer, l Line) did.Move {
	if l.Gone() {
		return s.giveBack(c, l)
	}
	return did.LapseHold(c.Carrier, c.ID, l.Number, l.HoldID, s.now())
}
