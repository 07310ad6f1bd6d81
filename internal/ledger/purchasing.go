package ledger

import (
	"errors"
	"fmt"
	"time"

	"didpurchase/internal/money"
)

// ErrPurchasingOff is a purchase by a customer that is only allowed to search.
var ErrPurchasingOff = errors.New("ledger: the customer may search, but not buy")

// PurchasingMode is a customer's permission to buy.
type PurchasingMode string

// The modes. An account without one allows purchases.
const (
	PurchasesAllowed PurchasingMode = "allowed"
	SearchOnly       PurchasingMode = "search_only"
	NeedsApproval    PurchasingMode = "needs_approval" // orders of others than owners wait for an approval
)

// Purchasing is the carrier's rule for the customer's own orders. It does not
// limit renewals, nor the numbers that staff assign.
type Purchasing struct {
	Mode  PurchasingMode
	Limit money.Amount // of the orders of a calendar month, with tax; without a currency: no limit
	Month string       // of the last order, such as 2026-11, in the carrier's time zone
	Spent money.Amount // on the orders of Month, with tax
	// ApprovalAbove is the total, with tax, up to which an order needs no approval
	// in the mode NeedsApproval; without a currency every order needs one.
	ApprovalAbove money.Amount
}

// Known reports whether the mode exists.
func (m PurchasingMode) Known() bool {
	return m == PurchasesAllowed || m == SearchOnly || m == NeedsApproval
}

// InMode returns the mode of purchases.
func (p Purchasing) InMode() PurchasingMode {
	if p.Mode == "" {
		return PurchasesAllowed
	}
	return p.Mode
}

// HasLimit reports whether the orders of a month are limited.
func (p Purchasing) HasLimit() bool { return p.Limit.Currency() != "" }

// NeedsApproval reports whether an order of this total, by somebody who is not
// allowed to approve it, waits for an approval. Errors: money.ErrCurrencyMismatch.
func (p Purchasing) NeedsApproval(total money.Amount) (bool, error) {
	if p.InMode() != NeedsApproval || p.ApprovalAbove.Currency() == "" {
		return p.InMode() == NeedsApproval, nil
	}
	above, err := total.Cmp(p.ApprovalAbove)
	return above > 0, err
}

// OverLimit refuses an order that the month's limit does not cover.
type OverLimit struct {
	Total, Spent, Limit money.Amount
	Month               string
}

func (e *OverLimit) Error() string {
	return fmt.Sprintf("ledger: an order of %s after %s in %s is over the limit of %s", e.Total, e.Spent, e.Month, e.Limit)
}

// MayBuy returns nil if the customer is allowed to buy. Errors:
// ErrAccountClosed, ErrPurchasingOff.
func (a Account) MayBuy() error {
	if a.Status != Active {
		return fmt.Errorf("%w: %s", ErrAccountClosed, a.Customer)
	}
	if a.Purchasing.InMode() == SearchOnly {
		return fmt.Errorf("%w: %s", ErrPurchasingOff, a.Customer)
	}
	return nil
}

// Spend counts an order's total against the limit of its month. The returned
// account has the same version: the order's entry is posted to it. Errors:
// ErrAccountClosed, ErrPurchasingOff, *OverLimit, money.ErrCurrencyMismatch.
func (a Account) Spend(total money.Amount, now time.Time, loc *time.Location) (Account, error) {
	if err := a.MayBuy(); err != nil {
		return a, err
	}
	month, spent := now.In(loc).Format("2006-01"), money.Zero(a.Currency)
	if a.Purchasing.Month == month {
		spent = a.Purchasing.Spent
	}
	sum, err := spent.Add(total)
	if err != nil {
		return a, err
	}
	if a.Purchasing.HasLimit() {
		over, err := sum.Cmp(a.Purchasing.Limit)
		if err != nil {
			return a, err
		}
		if over > 0 {
			return a, &OverLimit{Total: total, Spent: spent, Limit: a.Purchasing.Limit, Month: month}
		}
	}
	a.Purchasing.Month, a.Purchasing.Spent = month, sum
	return a, nil
}
