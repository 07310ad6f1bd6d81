package shop

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// orderKey is a customer's Idempotency-Key with the request that it was sent
// with.
type orderKey struct {
	customer ledger.Customer
	key      string
	body     string // the request's confirmed content
}

// once makes an order, or answers a repeated key with the order that it made.
// Requests with the same key may run at the same time. If this one is stopped, once
// reads the record again before it gives the reason: the reason may be the order
// that the other request has just made. Before it refuses, it makes sure that no
// purchase that was decided earlier is written later, because a refusal says that
// nothing was charged. Errors: ErrKeyReused, ErrInProgress, those of make.
func (s *Service) once(ctx context.Context, o orderKey, make func() (Order, error)) (Order, error) {
	order, err := commit.Insist(ctx, func() (Order, error) {
		if order, made, err := s.madeBy(ctx, o); made || err != nil {
			return order, err
		}
		order, err := make()
		order.By = auth.ActorOf(ctx) // as it is stored
		return order, err
	})
	if err == nil || errors.Is(err, ErrKeyReused) {
		return order, err
	}
	order, made, lookErr := s.madeBy(ctx, o)
	if !made && lookErr == nil && isRefusal(err) {
		order, made, lookErr = s.madeBeforeFence(ctx, o)
	}
	switch {
	case made, errors.Is(lookErr, ErrKeyReused):
		return order, lookErr
	case lookErr != nil: // the key may have made an order, so no refusal is certain
		return Order{}, fmt.Errorf("%w: %w: after %v", commit.ErrUnknown, lookErr, err)
	case beingMade(err):
		return Order{}, fmt.Errorf("%w: %w", ErrInProgress, err)
	default:
		return Order{}, err
	}
}

// isRefusal reports whether the error says that nothing was bought.
func isRefusal(err error) bool {
	unknown := []error{commit.ErrUnknown, commit.ErrContended, commit.ErrMovedOn, context.Canceled,
		context.DeadlineExceeded, commit.ErrNotFound}
	return !slices.ContainsFunc(unknown, func(e error) bool { return errors.Is(err, e) })
}

// madeBeforeFence returns the result of madeBy after the account's version was
// moved on: each purchase names the version, so no older decision can be written
// any more. A closed account refuses all purchases without it.
func (s *Service) madeBeforeFence(ctx context.Context, o orderKey) (order Order, made bool, err error) {
	_, err = commit.Insist(ctx, func() (struct{}, error) {
		account, err := s.store.Account(ctx, o.customer)
		if err != nil || account.Status != ledger.Active {
			return struct{}{}, err
		}
		err = commit.Write(ctx, s.store, s.now(), account.Fence())
		if refused := (*commit.Refused)(nil); errors.As(err, &refused) {
			return struct{}{}, commit.ErrMovedOn
		}
		return struct{}{}, err
	})
	if err != nil {
		return Order{}, false, err
	}
	return s.madeBy(ctx, o)
}

// beingMade reports whether a request with the same key was in the way at each try:
// its transaction had the key's record.
func beingMade(err error) bool {
	var contended *commit.Contended
	return errors.As(err, &contended) && slices.ContainsFunc(contended.With, func(c commit.Change) bool {
		_, isRecord := c.(IdempotencyRecord)
		return isRecord
	})
}

// madeBy returns the order that the key made, if it made one.
// Errors: ErrKeyReused.
func (s *Service) madeBy(ctx context.Context, o orderKey) (order Order, made bool, err error) {
	id, made, err := MadeByKey(ctx, s.store, o.customer, o.key, o.body, s.now())
	if !made || err != nil {
		return Order{}, false, err
	}
	order, err = s.store.Order(ctx, o.customer, id)
	return order, err == nil, err
}
