package validate_test

import (
	"errors"
	"strings"
	"testing"

	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

func TestFaults(t *testing.T) {
	t.Parallel()
	var f validate.Faults
	f.Unless(true, "/name", "is missing")
	wanttest.True(t, "no fault is no error", f.Err() == nil)
	f.Unless(false, "/name", "has more than %d characters", 3)
	f.Add("", "there are 20 already")
	err := f.Err()
	wanttest.Equal(t, "every fault is named", err.Error(),
		"well-formed but invalid: /name has more than 3 characters; there are 20 already")
	wanttest.True(t, "it is ErrInvalid", errors.Is(err, validate.ErrInvalid))
}

func TestSlug(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]bool{
		"acme": true, "acme-telecom": true, "a1-2": true, strings.Repeat("a", 40): true,
		"": false, "Acme": false, "1a": false, "a-": false, "a--b": false, "a b": false, "é": false, "a\n": false,
		strings.Repeat("a", 41): false,
	} {
		wanttest.Equal(t, "slug "+id, validate.Slug(id), want)
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a": true, "ééé": true, "a b": true, "": false, "four": false, "a\n": false, "\xff": false, "a\x7f": false,
		" ": false, "\u00a0\u3000": false, "\u200b": false, " a": true,
	} {
		wanttest.Equal(t, "text "+text, validate.Text(text, 1, 3), want)
	}
}
