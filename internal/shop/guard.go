package shop

import (
	"context"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// IssueGuarded calls issue for the invoices that the customer's cart guards, if the
// guard is due, and then ends the guard. Invoices that are issued already are among
// them: issue has to be idempotent. A checkout that comes in between writes the
// cart, so its invoice is not missed.
//
// Example: the checkouts of an hour made the invoices 7, 8 and 9, and the message
// about 8 was lost. The guard begins at 7, so issue gets all three.
func (s *Service) IssueGuarded(ctx context.Context, c ledger.Customer, issue func([]ledger.InvoiceRef) error) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		cart, err := s.store.Cart(ctx, c)
		if err != nil || cart.Guard.From == 0 || cart.Guard.At.After(s.now()) {
			return struct{}{}, err
		}
		account, err := s.store.Account(ctx, c)
		if err != nil {
			return struct{}{}, err
		}
		var refs []ledger.InvoiceRef
		for n := cart.Guard.From; n <= account.Invoices; n++ {
			refs = append(refs, ledger.InvoiceRef{Customer: c, Number: n})
		}
		if err := issue(refs); err != nil {
			return struct{}{}, err
		}
		u := cart.with(cart.Lines, cart.Rests)
		u.To.Guard = Guard{}
		return struct{}{}, s.commitCart(ctx, u)
	})
	return err
}
