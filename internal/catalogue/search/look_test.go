package search

import (
	"testing"

	"pgregory.net/rapid"
)

func TestLookSaysWhatTryingSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawModel(t, ample)
		for n := range w.taken {
			if w.offered[n] == nil {
				if got, hit := w.catalogue.Look(n, prices); got != NotOffered || hit.Range != nil {
					t.Fatalf("%v, which is not offered: %s", n, got)
				}
			}
		}
		for n, r := range w.offered {
			want := Available
			r, rule, priced := w.ruled(n, r)
			switch {
			case !priced:
				want = NotOffered
			case w.taken[n]:
				want = Unavailable
			}
			if got, hit := w.catalogue.Look(n, prices); got != want ||
				want != NotOffered && (hit.Range.Package != r.Package || hit.Rule != rule) {
				t.Fatalf("%v: %s, want %s", n, got, want)
			}
		}
	})
}
