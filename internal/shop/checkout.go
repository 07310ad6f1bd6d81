package shop

import (
	"context"
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Checkout buys all that is held in the cart, for exactly the confirmed total,
// or nothing. The same key gives the same order for KeyLifetime, and one
// charge; only success is remembered.
//
// Errors: ErrCartEmpty, *Unavailable (these left the cart), *TotalChanged,
// *ledger.InsufficientFunds, ledger.ErrAccountClosed, ErrKeyReused.
func (s *Service) Checkout(ctx context.Context, c ledger.Customer, key string, confirmed money.Amount) (Order, error) {
	order, err := insist(ctx, func() (Order, error) {
		record, err := s.store.Idempotency(ctx, c, key)
		if err == nil && s.now().Before(record.ExpiresAt) {
			return s.replay(ctx, record, confirmed)
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return Order{}, err
		}
		return s.buy(ctx, c, key, confirmed)
	})
	var gone *Unavailable
	if errors.As(err, &gone) {
		return Order{}, errors.Join(err, s.markGone(ctx, c, gone.Numbers))
	}
	return order, err
}

// replay answers a repeated key with its order.
func (s *Service) replay(ctx context.Context, r IdempotencyRecord, confirmed money.Amount) (Order, error) {
	if r.Body != confirmed.String() {
		return Order{}, fmt.Errorf("%w: %s was confirmed under it", ErrKeyReused, r.Body)
	}
	return s.store.Order(ctx, r.Customer, r.OrderID)
}

// buy decides on cart, DIDs and account as they stand and commits it all at
// once.
func (s *Service) buy(ctx context.Context, c ledger.Customer, key string, confirmed money.Amount) (Order, error) {
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
	p, err := decide(cart, items, account, key, confirmed, s.now())
	if err != nil {
		return Order{}, err
	}
	return p.order, s.commitPurchase(ctx, p)
}

// commitPurchase writes the purchase. What stood in its way ranks: a used key
// and a moved account or cart are read again; a lost DID is a business answer.
func (s *Service) commitPurchase(ctx context.Context, p purchase) error {
	err := s.store.Commit(ctx, commit.Batch{ID: newID(p.order.CreatedAt), Changes: p.changes()})
	var refused *commit.Refused
	if !errors.As(err, &refused) {
		return err
	}
	var lost []e164.Number
	for _, r := range refused.Refusals {
		switch change := r.Change.(type) {
		case IdempotencyRecord:
			return errMovedOn
		case did.Move:
			lost = append(lost, change.To.Number)
		}
	}
	if len(lost) > 0 {
		return &Unavailable{Numbers: lost}
	}
	return errMovedOn
}

// purchase is everything that one checkout changes.
type purchase struct {
	record  IdempotencyRecord
	account ledger.Update
	entry   ledger.Entry
	invoice ledger.Invoice
	order   Order
	cart    Update
	moves   []did.Move
}

func (p purchase) changes() []commit.Change {
	changes := []commit.Change{p.record, p.account, p.entry, p.invoice, p.order, p.cart}
	for _, m := range p.moves {
		changes = append(changes, m)
	}
	return changes
}

// decide makes a purchase of the cart, purely.
func decide(cart Cart, items map[e164.Number]did.DID, account ledger.Account, key string, confirmed money.Amount, now time.Time) (purchase, error) {
	v, err := view(cart, items, account.Currency, now)
	switch {
	case err != nil:
		return purchase{}, err
	case len(v.Lost) > 0:
		return purchase{}, &Unavailable{Numbers: v.Lost}
	case len(v.Items) == 0:
		return purchase{}, ErrCartEmpty
	case !v.Quote.Total.Equal(confirmed):
		return purchase{}, &TotalChanged{Confirmed: confirmed, Today: v.Quote.Total}
	}
	p := purchase{order: Order{
		Customer: cart.Customer, ID: newID(now), Number: fmt.Sprintf("%s-%d", cart.Customer.ID, account.Orders+1),
		Status: Completed, Total: v.Quote.Total, InvoiceID: fmt.Sprintf("%s-%d", cart.Customer.ID, account.Invoices+1), CreatedAt: now,
	}}
	if err := p.assign(v.Items, items, now); err != nil {
		return purchase{}, err
	}
	if err := p.pay(account, now); err != nil {
		return purchase{}, err
	}
	net, err := v.Quote.Total.Sub(v.Quote.Tax)
	if err != nil {
		return purchase{}, err
	}
	p.invoice = ledger.Invoice{
		Customer: cart.Customer, ID: p.order.InvoiceID, OrderID: p.order.ID, At: now,
		Net: net, Tax: v.Quote.Tax, Gross: v.Quote.Total,
	}
	p.record = IdempotencyRecord{
		Customer: cart.Customer, Key: key, Body: confirmed.String(), OrderID: p.order.ID, At: now, ExpiresAt: now.Add(KeyLifetime),
	}
	p.cart = cart.without(p.order.Lines)
	return p, nil
}

// assign moves each held DID to a rental of its own.
func (p *purchase) assign(held []Item, items map[e164.Number]did.DID, now time.Time) error {
	for _, h := range held {
		move, err := did.Assign(items[h.Number], newID(now), now, time.UTC)
		if err != nil {
			return err
		}
		p.moves = append(p.moves, move)
		p.order.Lines = append(p.order.Lines, OrderLine{Number: h.Number, RentalID: move.To.RentalID, Offer: h.Offer})
	}
	return nil
}

// pay books the order's charges: per rental its setup and its period 0.
func (p *purchase) pay(account ledger.Account, now time.Time) error {
	var charges []ledger.Posting
	for _, l := range p.order.Lines {
		charges = append(charges,
			ledger.Posting{Account: ledger.Setup, Amount: l.Terms.Setup, Number: l.Number, RentalID: l.RentalID},
			ledger.Posting{Account: ledger.Recurring, Amount: l.Terms.Recurring, Number: l.Number, RentalID: l.RentalID})
	}
	var err error
	p.account, p.entry, err = account.Post(ledger.Order, charges, ledger.Reference{
		OrderID: p.order.ID, InvoiceID: p.order.InvoiceID, Note: fmt.Sprintf("Order %s", p.order.Number),
	}, now)
	p.account.To.Orders, p.account.To.Invoices = account.Orders+1, account.Invoices+1
	p.order.EntrySeq = p.entry.Seq
	return err
}
