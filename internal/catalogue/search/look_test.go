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
				if got, r := w.catalogue.Look(n, prices); got != NotOffered || r != nil {
					t.Fatalf("%v, which is not offered: %s", n, got)
				}
			}
		}
		for n, r := range w.offered {
			want := Available
			switch _, priced := prices[r.Package]; {
			case !priced:
				want, r = NotOffered, nil
			case w.taken[n]:
				want = Unavailable
			}
			if got, from := w.catalogue.Look(n, prices); got != want || from != r {
				t.Fatalf("%v: %s, want %s", n, got, want)
			}
		}
	})
}
