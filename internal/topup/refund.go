package topup

import (
	"context"
	"errors"
	"fmt"

	"didpurchase/internal/commit"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// ErrNothingToRefund means that no payment by the provider is large enough.
var ErrNothingToRefund = errors.New("topup: no payment is large enough for the refund")

// Refund is money that goes back to a payment.
type Refund struct {
	ID      string // ours, of a credit note; one refund for each
	Payment string // the provider's id of the payment
	Amount  money.Amount
}

// RefusalOf returns the provider's reason, "" for another error or none.
func RefusalOf(err error) string {
	var refused *Refused
	if errors.As(err, &refused) {
		return refused.Reason
	}
	return ""
}

// newest is how many of the customer's last top-ups are looked at for a refund.
const newest = 100

// Refundable returns the provider's id of the newest payment of the customer's to
// which an amount can go back. Errors: ErrNoProvider, ErrNothingToRefund.
func (s *Service) Refundable(ctx context.Context, c ledger.Customer, amount money.Amount) (string, error) {
	tenant, err := s.store.Carrier(ctx, c.Carrier)
	if err != nil {
		return "", err
	}
	if s.providers[tenant.Payments] == nil {
		return "", ErrNoProvider
	}
	topUps, _, err := s.store.TopUps(ctx, c, shop.Page{Limit: newest})
	if err != nil {
		return "", err
	}
	for _, t := range topUps {
		if t.Status != Paid || t.Provider != tenant.Payments {
			continue
		}
		payment, err := s.store.Payment(ctx, c.Carrier, t.Provider, t.Payment)
		if err != nil {
			return "", err
		}
		left, err := payment.leftOf(t.Amount)
		if err != nil {
			return "", err
		}
		if enough, err := left.Cmp(amount); err == nil && enough >= 0 {
			return t.Payment, nil
		}
	}
	return "", fmt.Errorf("%w: %s", ErrNothingToRefund, amount)
}

// leftOf returns the part of the paid amount that was not taken back.
func (p Payment) leftOf(paid money.Amount) (money.Amount, error) {
	for _, r := range p.Reversals {
		if r.Returned {
			continue
		}
		var err error
		if paid, err = paid.Sub(r.Amount); err != nil {
			return paid, err
		}
	}
	return paid, nil
}

// Refund asks the provider to send money back, and enters it if that is done
// already; else the provider's notification enters it. It is idempotent by the
// refund's ID: the provider keeps our key for a day, and a refund that we know of
// is not asked for again.
//
// Errors: ErrProvider, *Refused, ErrNoProvider.
func (s *Service) Refund(ctx context.Context, c ledger.Customer, r Refund) error {
	tenant, err := s.store.Carrier(ctx, c.Carrier)
	if err != nil {
		return err
	}
	provider := s.providers[tenant.Payments]
	if provider == nil {
		return ErrNoProvider
	}
	payment, err := s.store.Payment(ctx, c.Carrier, tenant.Payments, r.Payment)
	if err != nil {
		return err
	}
	for _, known := range payment.Reversals {
		if known.For == r.ID {
			return nil
		}
	}
	secret, err := s.secrets.Secret(ctx, c.Carrier, tenant.Payments)
	if errors.Is(err, commit.ErrNotFound) {
		return fmt.Errorf("%w: its secrets are not stored", ErrNoProvider)
	}
	if err != nil {
		return err
	}
	reversal, err := provider.Refund(ctx, secret, c, r)
	if err != nil {
		return err
	}
	told := telling{Service: s, carrier: c.Carrier, provider: tenant.Payments, Notification: Notification{
		ID: reversal.ID, At: s.now(), Payment: r.Payment, Reversal: &reversal,
	}}
	return told.reverse(ctx)
}
