// Package audit compares the records that a system at rest keeps in several places:
// the balance with the ledger, orders with rentals, holds with carts, the search
// with the stock. It reads only by HTTP and shares no code with the system.
package audit

import (
	"fmt"
	"math/big"

	"didpurchase/infra/client"
)

// rat returns the amount as a number for calculations; zero if isNumber is false.
func rat(m client.Money) *big.Rat {
	if r, ok := new(big.Rat).SetString(m.Amount); ok {
		return r
	}
	return new(big.Rat)
}

// isNumber reports whether the amount is a number.
func isNumber(m client.Money) bool {
	_, ok := new(big.Rat).SetString(m.Amount)
	return ok
}

// findings are contradictions, each a sentence.
type findings []string

func (f *findings) add(format string, values ...any) { *f = append(*f, fmt.Sprintf(format, values...)) }

// sum returns the total of all amounts.
func sum[T any](all []T, amount func(T) client.Money) *big.Rat {
	total := new(big.Rat)
	for _, one := range all {
		total.Add(total, rat(amount(one)))
	}
	return total
}

func text(r *big.Rat) string { return r.FloatString(2) }
