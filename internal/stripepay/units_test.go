package stripepay

import (
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

// Stripe counts in the smallest unit of a currency, which for some currencies
// differs from ISO 4217.
func TestUnitsAreStripes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"10.50 USD": 1050, "0.05 USD": 5, "1000000.00 EUR": 100_000_000, "500 JPY": 500, "1.250 KWD": 1250, "500 ISK": 50_000,
		"500 UGX": 50_000, "500.00 MGA": 500,
	} {
		amount := money.MustParse(text[:len(text)-4], text[len(text)-3:])
		units, err := unitsOf(amount)
		wanttest.True(t, text+" can be paid", err == nil)
		wanttest.Equal(t, text+" in units", units, want)
		back, err := amountOf(units, amount.Currency())
		wanttest.True(t, text+" is read back", err == nil && back.Equal(amount))
	}
	_, err := unitsOf(money.MustParse("500.20", "MGA"))
	wanttest.True(t, "a part that Stripe does not take is refused", err != nil)
}

func TestUnitsAreReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		code := rapid.SampledFrom([]string{"usd", "JPY", "kwd", "EUR"}).Draw(r, "currency")
		units := rapid.Int64Range(0, 99_999_999).Draw(r, "units")
		amount, err := amountOf(units, code)
		wanttest.True(r, "an amount", err == nil)
		back, err := unitsOf(amount)
		wanttest.True(r, "units", err == nil)
		wanttest.Equal(r, "units", back, units)
	})
}
