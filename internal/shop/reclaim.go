package shop

import (
	"cmp"
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
// ledger.ErrAccountClosed, ledger.ErrPurchasingOff, *ledger.OverLimit, ErrKeyReused,
// ErrNeedsApproval.
func (s *Service) Reclaim(ctx context.Context, c ledger.Customer, n e164.Number, key string,
	confirmed money.Amount) (Order, error) {
	o := orderKey{c, key, fmt.Sprintf("reclaim %s for %s", n, confirmed)}
	order, err := s.once(ctx, o, func() (Order, error) {
		d, err := s.rental(ctx, c, n)
		if err != nil {
			return Order{}, err
		}
		p, err := s.readReclaim(ctx, o, d, confirmed)
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

// readReclaim reads the inputs of a reclaim and decides its purchase.
func (s *Service) readReclaim(ctx context.Context, o orderKey, d did.DID, confirmed money.Amount) (purchase, error) {
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
	if needed, err := needsApproval(ctx, account, confirmed); err != nil || needed {
		return purchase{}, cmp.Or(err, ErrNeedsApproval)
	}
	offer, offered := offers[d.Number]
	return decideReclaim(d, offer, offered, account, o, confirmed, r)
}

// decideReclaim decides the purchase of a number in quarantine, purely.
func decideReclaim(d did.DID, offer did.Offer, offered bool, account ledger.Account, o orderKey,
	confirmed money.Amount, r rates) (purchase, error) {
	move, charge, err := takeBack(d, offer, offered, account, r)
	if err != nil {
		return purchase{}, err
	}
	total, err := ledger.Sum(account.Currency, []ledger.Charge{charge})
	if err != nil {
		return purchase{}, err
	}
	if !total.Equal(confirmed) {
		return purchase{}, &TotalChanged{Confirmed: confirmed, Today: total}
	}
	p := begin(account, o, confirmed, r.now)
	p.rent(move)
	return p, p.payOwn(account, []ledger.Charge{charge}, r)
}

// Reclaimed is the purchase of several aging numbers, not written yet.
type Reclaimed struct {
	Changes []commit.Change // the account, its entry and invoice, the order and the numbers' moves
	Moves   []did.Move
	Total   money.Amount
	Refused map[e164.Number]error // numbers that can't be had: *NotForSale, did.ErrIllegalMove
}

// Reclaim decides the purchase of several aging numbers of the step, at today's
// price, as Service.Reclaim does for one. Numbers that can't be had are left out.
// before is what earlier steps cost, without a currency if there is none: whether an
// approval is needed depends on the sum. Errors: *ledger.InsufficientFunds,
// ledger.ErrAccountClosed, ledger.ErrPurchasingOff, *ledger.OverLimit, ErrNeedsApproval.
func (x *Decisions) Reclaim(ctx context.Context, aging []did.DID, before money.Amount) (Reclaimed, error) {
	s, done := x.service, Reclaimed{Refused: map[e164.Number]error{}}
	numbers := make([]e164.Number, len(aging))
	for i, d := range aging {
		numbers[i] = d.Number
	}
	offers, err := s.offers(ctx, x.customer, numbers)
	if err != nil {
		return done, err
	}
	account, err := s.store.Account(ctx, x.customer)
	if err != nil {
		return done, err
	}
	r, err := s.ratesToBuy(ctx, account)
	if err != nil {
		return done, err
	}
	p := begin(account, orderKey{customer: x.customer}, money.Zero(account.Currency), r.now)
	var charges []ledger.Charge
	for _, d := range aging {
		offer, offered := offers[d.Number]
		one, charge, err := takeBack(d, offer, offered, account, r)
		if err != nil {
			done.Refused[d.Number] = err
			continue
		}
		p.rent(one)
		charges = append(charges, charge)
	}
	if len(p.moves) == 0 {
		done.Total = p.order.Total
		return done, nil
	}
	if done.Total, err = ledger.Sum(account.Currency, charges); err != nil {
		return done, err
	}
	p.order.Total = done.Total
	sum := done.Total
	if before.Currency() != "" {
		if sum, err = sum.Add(before); err != nil {
			return done, err
		}
	}
	if needed, err := needsApproval(ctx, account, sum); err != nil || needed {
		return done, cmp.Or(err, ErrNeedsApproval)
	}
	err = p.payOwn(account, charges, r)
	done.Moves, done.Changes = p.moves, p.changes()[1:] // without the record: the job is written once itself
	return done, err
}

// takeBack decides one reclaim, with its charge.
func takeBack(d did.DID, offer did.Offer, offered bool, account ledger.Account,
	r rates) (did.Move, ledger.Charge, error) {
	if !offered {
		offer = d.Offer
	}
	offer.Terms.Setup = money.Zero(account.Currency) // the number was set up for them already
	move, err := did.TakeBack(d, account.Customer.ID, offer, commit.NewID(r.now), r.now, r.loc)
	if err != nil {
		return did.Move{}, ledger.Charge{}, err
	}
	if !offered {
		return did.Move{}, ledger.Charge{}, &NotForSale{Numbers: []e164.Number{d.Number}}
	}
	return move, billing.Booked(move.To, 0, offer.Terms.First(r.now, r.loc, account.Tax), r.loc), nil
}
