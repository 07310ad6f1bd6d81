package money_test

import (
	"encoding/json"
	"errors"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"didpurchase/internal/money"
	"didpurchase/internal/money/moneytest"
)

var usd = moneytest.Cents

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
		{"-0.00", "USD", "0.00 USD"},
		{"-0", "JPY", "0 JPY"},
		{"007.5", "USD", "7.50 USD"},
		{"10.0000000000", "USD", "10.00 USD"},
		{"999999999999999.99", "USD", "999999999999999.99 USD"},
		{"1000000000000000", "USD", ""},
		{"0000000000000001", "USD", ""},
		{"0.00000000000", "USD", ""},
		{"1e3", "USD", ""},
		{"NaN", "USD", ""},
		{"sNaN", "USD", ""},
		{"NaN123", "USD", ""},
		{"Infinity", "USD", ""},
		{"-inf", "USD", ""},
		{"+1", "USD", ""},
		{"--1", "USD", ""},
		{".5", "USD", ""},
		{"5.", "USD", ""},
		{"1_0", "USD", ""},
		{"1,5", "USD", ""},
		{" 1", "USD", ""},
		{"1\n", "USD", ""},
		{"0x1", "USD", ""},
		{"\uff11", "USD", ""},
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

func TestArithmeticIsThatOfCents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := cents(t, "a"), cents(t, "b")
		sum, _ := usd(a).Add(usd(b))
		diff, _ := usd(a).Sub(usd(b))
		for label, pair := range map[string][2]money.Amount{
			"a + b": {usd(a + b), sum},
			"a - b": {usd(a - b), diff},
			"-a":    {usd(-a), usd(a).Neg()},
		} {
			if want, got := pair[0].String(), pair[1].String(); got != want {
				t.Errorf("%s of %d and %d: %s, want %s", label, a, b, got, want)
			}
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
		if got := usd(a).Share(int(part), int(whole)); got.String() != usd(want).String() {
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

// TestOneGrammar compares Parse with the grammar of the wire contract, for
// texts that resemble amounts.
func TestOneGrammar(t *testing.T) {
	grammar := regexp.MustCompile(`\A-?[0-9]{1,15}([.][0-9]{1,10})?\z`)
	piece := rapid.OneOf(rapid.StringMatching(`-?[0-9]{0,17}[.]?[0-9]{0,12}`), rapid.SampledFrom([]string{
		"NaN", "sNaN1", "Infinity", "inf", "e5", "E-3", "+", "-", ".", ",", " ", "_", "0x", "\u0661", "\x00", "\n",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 1, 3).Draw(t, "pieces"), "")
		if got, want := money.IsDecimal(text), grammar.MatchString(text); got != want {
			t.Errorf("IsDecimal(%q) = %v, want %v", text, got, want)
		}
		_, amountErr := money.Parse(text, "USD")
		_, rateErr := money.ParseRate(text)
		if amountErr == nil && !grammar.MatchString(text) {
			t.Errorf("Parse reads %q", text)
		}
		if rateErr == nil && text != "" && !grammar.MatchString(text) {
			t.Errorf("ParseRate reads %q", text)
		}
	})
}

// TestSumsAreExactOrRefused adds the largest amounts until there is an error: each
// sum before it equals the sum of integers, and each is written as a plain decimal.
func TestSumsAreExactOrRefused(t *testing.T) {
	largest := money.MustParse("999999999999999.99", "USD")
	sum, cents := largest, big.NewInt(99999999999999999)
	for range 100 {
		doubled, err := sum.Add(sum)
		if errors.Is(err, money.ErrTooLarge) {
			return
		}
		cents.Lsh(cents, 1)
		if want := cents.String(); strings.Replace(doubled.Number(), ".", "", 1) != want {
			t.Fatalf("twice %s is %s, want %s cents", sum, doubled, want)
		}
		sum = doubled
	}
	t.Errorf("100 doublings of %s are %s, want ErrTooLarge", largest, sum)
}

func TestWhatIsAddedUpIsReadBack(t *testing.T) {
	largest := money.MustParse("999999999999999.99", "USD")
	sum, err := largest.Add(largest)
	if err != nil {
		t.Fatal(err)
	}
	if sum.IsWritable() {
		t.Errorf("%s is writable", sum)
	}
	if back, err := money.ParseSum(sum.Number(), "USD"); err != nil || !back.Equal(sum) {
		t.Errorf("ParseSum(%s) = %s, %v", sum, back, err)
	}
	for _, bad := range []string{"NaN", "Infinity", "1E+30", strings.Repeat("9", 22)} {
		if got, err := money.ParseSum(bad, "USD"); !errors.Is(err, money.ErrInvalid) {
			t.Errorf("ParseSum(%q) = %s, %v; want ErrInvalid", bad, got, err)
		}
	}
}

// TestNoNegativeZero makes zeros in every way that there is.
func TestNoNegativeZero(t *testing.T) {
	zero, cent := money.Zero("USD"), money.MustParse("0.01", "USD")
	sum, _ := cent.Neg().Add(cent)
	rate, _ := money.ParseRate("20")
	for label, got := range map[string]money.Amount{
		"parsed": money.MustParse("-0.00", "USD"), "negated": zero.Neg(), "sum": sum,
		"share": cent.Neg().Share(1, 365), "tax": rate.Of(cent.Neg()),
	} {
		if got.Number() != "0.00" {
			t.Errorf("%s: %s, want 0.00", label, got.Number())
		}
	}
}
