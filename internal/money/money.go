// Package money is decimal amounts with their currency. It knows nothing of
// what is paid for, and never uses floats.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/bojanz/currency"
)

// Errors of this package.
var (
	ErrCurrencyMismatch = errors.New("money: amounts of different currencies")
	ErrInvalid          = errors.New("money: not an amount")
)

// Amount is an exact decimal number of a currency, kept to the currency's
// minor unit (ISO 4217: two digits for USD, none for JPY). The zero Amount is
// nothing in no currency; it may be added to any.
type Amount struct{ a currency.Amount }

// Parse reads a plain decimal ("10.00", "-2.5") of an ISO 4217 currency. More
// fraction digits than the currency has are an error, never rounded away.
// Errors wrap ErrInvalid.
func Parse(number, code string) (Amount, error) {
	a, err := currency.NewAmount(number, code)
	if err != nil || strings.ContainsAny(number, "eE") {
		return Amount{}, fmt.Errorf("%w: %q %q", ErrInvalid, number, code)
	}
	digits, _ := currency.GetDigits(code)
	rounded := a.RoundTo(digits, currency.RoundHalfEven)
	if cmp, err := rounded.Cmp(a); err != nil || cmp != 0 {
		return Amount{}, fmt.Errorf("%w: %q has more than the %d decimals of %s", ErrInvalid, number, digits, code)
	}
	return Amount{rounded}, nil
}

// MustParse is Parse for amounts that stand in the source; it panics on an error.
func MustParse(number, code string) Amount {
	a, err := Parse(number, code)
	if err != nil {
		panic(err)
	}
	return a
}

// Zero is nothing, in a currency.
func Zero(code string) Amount {
	a, err := Parse("0", code)
	if err != nil {
		return Amount{}
	}
	return a
}

// Number is the decimal with all digits of the minor unit: "10.00".
func (a Amount) Number() string { return a.a.Number() }

// Currency is the ISO 4217 code.
func (a Amount) Currency() string { return a.a.CurrencyCode() }

func (a Amount) String() string { return a.Number() + " " + a.Currency() }

// IsZero says whether the amount is nothing, in whatever currency.
func (a Amount) IsZero() bool { return a.a.IsZero() }

// IsNegative says whether the amount is below zero.
func (a Amount) IsNegative() bool { return a.a.IsNegative() }

// Equal says whether both the number and the currency are the same.
func (a Amount) Equal(b Amount) bool { return a.a.Equal(b.a) }

// Add is a + b. Errors: ErrCurrencyMismatch.
func (a Amount) Add(b Amount) (Amount, error) { return mend(a.a.Add(b.a)) }

// Sub is a − b. Errors: ErrCurrencyMismatch.
func (a Amount) Sub(b Amount) (Amount, error) { return mend(a.a.Sub(b.a)) }

// Neg is −a.
func (a Amount) Neg() Amount { return a.Times(-1) }

// Times is n × a, exactly.
func (a Amount) Times(n int64) Amount {
	product, err := a.a.Mul(strconv.FormatInt(n, 10))
	if err != nil { // an integer always parses
		return Amount{}
	}
	return Amount{product}
}

// Share is part/whole of a, rounded half even to the currency's minor unit.
func (a Amount) Share(part, whole int64) Amount {
	quotient, err := a.Times(part).a.Div(strconv.FormatInt(whole, 10))
	if err != nil { // only a division by zero
		return Amount{}
	}
	digits, _ := currency.GetDigits(a.Currency())
	return Amount{quotient.RoundTo(digits, currency.RoundHalfEven)}
}

// Cmp is −1, 0 or +1 as a is less than, equal to or more than b.
// Errors: ErrCurrencyMismatch.
func (a Amount) Cmp(b Amount) (int, error) {
	cmp, err := a.a.Cmp(b.a)
	if err != nil {
		return 0, fmt.Errorf("%w: %s and %s", ErrCurrencyMismatch, a.Currency(), b.Currency())
	}
	return cmp, nil
}

// Sum adds amounts of one currency; of none it is Zero(code).
// Errors: ErrCurrencyMismatch.
func Sum(code string, amounts ...Amount) (Amount, error) {
	total := Zero(code)
	for _, a := range amounts {
		var err error
		if total, err = total.Add(a); err != nil {
			return Amount{}, err
		}
	}
	return total, nil
}

func mend(a currency.Amount, err error) (Amount, error) {
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %v", ErrCurrencyMismatch, err)
	}
	return Amount{a}, nil
}

// wire is the form of an amount in JSON: {"amount": "10.00", "currency": "USD"}.
type wire struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

// MarshalJSON writes {"amount": "10.00", "currency": "USD"}.
func (a Amount) MarshalJSON() ([]byte, error) {
	return json.Marshal(wire{a.Number(), a.Currency()})
}

// UnmarshalJSON reads what MarshalJSON writes. Errors wrap ErrInvalid.
func (a *Amount) UnmarshalJSON(data []byte) (err error) {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("%w: %v", ErrInvalid, err)
	}
	*a, err = Parse(w.Amount, w.Currency)
	return err
}
