package correlation_test

import (
	"strings"
	"testing"

	"didpurchase/internal/correlation"
)

func TestContext(t *testing.T) {
	ctx := correlation.With(t.Context(), "01J")
	if got := correlation.ID(correlation.With(ctx, "")); got != "01J" {
		t.Errorf("got %q, want the id that was there", got)
	}
	if got := correlation.ID(t.Context()); got != "" {
		t.Errorf("got %q of no id", got)
	}
}

func TestValid(t *testing.T) {
	for id, want := range map[string]bool{
		"01JABC": true, "Root=1-67": false, "a.b_c-d": true, "": false, "a b": false, "a\nb": false, "é": false,
		strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "-a": false,
	} {
		if got := correlation.Valid(id); got != want {
			t.Errorf("Valid(%q) = %v", id, got)
		}
	}
}

func TestAsked(t *testing.T) {
	for want, headers := range map[string]map[string]string{
		"page-1": {"x-correlation-id": "page-1", "host": "a"},
		"page-2": {"X-Correlation-ID": "page-2"},
		"req":    {"x-correlation-id": "a b"},
	} {
		if got := correlation.Asked(headers, "req"); got != want {
			t.Errorf("%v: got %q, want %q", headers, got, want)
		}
	}
}
