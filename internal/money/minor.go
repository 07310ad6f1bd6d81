package money

import (
	"fmt"
	"math/bits"

	"github.com/bojanz/currency"
)

// Minor returns the amount in minor units: 1050 for 10.50 USD, 500 for 500 JPY.
// Errors: ErrTooLarge.
func (a Amount) Minor() (int64, error) {
	if a.Currency() == "" {
		return 0, nil
	}
	units, err := a.a.Int64()
	if err != nil {
		return 0, fmt.Errorf("%w: %s in minor units", ErrTooLarge, a)
	}
	return units, nil
}

// FromMinor is the reverse of Minor. Errors: ErrInvalid for an unknown currency.
func FromMinor(units int64, code string) (Amount, error) {
	a, err := currency.NewAmountFromInt64(units, code)
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %.40q is not an ISO 4217 currency", ErrInvalid, code)
	}
	return positiveZero(a), nil
}

// Proportion returns whole × part ÷ of, rounded half up, for 0 <= part <= of and
// 0 <= whole. With of = 0 it is 0.
//
// Example: a part of 1000 of an amount of 1200 with a tax of 200 has a tax of
// Proportion(200, 1000, 1200) = 167.
func Proportion(whole, part, of int64) int64 {
	if of == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(whole), uint64(part))
	quotient, rest := bits.Div64(high, low, uint64(of))
	if rest >= uint64(of)-rest {
		quotient++
	}
	return int64(quotient)
}
