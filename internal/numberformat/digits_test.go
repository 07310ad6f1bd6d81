package numberformat

import "testing"

func TestReadDigits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		digits string
		zero   bool
	}{
		"4420": {"4420", false}, "+44 20": {"4420", false}, "+44 (0)20 7946": {"44207946", false},
		"0044 20 7946": {"44207946", false}, "011 44 20 7946": {"44207946", false},
		"020 7946": {"0207946", true}, "7946-0120": {"79460120", false}, "77": {"77", false}, "４４２０": {"4420", false},
		"tel:+442079460120": {"442079460120", false},
	} {
		digits, zero, err := ReadDigits(text)
		if err != nil || digits != want.digits || zero != want.zero {
			t.Errorf("ReadDigits(%q) = %q, %t, %v; want %q, %t", text, digits, zero, err, want.digits, want.zero)
		}
	}
	for _, text := range []string{"", "london", "4.42E+11", "44?20"} {
		if digits, _, err := ReadDigits(text); err == nil {
			t.Errorf("ReadDigits(%q) = %q, want it refused", text, digits)
		}
	}
}
