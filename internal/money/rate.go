package money

import (
	"fmt"

	"github.com/bojanz/currency"
)

// Rate is a percentage, such as a tax: exact, at least 0 and at most 100. The
// zero Rate is 0 %.
type Rate struct{ percent string }

// ParseRate reads a plain decimal from 0 to 100 ("20", "8.25"); "" is 0. Errors
// wrap ErrInvalid.
func ParseRate(percent string) (Rate, error) {
	if percent == "" {
		return Rate{}, nil
	}
	if !IsDecimal(percent) {
		return Rate{}, fmt.Errorf("%w: %.40q is not a plain decimal", ErrInvalid, percent)
	}
	a, err := currency.NewAmount(percent, anyCurrency)
	if err != nil || a.IsNegative() || exceeds(a, "100") {
		return Rate{}, fmt.Errorf("%w: %q is not a percentage from 0 to 100", ErrInvalid, percent)
	}
	if a.IsZero() {
		return Rate{}, nil
	}
	return Rate{a.Number()}, nil
}

// anyCurrency makes an Amount of a percentage, which has no currency.
const anyCurrency = "USD"

// exceeds reports whether a is more than a limit.
func exceeds(a currency.Amount, limit string) bool {
	most, err := currency.NewAmount(limit, anyCurrency)
	if err != nil { // limit is a constant
		panic(err)
	}
	over, err := a.Cmp(most)
	if err != nil { // both have one currency
		panic(err)
	}
	return over > 0
}

// String returns the percentage as a plain decimal.
func (r Rate) String() string {
	if r.percent == "" {
		return "0"
	}
	return r.percent
}

// Equal reports whether two rates are the same.
func (r Rate) Equal(other Rate) bool { return r == other }

// Of returns the rate's part of an amount, rounded half even to the currency's
// minor unit.
func (r Rate) Of(a Amount) Amount {
	hundredfold, err := a.a.Mul(r.String())
	if err != nil { // a parsed rate always multiplies
		panic(err)
	}
	part, err := hundredfold.Div("100")
	if err != nil { // 100 always divides
		panic(err)
	}
	return roundedToMinor(part)
}
