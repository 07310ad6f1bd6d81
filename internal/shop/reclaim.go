package shop

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/billing"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Reclaim rents an aging number to its last customer, at today's price without
// the setup charge, for exactly the confirmed total. It is an order: the same
// key returns the same order for KeyLifetime, and charges once.
//
// Errors: commit.ErrNotFound, did.ErrIllegalMove if the number is not in quarantine,
// *NotForSale, *TotalChanged, *ledger.InsufficientFunds,
// ledger.ErrAccountClosed, ledger.ErrPurchasingOff, *ledger.OverLimit, ErrKeyReused.
func (s *Service) Reclaim(ctx context.Context, c ledger.Customer, n e164.Number, key string, confirmed money.Amount) (Order, error) {
	o := orderKey{c, key, fmt.Sprintf("reclaim %s for %s", n, confirmed)}
	order, err := s.once(ctx, o, func() (Order, error) {
		d, err := s.rental(ctx, c, n)
		if err != nil {
			return Order{}, err
		}
		p, err := s.takeBack(ctx, o, d, confirmed)
		if err != nil {
			return Order{}, err
		}
		return p.order, s.commitPurchase(ctx, p)
	})
	if errors.Is(err, ErrDIDsUnavailable) { // it moved on between reading and writing
		err = fmt.Errorf("%w: %s is not in quarantine any more", did.ErrIllegalMove, n)
	}
	return order, err
}

// takeBack reads the inputs of a reclaim and decides its purchase.
func (s *Service) takeBack(ctx context.Context, o orderKey, d did.DID, confirmed money.Amount) (purchase, error) {
	offers, err := s.offers(ctx, o.customer, []e164.Number{d.Number})
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
	offer, offered := offers[d.Number]
	return decideReclaim(d, offer, offered, account, o, confirmed, r)
}

// decideReclaim decides the purchase of a number in quarantine, purely.
func decideReclaim(d did.DID, offer did.Offer, offered bool, account ledger.Account, o orderKey, confirmed money.Amount, r rates) (purchase, error) {
	if !offered {
		offer = d.Offer
	}
	offer.Terms.Setup = money.Zero(account.Currency) // the number was set up for them already
	move, err := did.TakeBack(d, account.Customer.ID, offer, commit.NewID(r.now), r.now, r.loc)
	if err != nil {
		return purchase{}, err
	}
	if !offered {
		return purchase{}, &NotForSale{Numbers: []e164.Number{d.Number}}
	}
	first := offer.Terms.First(r.now, r.loc, account.Tax)
	total, err := first.Gross()
	if err != nil {
		return purchase{}, err
	}
	if !total.Equal(confirmed) {
		return purchase{}, &TotalChanged{Confirmed: confirmed, Today: total}
	}
	p := begin(account, o, confirmed, r.now)
	p.rent(move)
	return p, p.payOwn(account, []ledger.Charge{billing.Booked(move.To, 0, first, r.loc)}, r)
}
