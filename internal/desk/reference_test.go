package desk

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSameReference(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"pi_3Nx":                   "pi_3nx",
		"pi_3Nx ":                  "pi_3nx",
		"\u00a0 pi_3Nx\u3000":      "pi_3nx",
		"INV  17\u00a0\u2003A":     "inv 17 a",
		"ｐｉ＿３Ｎｘ":                   "pi_3nx",
		"pi_\u200b3N\u00adx\ufeff": "pi_3nx",
		"Straße":                   "strasse",
		"ΣΊΣΥΦΟΣ":                  "σίσυφοσ",
		"Caf\u00e9":                "caf\u00e9",
		"Cafe\u0301":               "caf\u00e9",
		"ﬁ-1":                      "fi-1",
		"№ 7":                      "no 7",
		"17-A":                     "17-a",
		"17A":                      "17a",
	} {
		if got := SameReference(written); got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}

// Comparing a compared form changes nothing, nor does a blank at an end.
func TestSameReferenceIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		written := rapid.String().Draw(t, "reference")
		once := SameReference(written)
		if again := SameReference(once); again != once {
			t.Errorf("%q: %q, then %q", written, once, again)
		}
		if padded := SameReference(" " + written + "\t"); padded != once {
			t.Errorf("%q: %q, padded %q", written, once, padded)
		}
	})
}

func TestReferencesAreBounded(t *testing.T) {
	t.Parallel()
	for reference, want := range map[string]bool{
		"r-1":                    true,
		"":                       false,
		"  ":                     false,
		"\u200b":                 false,
		strings.Repeat("x", 128): true,
		strings.Repeat("x", 129): false,
		strings.Repeat("ﷺ", 8):   false, // each is 18 characters when compared
	} {
		if got := isReference(reference); got != want {
			t.Errorf("%q: %t, want %t", reference, got, want)
		}
	}
}
