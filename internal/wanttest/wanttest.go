// Package wanttest compares a value of a test with the wanted one, one labelled
// check a line, so that a failing test names the expectation that failed. Use
// cmp.Diff directly to compare one whole value. It knows no other package of the
// project.
package wanttest

import (
	"strings"

	"github.com/google/go-cmp/cmp"
)

// T is a test: *testing.T, *testing.B or *rapid.T.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// Equal fails the test, but does not stop it, unless got == want.
func Equal[V comparable](t T, label string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", label, got, want)
	}
}

// Diff fails the test, but does not stop it, if cmp.Diff finds a difference.
// Types with a method Equal, such as times and amounts, are compared by it.
func Diff[V any](t T, label string, got, want V) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", label, diff)
	}
}

// True fails the test, but does not stop it, if the condition is false. The
// label states the condition.
func True(t T, label string, holds bool) {
	t.Helper()
	if !holds {
		t.Errorf("does not hold: %s", label)
	}
}

// Contains fails the test, but does not stop it, if text does not contain part.
func Contains(t T, label, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Errorf("%s is %q, want it to contain %q", label, text, part)
	}
}
