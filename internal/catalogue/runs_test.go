package catalogue

import (
	"slices"
	"testing"

	"didpurchase/internal/e164"

	"pgregory.net/rapid"
)

// Runs in whole blocks of one span, which are passed over without looking
// inside, with few numbers taken and short runs wanted, so that all that
// matters lies close together.
func TestRunsInWholeBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := e164.Number(44207120000 + rapid.IntRange(-300, 300).Draw(t, "start"))
		w := &world{offered: map[e164.Number]*Range{}, taken: map[e164.Number]bool{}, vers: map[e164.Block]int64{}}
		w.ranges = []Range{{Carrier: "acme", Span: e164.Span{Start: start, End: start + 20_300}, Package: "standard", Country: "GB"}}
		for n := start; n <= start+20_300; n++ {
			w.offered[n] = &w.ranges[0]
		}
		taken := rapid.SliceOfN(rapid.IntRange(0, 20_300), 0, 3).Draw(t, "taken")
		for _, at := range taken {
			for _, more := range rapid.SliceOfN(rapid.IntRange(0, 8), 0, 40).Draw(t, "and then") {
				at += more
				w.taken[start+e164.Number(at)] = true
			}
		}
		w.catalogue = New(w.ranges, w.blocksOf(w.taken))
		filters, exprs := Filters{Consecutive: rapid.IntRange(2, 12).Draw(t, "consecutive"), Limit: rapid.SampledFrom([]int{1, 200}).Draw(t, "limit")}, []string(nil)
		switch rapid.IntRange(0, 3).Draw(t, "filter") {
		case 1:
			filters.Contains, exprs = "7?", []string{`\d*7\d+`}
		case 2:
			filters.Contains, exprs = "12", []string{`\d*12\d*`}
		case 3:
			filters.Pattern, exprs = "*12??*", []string{`\d*12\d\d\d*`}
		}
		query, err := ParseQuery(filters)
		if err != nil {
			t.Fatal(err)
		}
		for page := 0; page < 3; page++ {
			got := w.catalogue.Search(query, prices)
			rows, _, total, _ := w.expect(filters, exprs)
			if got.Total != total {
				t.Fatalf("%+v: total %d, want %d", filters, got.Total, total)
			}
			checkRows(t, filters, rows, got)
			if filters.After = got.Next; filters.After.Number == 0 {
				return
			}
			query.after = got.Next
		}
	})
}

func TestBitsetsInRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, _ := NewSuffixes(drawPlaces(t))
		from := rapid.Uint16Range(0, 9_999).Draw(t, "from")
		to := rapid.Uint16Range(from, 9_999).Draw(t, "to")
		b := set.bitset()
		for p := from; p <= to; p++ {
			b.add(p)
		}
		var stretches [][2]int // from, to
		for p := range b.all(0) {
			if last := len(stretches) - 1; last >= 0 && stretches[last][1]+1 == int(p) {
				stretches[last][1]++
			} else {
				stretches = append(stretches, [2]int{int(p), int(p)})
			}
		}
		var got [][2]int
		for first, last := range b.stretches() {
			got = append(got, [2]int{int(first), int(last)})
		}
		if !slices.Equal(got, stretches) {
			t.Fatalf("stretches %v, want %v", got, stretches)
		}
		leading, trailing := 0, 0
		if stretches[0][0] == 0 {
			leading = stretches[0][1] + 1
		}
		if last := stretches[len(stretches)-1]; last[1] == 9_999 {
			trailing = 10_000 - last[0]
		}
		if l, tr := b.ends(); l != leading || tr != trailing {
			t.Fatalf("ends %d and %d, want %d and %d", l, tr, leading, trailing)
		}
		least := rapid.SampledFrom([]int{1, 2, 3, 10, 63, 64, 65, 127, 128, 129, 1000, 9_999, 10_000}).Draw(t, "least")
		want := 0
		for _, s := range stretches {
			if s[1]-s[0]+1 >= least {
				want++
			}
		}
		if got := b.countRuns(uint64(least)); got != want {
			t.Fatalf("%d runs of %d, want %d", got, least, want)
		}
	})
}
