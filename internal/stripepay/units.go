package stripepay

import (
	"fmt"
	"strconv"
	"strings"

	"didpurchase/internal/money"
)

// unlikeISO are the currencies for which Stripe uses another number of decimals
// than ISO 4217. https://docs.stripe.com/currencies#special-cases
var unlikeISO = map[string]int{"ISK": 2, "UGX": 2, "MGA": 0}

func decimals(code string) int {
	if n, ok := unlikeISO[code]; ok {
		return n
	}
	return money.Decimals(code)
}

// unitsOf returns an amount in Stripe's smallest units: 10.50 USD is 1050, and
// 500 JPY is 500.
func unitsOf(a money.Amount) (int64, error) {
	whole, part, _ := strings.Cut(a.Number(), ".")
	n := decimals(a.Currency())
	kept := (part + strings.Repeat("0", n))[:n]
	if strings.Trim(strings.TrimPrefix(part, kept), "0") != "" {
		return 0, fmt.Errorf("the provider takes %s with %d decimals", a.Currency(), n)
	}
	return strconv.ParseInt(whole+kept, 10, 64)
}

// amountOf is the reverse of unitsOf.
func amountOf(units int64, currency string) (money.Amount, error) {
	code := strings.ToUpper(currency)
	n := decimals(code)
	digits := fmt.Sprintf("%0*d", n+1, units)
	whole, part := digits[:len(digits)-n], digits[len(digits)-n:]
	if n == 0 || strings.Trim(part, "0") == "" && money.Decimals(code) < n {
		return money.Parse(whole, code)
	}
	return money.Parse(whole+"."+part, code)
}
