// Package moneytest makes amounts for tests.
package moneytest

import (
	"fmt"

	"didpurchase/internal/money"
)

// Cents returns n hundredths of a US dollar.
func Cents(n int64) money.Amount {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return money.MustParse(fmt.Sprintf("%s%d.%02d", sign, n/100, n%100), "USD")
}
