// Package money has decimal amounts with their currency. It knows nothing about
// purchases, and never uses floats.
package money

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/bojanz/currency"
)

// Errors of this package.
var (
	ErrCurrencyMismatch = errors.New("money: amounts of different currencies")
	ErrInvalid          = errors.New("money: not an amount")
	ErrTooLarge         = errors.New("money: amount is too large")
)

// Amount is an exact decimal number of a currency, kept to the currency's minor
// unit (ISO 4217: two digits for USD, none for JPY). It is always finite, and
// never negative zero. The zero Amount is zero without a currency; it can be
// added to any amount.
type Amount struct{ a currency.Amount }

// Parse reads a plain decimal ("10.00", "-2.5") of an ISO 4217 currency, with
// at most 15 digits before the point. More decimals than the currency has are
// an error; they are never rounded away. Errors wrap ErrInvalid.
func Parse(number, code string) (Amount, error) { return parse(number, code, maxWritten) }

// ParseSum is Parse for sums of parsed amounts, which may be larger than each
// of them.
func ParseSum(number, code string) (Amount, error) { return parse(number, code, maxKept) }

func parse(number, code string, maxWhole int) (Amount, error) {
	if !isDecimal(number, maxWhole) {
		return Amount{}, fmt.Errorf("%w: %.40q is not a plain decimal with at most %d digits before its point", ErrInvalid,
			number, maxWhole)
	}
	a, err := currency.NewAmount(number, code)
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %.40q is not an ISO 4217 currency", ErrInvalid, code)
	}
	digits, _ := currency.GetDigits(code)
	rounded := a.RoundTo(digits, currency.RoundHalfEven)
	if !rounded.Equal(a) {
		return Amount{}, fmt.Errorf("%w: %q has more than the %d decimals of %s", ErrInvalid, number, digits, code)
	}
	return positiveZero(rounded), nil
}

// positiveZero returns a, or 0.00 in place of -0.00, which decimal arithmetic
// can produce.
func positiveZero(a currency.Amount) Amount {
	if !a.IsZero() || a.CurrencyCode() == "" {
		return Amount{a}
	}
	zero, _ := currency.NewAmountFromInt64(0, a.CurrencyCode()) // a's currency exists
	return Amount{zero}
}

// MustParse is Parse for constants; it panics on an error.
func MustParse(number, code string) Amount {
	a, err := Parse(number, code)
	if err != nil {
		panic(err)
	}
	return a
}

// Decimals returns the number of decimals of a currency's amounts; 0 for an unknown
// code.
func Decimals(code string) int {
	digits, _ := currency.GetDigits(code)
	return int(digits)
}

// Zero returns zero in a currency.
func Zero(code string) Amount {
	a, err := Parse("0", code)
	if err != nil {
		return Amount{}
	}
	return a
}

// Number returns the decimal with all digits of the minor unit: "10.00".
func (a Amount) Number() string { return a.a.Number() }

// Currency returns the ISO 4217 code.
func (a Amount) Currency() string { return a.a.CurrencyCode() }

func (a Amount) String() string { return a.Number() + " " + a.Currency() }

// IsZero reports whether the amount is zero, in any currency.
func (a Amount) IsZero() bool { return a.a.IsZero() }

// IsNegative reports whether the amount is below zero.
func (a Amount) IsNegative() bool { return a.a.IsNegative() }

// Equal reports whether both the number and the currency are equal.
func (a Amount) Equal(b Amount) bool { return a.a.Equal(b.a) }

// Add returns a + b. Errors: ErrCurrencyMismatch, ErrTooLarge.
func (a Amount) Add(b Amount) (Amount, error) { return checked(a.a.Add(b.a)) }

// Sub returns a − b. Errors: ErrCurrencyMismatch, ErrTooLarge.
func (a Amount) Sub(b Amount) (Amount, error) { return checked(a.a.Sub(b.a)) }

// Neg returns −a.
func (a Amount) Neg() Amount {
	if a.IsZero() {
		return a
	}
	negated, err := a.a.Mul("-1")
	if err != nil { // -1 always parses
		panic(err)
	}
	return Amount{negated}
}

// Share returns part/whole of a, rounded half even to the currency's minor
// unit. Parts and wholes are days, or percents: 0 <= part <= whole, 0 < whole.
func (a Amount) Share(part, whole int) Amount {
	if part < 0 || part > whole || whole <= 0 {
		panic(fmt.Sprintf("money: there is no share %d/%d", part, whole))
	}
	return a.Times(part, whole)
}

// Times returns a × part/whole, rounded half even to the currency's minor unit,
// for 0 <= part and 0 < whole.
func (a Amount) Times(part, whole int) Amount {
	if part < 0 || whole <= 0 {
		panic(fmt.Sprintf("money: no amount is multiplied by %d/%d", part, whole))
	}
	multiple, err := a.a.Mul(strconv.Itoa(part))
	if err != nil { // an integer always parses
		panic(err)
	}
	quotient, err := multiple.Div(strconv.Itoa(whole))
	if err != nil { // an integer above 0 always divides
		panic(err)
	}
	return roundedToMinor(quotient)
}

func roundedToMinor(a currency.Amount) Amount {
	digits, _ := currency.GetDigits(a.CurrencyCode())
	return positiveZero(a.RoundTo(digits, currency.RoundHalfEven))
}

// Cmp returns −1, 0 or +1 if a is less than, equal to or more than b. Errors:
// ErrCurrencyMismatch.
func (a Amount) Cmp(b Amount) (int, error) {
	cmp, err := a.a.Cmp(b.a)
	if err != nil {
		return 0, fmt.Errorf("%w: %s and %s", ErrCurrencyMismatch, a.Currency(), b.Currency())
	}
	return cmp, nil
}

// Sum adds amounts of one currency; without amounts it is Zero(code). Errors:
// ErrCurrencyMismatch, ErrTooLarge.
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

// checked returns an operation's result, or an error if the operands'
// currencies differ or the result has too many digits.
func checked(a currency.Amount, err error) (Amount, error) {
	if err != nil {
		return Amount{}, fmt.Errorf("%w: %v", ErrCurrencyMismatch, err)
	}
	if !isDecimal(a.Number(), maxKept) {
		return Amount{}, fmt.Errorf("%w: it has more than %d digits before its point", ErrTooLarge, maxKept)
	}
	return positiveZero(a), nil
}

// IsWritable reports whether Parse reads the amount back. Amounts that people
// see and confirm must be writable.
func (a Amount) IsWritable() bool { return IsDecimal(a.Number()) }

// wire is the JSON form of an amount: {"amount": "10.00", "currency": "USD"}.
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
