package customer

import (
	"context"
	"maps"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// pricesFor returns the prices at which the caller can buy: for a customer
// those in the account's currency, as a hold decides; for staff all.
func pricesFor(ctx context.Context, offers Offers, prices search.Prices) (search.Prices, error) {
	who := httpapi.Caller(ctx)
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
