package shop

import (
	"context"
	"fmt"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
)

// OverReserved refuses a large order: with it, the customer's running orders would
// ask for more numbers than the carrier allows.
type OverReserved struct{ Running, Wanted, Limit int }

func (e *OverReserved) Error() string {
	return fmt.Sprintf("shop: running orders ask for %d numbers, and this one for %d: at most %d", e.Running, e.Wanted,
		e.Limit)
}

// claim counts an order's numbers on the account, so that nobody reserves a whole
// inventory for free. Staff's orders are not limited. Errors: *OverReserved.
func (o Order) claim(on *ledger.Account, r rates) error {
	w := o.Large.Wanted
	if w.ByStaff {
		return nil
	}
	limit := r.carrier.MaxReserved
	if on.Reserving+w.Quantity > limit {
		return &OverReserved{Running: on.Reserving, Wanted: w.Quantity, Limit: limit}
	}
	on.Reserving += w.Quantity
	o.Large.Claim = w.Quantity
	return nil
}

// unclaim returns the account without the numbers of an order.
func (o Order) unclaim(account ledger.Account) ledger.Account {
	if o.Large != nil {
		account.Reserving = max(0, account.Reserving-o.Large.Claim)
	}
	return account
}

// releaseClaim returns the write of the account that no longer counts the order's
// numbers. A closed account is not written: it orders nothing.
func (l *LargeOrders) releaseClaim(ctx context.Context, o Order) ([]commit.Change, error) {
	if o.Large.Claim == 0 {
		return nil, nil
	}
	account, err := l.store.Account(ctx, o.Customer)
	if err != nil || account.Status != ledger.Active {
		return nil, err
	}
	update := account.Fence()
	update.To = o.unclaim(update.To)
	return []commit.Change{update}, nil
}
