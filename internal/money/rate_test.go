package money_test

import (
	"errors"
	"testing"

	"didpurchase/internal/money"
)

func TestRate(t *testing.T) {
	for _, tc := range []struct{ percent, of, want string }{
		{"", "10.00", "0.00"},
		{"0.00", "10.00", "0.00"},
		{"20", "10.00", "2.00"},
		{"8.25", "2.00", "0.16"}, // 0.165: half to even
		{"8.75", "2.00", "0.18"}, // 0.175
		{"12.5", "0.20", "0.02"}, // 0.025
		{"100", "0.01", "0.01"},
		{"20", "-10.00", "-2.00"},
	} {
		r, err := money.ParseRate(tc.percent)
		if err != nil {
			t.Errorf("%q: %v", tc.percent, err)
			continue
		}
		if got := r.Of(money.MustParse(tc.of, "USD")); got.Number() != tc.want {
			t.Errorf("%s %% of %s: %s, want %s", r, tc.of, got, tc.want)
		}
	}
	for _, bad := range []string{"-1", "100.01", "ten", "1e1", "+5", "1234567890.123456", "NaN", "Infinity", "-Inf", "20%",
		".5", "1.", " 1", "0.12345678901"} {
		if r, err := money.ParseRate(bad); !errors.Is(err, money.ErrInvalid) {
			t.Errorf("%q: %v, %v", bad, r, err)
		}
	}
}
