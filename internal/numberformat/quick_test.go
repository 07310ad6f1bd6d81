package numberformat

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
)

// Numbers that are read quickly are read to the same as by judging all candidates: those of
// all countries, with a plus, without one, national, and with digits that are
// missing, changed or too many.
func TestQuickReadsTheSame(t *testing.T) {
	t.Parallel()
	quick := 0
	for _, e := range examples(t) {
		for _, c := range quickContexts(e.country) {
			for _, text := range quickTexts(e.number, e.country) {
				r, ok := c.quick(text)
				if !ok {
					continue
				}
				quick++
				all := c.choose(text, func(w written) []judged { return c.numbers(w) })
				if diff := cmp.Diff(all, Result{Readings: []Reading{r}}); diff != "" {
					t.Errorf("%q with %+v (-all candidates +quick):\n%s", text, c, diff)
				}
			}
		}
	}
	if quick < 1000 {
		t.Errorf("%d texts were read quickly, want more than 1000", quick)
	}
}

// A span is read quickly to the same as by judging all pairs.
func TestQuickSpansAreTheSame(t *testing.T) {
	t.Parallel()
	for _, e := range examples(t) {
		for _, c := range quickContexts(e.country) {
			texts := quickTexts(e.number, e.country)
			for i := range 8 {
				first, last := texts[i/2], texts[i/2][:len(texts[i/2])-1]+"9"
				if i%2 > 0 {
					first, last = last, first
				}
				r, ok := c.quickSpan(first, last)
				if !ok {
					continue
				}
				all := c.best("", c.pairs(cleaned(t, first), cleaned(t, last)))
				if !cmp.Equal(all, Result{Readings: []Reading{r}}) {
					t.Errorf("%q to %q with %+v: %+v, quickly %+v", first, last, c, all, r)
				}
			}
		}
	}
}

func cleaned(t *testing.T, text string) []written {
	t.Helper()
	forms, reason := clean(text)
	if reason != nil {
		t.Fatal(reason)
	}
	return forms
}

// quickContexts returns the contexts in which numbers of a country are read.
func quickContexts(country Country) (list []Context) {
	for _, notation := range []Notation{Auto, International, National} {
		for _, countries := range [][]Country{nil, {country}, {country, {Calling: 44}}} {
			for _, only := range []bool{false, true} {
				list = append(list, Context{Countries: countries, Only: only, Notation: notation})
			}
		}
	}
	return list
}

// quickTexts returns ways to write a number, and numbers like it.
func quickTexts(n e164.Number, country Country) (list []string) {
	digits := n.Digits()
	national := digits[len(strconv.Itoa(country.Calling)):]
	for _, d := range []string{digits, digits[:len(digits)-1], digits + "0", digits[:3] + "0" + digits[3:]} {
		list = append(list, "+"+d, d, "00"+d, "011"+d)
	}
	for _, d := range []string{national, national[1:], national + "1"} {
		list = append(list, d, "0"+d, "00"+d, "8"+d, "1"+d, "01"+d)
		if len(d) > 3 {
			list = append(list, "0"+d[:2]+" "+d[2:], " 0"+d[:3]+"  "+d[3:]+" ")
		}
	}
	return slices.DeleteFunc(list, func(text string) bool { return text == "" })
}
