package dynamo

import (
	"context"

	"didpurchase/internal/ledger"
)

// maxCurrencies is the most customers with a kept currency, some 100 bytes
// each.
const maxCurrencies = 10_000

// Currency returns the currency of a customer's account, "" if there is none.
// An account never changes it (accountWrites), so it is read once.
func (c *Copy) Currency(ctx context.Context, customer ledger.Customer) (string, error) {
	c.lock.Lock()
	currency := c.currencies[customer]
	c.lock.Unlock()
	if currency != "" {
		return currency, nil
	}
	currency, err := c.store.AccountCurrency(ctx, customer)
	if err != nil || currency == "" {
		return "", err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if len(c.currencies) == maxCurrencies {
		clear(c.currencies)
	}
	c.currencies[customer] = currency
	return currency, nil
}
