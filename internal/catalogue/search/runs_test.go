package search

import (
	"slices"
	"strings"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/catalogue/cataloguetest"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	"pgregory.net/rapid"
)

// Runs in whole blocks of one span, which are passed without looking inside,
// with few taken numbers and short runs, so that the interesting places are
// close together.
func TestRunsInWholeBlocks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := e164.Number(44556540000 + rapid.IntRange(-300, 300).Draw(t, "start"))
		w := &modelCatalogue{offered: map[e164.Number]*catalogue.Range{}, taken: map[e164.Number]bool{},
			vers: map[e164.Block]int64{}}
		w.ranges = []catalogue.Range{{Carrier: "acme", Span: e164.Span{Start: start, End: start + 20_300},
			Package: "standard", Country: "GB"}}
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
		for range 2 {
			checkRuns(t, w)
		}
	})
}

func checkRuns(t *rapid.T, w *modelCatalogue) {
	filters := Filters{Consecutive: rapid.IntRange(2, 12).Draw(t, "consecutive"),
		Limit: rapid.SampledFrom([]int{1, 1, 200}).Draw(t, "limit")}
	// Some match at the beginning of a block, some at its end, some whole.
	filters.Contains = rapid.SampledFrom([]string{"", "55", "7?", "12", "9??", "0??", "0?"}).Draw(t, "contains")
	exprs := []string{`\d*` + strings.ReplaceAll(filters.Contains, "?", `\d`) + `\d*`}
	hits := w.matching(filters, exprs)
	total := len(asRuns(hits, filters.Consecutive))
	for page := 0; page < 3; page++ {
		query, err := ParseQuery(filters)
		if err != nil {
			t.Fatal(err)
		}
		got := w.catalogue.Search(query, prices)
		if got.Total != uint64(total) {
			t.Fatalf("%+v: total %d, want %d", filters, got.Total, total)
		}
		rows := asRuns(hits, filters.Consecutive)
		checkRows(t, filters, rows[:min(filters.Limit, len(rows))], got)
		if filters.After = got.Next; filters.After.Number == 0 {
			return
		}
		hits = slices.DeleteFunc(hits, func(h Hit) bool { return h.Number <= filters.After.Number })
	}
}

func TestBitsetsInRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, _ := catalogue.NewSuffixes(cataloguetest.DrawPlaces(t))
		from := rapid.Uint16Range(0, 9_999).Draw(t, "from")
		to := rapid.Uint16Range(from, 9_999).Draw(t, "to")
		b := set.Bits()
		for p := from; p <= to; p++ {
			b.Add(p)
		}
		var stretches [][2]int // from, to
		for p := range b.All(0) {
			if last := len(stretches) - 1; last >= 0 && stretches[last][1]+1 == int(p) {
				stretches[last][1]++
			} else {
				stretches = append(stretches, [2]int{int(p), int(p)})
			}
		}
		var got [][2]int
		for first, last := range b.Stretches(0, e164.BlockSize-1) {
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
		if l, tr := b.Ends(0, 9_999); int(l) != leading || int(tr) != trailing {
			t.Fatalf("ends %d and %d, want %d and %d", l, tr, leading, trailing)
		}
		if l, tr := b.Ends(from, to); l != to-from+1 || tr != l {
			t.Fatalf("ends of %d to %d: %d and %d", from, to, l, tr)
		}
		least := rapid.SampledFrom([]int{1, 2, 3, 10, 63, 64, 65, 127, 128, 129, 1000, 9_999, 10_000,
			10_001}).Draw(t, "least")
		checkRunsOf(t, b, stretches, least)
	})
}

// checkRunsOf compares every way to count runs of at least least members with
// the stretches of members.
func checkRunsOf(t *rapid.T, b bitset.Set, stretches [][2]int, least int) {
	long, between := uint64(0), uint64(0)
	opened := bitset.Set{}
	for _, s := range stretches {
		isLong, atEnd := s[1]-s[0]+1 >= least, s[0] == 0 || s[1] == 9_999
		if isLong {
			long++
		}
		if isLong && !atEnd {
			between++
		}
		if isLong || atEnd {
			opened.AddRow(s[0], s[1]+1)
		}
	}
	work := b
	if got := bitset.CountRuns(work[:], uint64(least)); got != long {
		t.Fatalf("%d runs of %d, want %d", got, least, long)
	}
	work = b
	starts := b
	if starts = starts.KeepRuns(uint64(least)); least <= bitset.MaxRowFrom {
		if got := b.CountRunsFrom(slices.Collect(starts.All(0)), uint64(least)); got != long {
			t.Fatalf("%d runs of %d begin where they may, want %d", got, least, long)
		}
	}
	m := runMask{words: b.WordsInUse()}
	if got := m.runsIn(&work, 0, 9_999, uint64(least)); got.between != between {
		t.Fatalf("%d runs of %d between the ends, want %d", got.between, least, between)
	}
	taken := b
	taken.Invert()
	entry := newTaken(&catalogue.Block{Block: 44207123, Taken: catalogue.SuffixesOf(&taken)}, &[]uint16{7})
	got := entry.freeOf(uint64(least))
	wanttest.Equal(t, "runs between the ends", got.between, between)
	wanttest.Equal(t, "free places at the start", got.leading, uint16(runOf(stretches[0], 0)))
	wanttest.Equal(t, "free places at the end", got.trailing, uint16(runOf(stretches[len(stretches)-1], 9_999)))
	work = b
	if work.KeepRuns(uint64(least)); work != opened {
		t.Fatalf("runs of less than %d stay, or others not", least)
	}
}

// runOf is how long a stretch is if it reaches a place.
func runOf(s [2]int, place int) int {
	if s[0] <= place && place <= s[1] {
		return s[1] - s[0] + 1
	}
	return 0
}
