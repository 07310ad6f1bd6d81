package money_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/money"
)

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		number, code, want string // want "" is ErrInvalid
	}{
		{"10", "USD", "10.00 USD"},
		{"10.5", "USD", "10.50 USD"},
		{"-0.01", "EUR", "-0.01 EUR"},
		{"100", "JPY", "100 JPY"},
		{"1.234", "KWD", "1.234 KWD"},
		{"10.005", "USD", ""},
		{"1.5", "JPY", ""},
		{"1e3", "USD", ""},
		{"", "USD", ""},
		{"ten", "USD", ""},
		{"1", "XXQ", ""},
		{"1", "", ""},
	} {
		got, err := money.Parse(tc.number, tc.code)
		if tc.want == "" {
			if !errors.Is(err, money.ErrInvalid) {
				t.Errorf("Parse(%q, %q) = %v, %v; want ErrInvalid", tc.number, tc.code, got, err)
			}
			continue
		}
		if err != nil || got.String() != tc.want {
			t.Errorf("Parse(%q, %q) = %v, %v; want %s", tc.number, tc.code, got, err, tc.want)
		}
	}
}

func TestCurrenciesDoNotMix(t *testing.T) {
	usd, eur := money.MustParse("1", "USD"), money.MustParse("1", "EUR")
	if _, err := usd.Add(eur); !errors.Is(err, money.ErrCurrencyMismatch) {
		t.Errorf("Add: %v", err)
	}
	if _, err := usd.Sub(eur); !errors.Is(err, money.ErrCurrencyMismatch) {
		t.Errorf("Sub: %v", err)
	}
	if _, err := usd.Cmp(eur); !errors.Is(err, money.ErrCurrencyMismatch) {
		t.Errorf("Cmp: %v", err)
	}
	if usd.Equal(eur) {
		t.Error("1 USD equals 1 EUR")
	}
}

func cents(t *rapid.T, label string) int64 { return rapid.Int64Range(-1e12, 1e12).Draw(t, label) }

func usd(n int64) money.Amount {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	return money.MustParse(fmt.Sprintf("%s%d.%02d", sign, n/100, n%100), "USD")
}

func TestArithmeticIsThatOfCents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, n := cents(t, "a"), cents(t, "b"), rapid.Int64Range(-1000, 1000).Draw(t, "n")
		sum, _ := usd(a).Add(usd(b))
		diff, _ := usd(a).Sub(usd(b))
		if !sum.Equal(usd(a+b)) || !diff.Equal(usd(a-b)) || !usd(a).Times(n).Equal(usd(a*n)) || !usd(a).Neg().Equal(usd(-a)) {
			t.Fatalf("a=%d b=%d n=%d: %v %v", a, b, n, sum, diff)
		}
	})
}

// TestShare compares with fractions of cents.
func TestShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, whole := rapid.Int64Range(-1e9, 1e9).Draw(t, "a"), rapid.Int64Range(1, 400).Draw(t, "whole")
		part := rapid.Int64Range(0, whole).Draw(t, "part")
		want, rest := (a*part)/whole, (a*part)%whole
		if twice := 2 * max(rest, -rest); twice > whole || twice == whole && want%2 != 0 {
			if rest < 0 {
				want--
			} else {
				want++
			}
		}
		if got := usd(a).Share(part, whole); !got.Equal(usd(want)) {
			t.Fatalf("%d × %d/%d: %v, want %v", a, part, whole, got, usd(want))
		}
	})
}

func TestJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := usd(cents(t, "a"))
		data, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		var back money.Amount
		if err := json.Unmarshal(data, &back); err != nil || !back.Equal(a) {
			t.Fatalf("%s → %v, %v", data, back, err)
		}
	})
}
