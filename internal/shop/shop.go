// Package shop has the use cases of a customer: hold numbers in a cart, release
// them, extend the holds, buy them. It commits the decisions of the aggregates
// (DIDs, account, cart, order); it knows neither HTTP nor the database.
package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/correlation"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
)

// Errors of the use cases.
var (
	ErrCartEmpty       = errors.New("shop: the cart is empty")
	ErrDIDsUnavailable = errors.New("shop: numbers are no longer held")
	ErrTotalChanged    = errors.New("shop: the confirmed total is not today's")
	ErrKeyReused       = errors.New("shop: idempotency key was used for another order")
	ErrInProgress      = errors.New("shop: a request with the same idempotency key is running")
	ErrNotForSale      = errors.New("shop: numbers are not for sale")
	ErrTooMany         = errors.New("shop: too many numbers at once")
)

// Unavailable is ErrDIDsUnavailable with the numbers.
type Unavailable struct {
	Numbers []e164.Number
	lines   map[e164.Number]Line // of the cart that was to be bought
}

func (e *Unavailable) Error() string { return fmt.Sprintf("%v: %v", ErrDIDsUnavailable, e.Numbers) }

// Unwrap makes errors.Is find ErrDIDsUnavailable.
func (e *Unavailable) Unwrap() error { return ErrDIDsUnavailable }

// NotForSale is ErrNotForSale with the numbers: they are not offered, or not
// available.
type NotForSale struct{ Numbers []e164.Number }

func (e *NotForSale) Error() string { return fmt.Sprintf("%v: %v", ErrNotForSale, e.Numbers) }

// Unwrap makes errors.Is find ErrNotForSale.
func (e *NotForSale) Unwrap() error { return ErrNotForSale }

// TotalChanged is ErrTotalChanged with both totals.
type TotalChanged struct{ Confirmed, Today money.Amount }

func (e *TotalChanged) Error() string {
	return fmt.Sprintf("%v: %s confirmed, %s today", ErrTotalChanged, e.Confirmed, e.Today)
}

// Unwrap makes errors.Is find ErrTotalChanged.
func (e *TotalChanged) Unwrap() error { return ErrTotalChanged }

// Service has the use cases of the shop.
type Service struct {
	store Store
	now   func() time.Time
}

// New returns a shop over a store and a clock.
func New(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// claimsAtOnce is the number of DIDs of one request that are written in
// parallel.
const claimsAtOnce = 16

// commitCart writes a cart's update; a refusal means that the cart moved on.
func (s *Service) commitCart(ctx context.Context, u Update) error {
	u.To.Cause = correlation.ID(ctx)
	err := commit.Write(ctx, s.store, s.now(), u)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return commit.ErrMovedOn
	}
	return err
}

// move writes one DID's move; for a refusal it returns the current item.
func (s *Service) move(ctx context.Context, m did.Move) (refusedBy *did.DID, err error) {
	return commit.Insist(ctx, func() (*did.DID, error) {
		if err := s.inTime(m); err != nil {
			return nil, err
		}
		err := commit.Write(ctx, s.store, m.At, m)
		var refused *commit.Refused
		if errors.As(err, &refused) {
			current, ok := refused.Refusals[0].Current.(did.DID)
			if !ok {
				return nil, fmt.Errorf("shop: refusal of %s carries a %T", m.Target(), refused.Refusals[0].Current)
			}
			return &current, nil
		}
		return nil, err
	})
}

// moveAll writes the moves in parallel and returns the items of the refused
// ones.
func (s *Service) moveAll(ctx context.Context, moves []did.Move) (map[e164.Number]did.DID, error) {
	found := make([]*did.DID, len(moves))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(claimsAtOnce)
	for i, m := range moves {
		g.Go(func() (err error) {
			found[i], err = s.move(ctx, m)
			return err
		})
	}
	err := g.Wait()
	refused := map[e164.Number]did.DID{}
	for i, item := range found {
		if item != nil {
			refused[moves[i].To.Number] = *item
		}
	}
	return refused, err
}
