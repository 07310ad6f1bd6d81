package shop

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
)

// Details of a successful hold that has ended before the answer came: the
// customer has bought the number, or taken it out of the cart. Other requests of
// the customer may have shown it as held, so it was not unavailable.
const (
	boughtSince  = "was held, and has been bought since"
	removedSince = "was held, and has been removed from your cart since"
)

// claim writes the DIDs of the lines. Lines of numbers that another customer
// has leave the cart. It returns the results of the numbers that are not held,
// and the numbers to try again: after the refusal an earlier try of the same
// customer got the number, and its answer may have been given.
func (s *Service) claim(ctx context.Context, c ledger.Customer, lines []Line,
	offers map[e164.Number]did.Offer) (answers map[e164.Number]Result, again []e164.Number, err error) {
	moves := make([]did.Move, len(lines))
	for i, l := range lines {
		moves[i] = did.HoldFor(c.Carrier, c.ID, l.Number, l.HoldID, l.Until, offers[l.Number], s.now())
	}
	refused, err := s.claimAll(ctx, moves)
	if err != nil {
		return nil, nil, err
	}
	answers, lost := s.refusedClaims(c, lines, refused)
	if err := s.leave(ctx, c, lost); err != nil || len(lost) == 0 {
		return answers, nil, err
	}
	items, err := s.store.DIDs(ctx, c.Carrier, slices.Collect(maps.Keys(lost)))
	for n, item := range items {
		if item.HeldBy(c.ID, s.now()) {
			again = append(again, n)
		}
	}
	return answers, again, err
}

// refusedClaims returns the results of the lines that hold nothing, and the lines
// that another customer's hold or rental refused.
func (s *Service) refusedClaims(c ledger.Customer, lines []Line,
	refused map[e164.Number]did.DID) (answers map[e164.Number]Result, lost map[e164.Number]Line) {
	answers, lost = map[e164.Number]Result{}, map[e164.Number]Line{}
	for _, l := range lines {
		item, isRefused := refused[l.Number]
		switch {
		case !isRefused || item.HeldBy(c.ID, s.now()):
		case isBoughtAs(item, c, l):
			answers[l.Number] = Result{l.Number, OutcomeHeld, boughtSince}
		default:
			answers[l.Number] = Result{l.Number, OutcomeUnavailable, whyUnavailable(item, c)}
			if l.Since.Equal(l.triedAt()) {
				l.Since = time.Time{} // the customer has never held it
			}
			lost[l.Number] = l
		}
	}
	return answers, lost
}

// withoutNumbers returns the lines of the other numbers.
func withoutNumbers(lines []Line, answers map[e164.Number]Result) []Line {
	return slices.DeleteFunc(slices.Clone(lines), func(l Line) bool {
		_, known := answers[l.Number]
		return known
	})
}

// claimAll writes the holds. An extension can leave a hold that outlasts its
// line. Such a hold of the same customer is taken over with its end; otherwise
// the number would still be held by the earlier try, and a late removal of that
// try would free it.
func (s *Service) claimAll(ctx context.Context, moves []did.Move) (map[e164.Number]did.DID, error) {
	refused, err := s.moveAll(ctx, moves)
	if err != nil {
		return nil, err
	}
	var again []did.Move
	for _, m := range moves {
		if longer, outlasted := m.ForLonger(refused[m.To.Number]); outlasted {
			again = append(again, longer)
			delete(refused, m.To.Number)
		}
	}
	still, err := s.moveAll(ctx, again)
	maps.Copy(refused, still)
	return refused, err
}

// inTime returns an error if the line of a hold was written so long ago that
// the hold might arrive after the line is dropped.
func (s *Service) inTime(m did.Move) error {
	if m.Event == did.Hold && s.now().After(triedAt(m.HoldID).Add(claimWithin)) {
		return fmt.Errorf("%w: the request for %s is too old for a hold now", commit.ErrUnknown, m.To.Number)
	}
	return nil
}

// isBoughtAs reports whether the customer rents the number by the line's hold.
func isBoughtAs(item did.DID, c ledger.Customer, l Line) bool {
	return item.RentalID != "" && item.Customer == c.ID && item.HoldID == l.HoldID
}

// leave removes lines from the cart that the customer sees. They stay in the
// cart's item until no write for them can arrive any more. If a line has
// another hold id, its number was requested again in the meantime, and the line
// is kept.
func (s *Service) leave(ctx context.Context, c ledger.Customer, lines map[e164.Number]Line) error {
	if len(lines) == 0 {
		return nil
	}
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		u := cart.edit(func(l Line) (Line, bool) {
			if left, leaves := lines[l.Number]; leaves && left.HoldID == l.HoldID && !l.Gone() {
				l.Since, l.GoneAt, l.GoneBy = left.Since, s.now(), auth.ActorOf(ctx)
			}
			return l, true
		})
		if slices.Equal(u.To.Lines, cart.Lines) {
			return struct{}{}, nil
		}
		return struct{}{}, s.commitCart(ctx, u)
	})
	return err
}

// giveBackOvertaken releases numbers with lines that are no longer in the cart:
// they were removed, or bought, while the holds were being written. It returns
// their results.
func (s *Service) giveBackOvertaken(ctx context.Context, cart Cart, claims []Line) (map[e164.Number]Result, error) {
	answers := map[e164.Number]Result{}
	var moves []did.Move
	byNumber := map[e164.Number]Line{}
	for _, l := range claims {
		if stays, known := cart.line(l.Number); known && !stays.Gone() {
			continue
		}
		moves = append(moves, s.giveBack(cart.Customer, l))
		byNumber[l.Number] = l
		answers[l.Number] = Result{l.Number, OutcomeUnavailable, "was removed from your cart while it was being held"}
	}
	refused, err := s.moveAll(ctx, moves)
	for n, item := range refused { // there was no hold left to give back
		answers[n] = Result{n, OutcomeHeld, removedSince}
		if isBoughtAs(item, cart.Customer, byNumber[n]) {
			answers[n] = Result{n, OutcomeHeld, boughtSince}
		}
	}
	return answers, err
}

// giveBack returns the move that frees the number if the customer holds it by
// the line's try or an earlier one.
func (s *Service) giveBack(c ledger.Customer, l Line) did.Move {
	return did.RemoveHold(c.Carrier, c.ID, l.Number, l.HoldID, s.now())
}

// whyUnavailable returns the reason for the customer, without naming another
// customer.
func whyUnavailable(item did.DID, c ledger.Customer) string {
	switch {
	case item.State == did.Reserved && item.Customer == c.ID:
		return "is reserved for an order of yours"
	case item.State == did.Held, item.State == did.Reserved:
		return "was just taken by somebody else; it may come back within minutes"
	case item.State == did.Withheld, item.State == did.PortedOut:
		return "is not for sale"
	case item.Customer == c.ID && item.State != did.Aging:
		return "is yours already"
	default:
		return "is sold"
	}
}

func distinct(numbers []e164.Number) []e164.Number {
	seen := map[e164.Number]bool{}
	return slices.DeleteFunc(slices.Clone(numbers), func(n e164.Number) bool {
		again := seen[n]
		seen[n] = true
		return again
	})
}
