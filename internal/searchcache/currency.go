package searchcache

import (
	"context"

	"didpurchase/internal/ledger"
)

// maxCurrencies is the most customers with a kept currency, some 100 bytes
// each.
const maxCurrencies = 10_000

// Currency returns the currency of a customer's account, "" if there is none.
// An account never changes it, so it is read once.
func (c *Cache) Currency(ctx context.Context, customer ledger.Customer) (string, error) {
	c.mu.Lock()
	currency := c.currencies[customer]
	c.mu.Unlock()
	if currency != "" {
		return currency, nil
	}
	currency, err := c.source.AccountCurrency(ctx, customer)
	if err != nil || currency == "" {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.currencies) == maxCurrencies {
		clear(c.currencies)
	}
	c.currencies[customer] = currency
	return currency, nil
}
