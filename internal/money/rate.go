package money

import (
	"fmt"
	"strings"

	"github.com/bojanz/currency"
)

// Rate is a percentage, such as a tax: exact, at least 0 and at most 100. The
// zero Rate is 0 %.
type Rate struct{ percent string }

// ParseRate reads a plain decimal ("20", "8.25"), "" being 0. Errors wrap
// ErrInvalid.
func ParseRate(percent string) (Rate, error) {
	if percent == "" {
		return Rate{}, nil
	}
	// Any currency will do: only the number is looked at.
	a, err := currency.NewAmount(percent, "USD")
	if err != nil || strings.ContainsAny(percent, "eE+") || len(percent) > 12 || a.IsNegative() {
		return Rate{}, fmt.Errorf("%w: %q percent", ErrInvalid, percent)
	}
	if a.IsZero() {
		return Rate{}, nil
	}
	hundred, _ := currency.NewAmount("100", "USD")
	if over, err := a.Cmp(hundred); err != nil || over > 0 {
		return Rate{}, fmt.Errorf("%w: %q percent", ErrInvalid, percent)
	}
	return Rate{a.Number()}, nil
}

// String is the percentage as a plain decimal.
func (r Rate) String() string {
	if r.percent == "" {
		return "0"
	}
	return r.percent
}

// Of is the rate's part of an amount, rounded half even to the currency's minor
// unit.
func (r Rate) Of(a Amount) Amount {
	hundredfold, err := a.a.Mul(r.String())
	if err != nil { // a parsed rate always multiplies
		return Amount{}
	}
	return Amount{hundredfold}.Share(1, 100)
}
