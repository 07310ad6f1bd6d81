package shop

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"didpurchase/internal/billing"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Allocate rents numbers to a customer without a cart, on their current offers
// and for exactly the confirmed total, all of them or none. It is an order: the
// same key returns the same order for KeyLifetime, and charges once.
//
// Errors: commit.ErrNotFound, ErrTooMany, *NotForSale, *TotalChanged,
// *ledger.InsufficientFunds, ledger.ErrAccountClosed, ErrKeyReused.
func (s *Service) Allocate(ctx context.Context, c ledger.Customer, numbers []e164.Number, key string,
	confirmed money.Amount) (Order, error) {
	numbers = distinct(numbers)
	slices.Sort(numbers)
	if len(numbers) > MaxLines {
		return Order{}, fmt.Errorf("%w: %d, at most %d", ErrTooMany, len(numbers), MaxLines)
	}
	o := orderKey{c, key, fmt.Sprintf("allocate %s for %s", strings.Trim(fmt.Sprint(numbers), "[]"), confirmed)}
	return s.once(ctx, o, func() (Order, error) {
		p, err := s.allocation(ctx, o, numbers, confirmed)
		if err != nil {
			return Order{}, err
		}
		return p.order, notForSale(s.commitPurchase(ctx, p))
	})
}

// notForSale turns Unavailable into the error for numbers that are not for sale:
// another customer took them during the allocation.
func notForSale(err error) error {
	if gone := (*Unavailable)(nil); errors.As(err, &gone) {
		return &NotForSale{Numbers: gone.Numbers}
	}
	return err
}

// allocation reads the inputs of an allocation and decides its purchase.
func (s *Service) allocation(ctx context.Context, o orderKey, numbers []e164.Number,
	confirmed money.Amount) (purchase, error) {
	offers, err := s.offers(ctx, o.customer, numbers)
	if err != nil {
		return purchase{}, err
	}
	items, err := s.store.DIDs(ctx, o.customer.Carrier, numbers)
	if err != nil {
		return purchase{}, err
	}
	account, err := s.store.Account(ctx, o.customer)
	if err != nil {
		return purchase{}, err
	}
	r, err := s.ratesToBuy(ctx, account)
	if err != nil {
		return purchase{}, err
	}
	return decideAllocation(numbers, items, offers, account, o, confirmed, r)
}

// decideAllocation decides the purchase of available numbers, purely.
func decideAllocation(numbers []e164.Number, items map[e164.Number]did.DID, offers map[e164.Number]did.Offer,
	account ledger.Account, o orderKey, confirmed money.Amount, r rates) (purchase, error) {
	p := begin(account, o, confirmed, r.now)
	var charges []ledger.Charge
	var none []e164.Number
	for _, n := range numbers {
		offer, offered := offers[n]
		move, err := did.AllocateTo(account.Customer.Carrier, account.Customer.ID, n, items[n], offer, commit.NewID(r.now),
			r.now, r.loc)
		if !offered || err != nil {
			none = append(none, n)
			continue
		}
		p.rent(move)
		for _, c := range offer.Terms.AtPurchase(r.now, r.loc, account.Tax) {
			charges = append(charges, billing.Booked(move.To, 0, c, r.loc))
		}
	}
	if none != nil {
		return purchase{}, &NotForSale{Numbers: none}
	}
	total, err := ledger.Sum(account.Currency, charges)
	if err != nil {
		return purchase{}, err
	}
	if !total.Equal(confirmed) {
		return purchase{}, &TotalChanged{Confirmed: confirmed, Today: total}
	}
	return p, p.pay(account, charges, r)
}
