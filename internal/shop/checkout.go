package shop

import (
	"context"
	"errors"

	"didpurchase/internal/billing"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Checkout buys all held numbers of the cart, for exactly the confirmed total,
// or nothing. The same key returns the same order for KeyLifetime, and charges
// once; only success is remembered.
//
// Errors: ErrCartEmpty, *Unavailable (these left the cart), *TotalChanged,
// *ledger.InsufficientFunds, ledger.ErrAccountClosed,
// ledger.ErrPurchasingOff, *ledger.OverLimit, ErrKeyReused.
func (s *Service) Checkout(ctx context.Context, c ledger.Customer, key string, confirmed money.Amount) (Order, error) {
	o := orderKey{c, key, confirmed.String()}
	order, err := s.once(ctx, o, func() (Order, error) { return s.buy(ctx, o, confirmed) })
	var gone *Unavailable
	if errors.As(err, &gone) {
		return Order{}, errors.Join(err, s.giveUp(ctx, c, gone.lines))
	}
	return order, err
}

// buy decides on the current cart, DIDs and account, and commits everything at
// once.
func (s *Service) buy(ctx context.Context, o orderKey, confirmed money.Amount) (Order, error) {
	c := o.customer
	cart, err := s.store.Cart(ctx, c)
	if err != nil {
		return Order{}, err
	}
	items, err := s.items(ctx, cart)
	if err != nil {
		return Order{}, err
	}
	account, err := s.store.Account(ctx, c)
	if err != nil {
		return Order{}, err
	}
	r, err := s.ratesToBuy(ctx, account)
	if err != nil {
		return Order{}, err
	}
	asks, err := needsApproval(ctx, account, confirmed)
	if err != nil {
		return Order{}, err
	}
	decide := decide
	if asks {
		decide = decideToAsk
	}
	p, err := decide(cart, items, account, o, confirmed, r)
	if err == nil {
		err = s.commitPurchase(ctx, p)
	}
	var gone *Unavailable
	if errors.As(err, &gone) {
		gone.lines = map[e164.Number]Line{}
		for _, n := range gone.Numbers {
			gone.lines[n], _ = cart.line(n)
		}
	}
	return p.order, err
}

// commitPurchase writes the purchase. Refusals have an order: after a used key, or
// a changed account or cart, everything is read again, also after another request
// of the same customer renewed a hold; only a lost DID is reported to the customer.
func (s *Service) commitPurchase(ctx context.Context, p purchase) error {
	err := commit.Write(ctx, s.store, p.order.CreatedAt, p.changes()...)
	var refused *commit.Refused
	if !errors.As(err, &refused) {
		return err
	}
	var lost []e164.Number
	for _, r := range refused.Refusals {
		switch change := r.Change.(type) {
		case IdempotencyRecord:
			return commit.ErrMovedOn
		case did.Move:
			if item, _ := r.Current.(did.DID); item.HeldBy(change.To.Customer, change.At) {
				return commit.ErrMovedOn
			}
			lost = append(lost, change.To.Number)
		}
	}
	if len(lost) > 0 {
		return &Unavailable{Numbers: lost}
	}
	return commit.ErrMovedOn
}

// decide decides the purchase of the cart, purely.
func decide(cart Cart, items map[e164.Number]did.DID, account ledger.Account, o orderKey, confirmed money.Amount,
	r rates) (purchase, error) {
	v, err := confirmedView(cart, items, account, confirmed, r)
	if err != nil {
		return purchase{}, err
	}
	p := begin(account, o, confirmed, r.now)
	var charges []ledger.Charge
	for _, h := range v.Items {
		move, err := did.Assign(items[h.Number], commit.NewID(r.now), r.now, r.loc)
		if err != nil {
			return purchase{}, err
		}
		p.rent(move)
		for _, c := range h.Terms.AtPurchase(r.now, r.loc, account.Tax) {
			charges = append(charges, billing.Booked(move.To, 0, c, r.loc))
		}
	}
	if err := p.payOwn(account, charges, r); err != nil {
		return purchase{}, err
	}
	p.invoice.Guarded = p.invoice.Period == ""
	bought := cart.bought(p.order.Lines, p.invoice)
	p.cart = &bought
	return p, nil
}

// decideToAsk decides the order of the cart that waits for an approval, purely.
func decideToAsk(cart Cart, items map[e164.Number]did.DID, account ledger.Account, o orderKey, confirmed money.Amount, r rates) (purchase, error) {
	v, err := confirmedView(cart, items, account, confirmed, r)
	if err != nil {
		return purchase{}, err
	}
	p := begin(account, o, confirmed, r.now)
	var charges []ledger.Charge
	for _, h := range v.Items {
		move := did.SubmitFor(items[h.Number], p.order.ID, r.now)
		p.moves = append(p.moves, move)
		p.order.Lines = append(p.order.Lines, OrderLine{Number: h.Number, RentalID: commit.NewID(r.now), Offer: move.To.Offer})
		charges = append(charges, chargesAtPurchase(move.To, r)...)
	}
	taken := cart.without(p.order.Lines)
	p.cart = &taken
	return p, p.ask(account, charges, confirmed, r)
}

// confirmedView returns the cart as its owner sees it, if all of it is held for the
// confirmed total. Errors: *Unavailable, ErrCartEmpty, *TotalChanged.
func confirmedView(cart Cart, items map[e164.Number]did.DID, account ledger.Account, confirmed money.Amount, r rates) (View, error) {
	v, err := view(cart, items, account, r)
	switch {
	case err != nil:
		return v, err
	case len(v.Lost) > 0:
		return v, &Unavailable{Numbers: v.Lost}
	case len(v.Items) == 0:
		return v, ErrCartEmpty
	case !v.Quote.Total.Equal(confirmed):
		return v, &TotalChanged{Confirmed: confirmed, Today: v.Quote.Total}
	}
	return v, nil
}
