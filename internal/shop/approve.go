package shop

import (
	"context"
	"fmt"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
)

// Approve pays an order that waits for an approval, and rents its numbers. It is
// idempotent. The order costs the total that the approver confirms, or without one
// the total that was asked for; at another total nothing is charged and the order
// waits on, as after any other refusal.
//
// Errors: commit.ErrNotFound, ErrNotWaiting, *TotalChanged,
// *ledger.InsufficientFunds, ledger.ErrAccountClosed, ledger.ErrPurchasingOff,
// *ledger.OverLimit.
func (l *LargeOrders) Approve(ctx context.Context, c ledger.Customer, id string, confirmed money.Amount,
	byStaff bool) (Order, error) {
	o, err := commit.Insist(ctx, func() (Order, error) {
		o, err := l.store.Order(ctx, c, id)
		if err != nil || o.decision() == Approved {
			return o, err
		}
		return l.approve(ctx, o, confirmed, byStaff)
	})
	if err != nil || len(o.Lines) == 0 {
		return o, err
	}
	if err := l.WorkOff(ctx, c, id); err != nil {
		return o, nil //nolint:nilerr // it is paid, and a worker goes on
	}
	if now, err := l.store.Order(ctx, c, id); err == nil {
		o = now
	}
	return o, nil
}

// decision returns how the order's wait ended, "" if it has not.
func (o Order) decision() Decision {
	if o.Large == nil || o.Large.Approval == nil {
		return ""
	}
	return o.Large.Approval.Decision
}

// waits returns nil if the order waits for an approval. Errors: ErrNotWaiting.
func (o Order) waits(now time.Time) error {
	if o.Status != AwaitingApproval || !now.Before(o.Large.Deadline) {
		return fmt.Errorf("%w: %s is %s %s", ErrNotWaiting, o.ID, o.Status, o.decision())
	}
	return nil
}

// approve takes the money for a waiting order.
func (l *LargeOrders) approve(ctx context.Context, o Order, confirmed money.Amount, byStaff bool) (Order, error) {
	account, err := l.store.Account(ctx, o.Customer)
	if err != nil {
		return o, err
	}
	r, err := l.ratesToBuy(ctx, account)
	if err != nil {
		return o, err
	}
	if err := o.waits(r.now); err != nil {
		return o, err
	}
	if confirmed.Currency() == "" {
		confirmed = o.Large.Approval.Total
	}
	quote, err := quoteOf(account.Currency, o.Large.Counted, r)
	if err != nil {
		return o, err
	}
	if !quote.Total.Equal(confirmed) {
		return o, &TotalChanged{Confirmed: confirmed, Today: quote.Total}
	}
	p, after, err := o.paid(account, confirmed, r)
	if err != nil {
		return o, err
	}
	after = after.decided(Approved, auth.ActorOf(ctx))
	after.Large.Approval.ByStaff = byStaff
	return after, l.write(ctx, append(o.next(after), p.account, p.entry, p.invoice)...)
}

// Decline rejects an order that waits for an approval; its numbers become free. It
// is idempotent. Errors: commit.ErrNotFound, ErrNotWaiting.
func (l *LargeOrders) Decline(ctx context.Context, c ledger.Customer, id, reason string, byStaff bool) (Order, error) {
	return commit.Insist(ctx, func() (Order, error) {
		o, err := l.store.Order(ctx, c, id)
		if err != nil || o.decision() == Declined {
			return o, err
		}
		now := l.now()
		if err := o.waits(now); err != nil {
			return o, err
		}
		after, err := o.worked(now).on(stopped)
		if err != nil {
			return o, err
		}
		after = after.decided(Declined, auth.ActorOf(ctx))
		after.Large.Stopped = Stopped{StoppedByApprover, "it was declined: " + reason}
		after.Large.Approval.Reason, after.Large.Approval.ByStaff = reason, byStaff
		return after, l.write(ctx, o.next(after)...)
	})
}

// expire has the numbers of a waiting order released when its deadline is over.
func (l *LargeOrders) expire(ctx context.Context, o Order) error {
	after, err := o.worked(l.now()).on(stopped)
	if err != nil {
		return err
	}
	after = after.decided(Expired, auth.Renewals)
	after.Large.Stopped = Stopped{stoppedUnapproved, "nobody approved it in time"}
	return l.write(ctx, o.next(after)...)
}
