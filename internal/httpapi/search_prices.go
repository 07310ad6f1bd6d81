package httpapi

import (
	"context"
	"maps"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// pricesFor are those of the prices that the caller can buy at: a customer those
// in the account's currency, as a hold decides; staff see all.
func pricesFor(ctx context.Context, offers Offers, prices catalogue.Prices) (catalogue.Prices, error) {
	who := caller(ctx)
	if who.IsStaff() {
		return prices, nil
	}
	currency, err := offers.Currency(ctx, ledger.Customer{Carrier: who.Carrier, ID: who.Customer})
	if err != nil {
		return nil, err
	}
	prices = maps.Clone(prices)
	maps.DeleteFunc(prices, func(_ string, p pricing.Package) bool { return p.Recurring.Currency() != currency })
	return prices, nil
}
