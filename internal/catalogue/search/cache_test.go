package search

import (
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// partitionOf is a partition with a span of a million numbers of which every
// so-many-th is taken.
func partitionOf(p e164.Partition, every int) catalogue.Partition {
	start := e164.Number(p) * 1_000_000
	part := catalogue.Partition{Partition: p, Ranges: []catalogue.Range{{Span: e164.Span{Start: start, End: start + 999_999}, Package: "standard", Ver: 1}}}
	var places []uint16
	for place := 0; place < e164.BlockSize; place += every {
		places = append(places, uint16(place))
	}
	for b := start.Block(); b < (start + 1_000_000).Block(); b++ {
		taken, err := catalogue.NewSuffixes(places)
		if err != nil {
			panic(err)
		}
		part.Blocks = append(part.Blocks, catalogue.Block{Block: b, Taken: taken, Ver: 1})
	}
	return part
}

func totalIn(c *Catalogue) uint64 { return c.Search(everything, prices).Total }

func TestCacheDropsLeastUsed(t *testing.T) {
	one := NewCache(1 << 30)
	one.Put("acme", noon, partitionOf(4420, 100))
	size := one.Bytes()
	c := NewCache(3*size + size/2)
	for p := e164.Partition(4420); p < 4423; p++ {
		c.Put("acme", noon, partitionOf(p, 100))
	}
	c.Begin("acme", []e164.Partition{4420, 4422})()
	c.Put("globex", noon, partitionOf(4420, 100))
	if diff := gocmp.Diff([]e164.Partition{4420, 4422}, c.Kept("acme")); diff != "" || len(c.Kept("globex")) != 1 {
		t.Errorf("kept %v and %v", c.Kept("acme"), c.Kept("globex"))
	}
	c.Begin("acme", []e164.Partition{4420})()
	c.Put("globex", noon, partitionOf(4421, 100))
	wanttest.True(t, "partition 4420 is kept", c.Has("acme", 4420, noon))
	wanttest.True(t, "partition 4420 is not kept for a later time", !c.Has("acme", 4420, noon.Add(1)))
	wanttest.True(t, "partition 4422 is dropped", !c.Has("acme", 4422, noon))
}

// While a search loads its partitions one after the other, the cache is full at
// most, until they alone take more; then it has them and nothing else.
func TestCacheIsBoundedDuringASearch(t *testing.T) {
	one := NewCache(1 << 30)
	one.Put("acme", noon, partitionOf(4400, 100))
	size := one.Bytes()
	c := NewCache(4 * size)
	for p := e164.Partition(4400); p < 4404; p++ {
		c.Put("globex", noon, partitionOf(p, 100))
	}
	var wanted []e164.Partition
	for p := e164.Partition(4420); p < 4426; p++ {
		wanted = append(wanted, p)
	}
	end := c.Begin("acme", wanted)
	for i, p := range wanted {
		c.Put("acme", noon, partitionOf(p, 100))
		if own := (i + 1) * size; c.Bytes() > max(4*size, own) {
			t.Errorf("%d bytes while the search uses %d", c.Bytes(), own)
		}
	}
	if got := totalIn(c.Catalogue("acme")); got != 6*990_000 || len(c.Kept("globex")) != 0 {
		t.Errorf("partitions that are used together are not complete: %d; kept of the other carrier: %v", got, c.Kept("globex"))
	}
	if end(); c.Bytes() > 4*size || len(c.Kept("acme")) != 4 {
		t.Errorf("%d bytes stay, %v", c.Bytes(), c.Kept("acme"))
	}
}

func TestCacheUpdates(t *testing.T) {
	c := NewCache(1 << 30)
	c.Put("acme", noon, partitionOf(4420, 100))
	before := c.Catalogue("acme")
	taken, _ := catalogue.NewSuffixes([]uint16{7})
	c.Update("acme", []catalogue.Block{{Block: 442000, Taken: taken, Ver: 2}, {Block: 442001, Taken: taken, Ver: 0}, {Block: 555500, Taken: taken, Ver: 1}})
	after := c.Catalogue("acme")
	if got := totalIn(after); got != 990_000+99 || totalIn(before) != 990_000 {
		t.Errorf("%d, and before %d", got, totalIn(before))
	}
	wanttest.Equal(t, "version of block 442000", after.BlockVer(442000), 2)
	wanttest.Equal(t, "version of block 442001", after.BlockVer(442001), 1)
	wanttest.Equal(t, "version of a block that is not there", after.BlockVer(555500), 0)
	ranges := after.Ranges(4420)
	if len(ranges) != 1 {
		t.Fatalf("ranges are %+v, want one", ranges)
	}
	wanttest.Equal(t, "version of first range", ranges[0].Ver, 1)
	wanttest.Equal(t, "number of ranges in partition 4421", len(after.Ranges(4421)), 0)
}

// After any put, change and drop, the bytes are the sum of the kept partitions.
func TestCacheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewCache(rapid.IntRange(0, 400_000).Draw(t, "most"))
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				c.Put(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "carrier"), noon,
					partitionOf(e164.Partition(rapid.IntRange(4420, 4424).Draw(t, "p")), rapid.SampledFrom([]int{2, 50, 5000}).Draw(t, "every")))
			},
			"update": func(t *rapid.T) {
				set, _ := catalogue.NewSuffixes(drawMembers(t))
				c.Update("a", []catalogue.Block{{Block: e164.Block(rapid.IntRange(442000, 442499).Draw(t, "block")), Taken: set, Ver: rapid.Int64Range(1, 3).Draw(t, "ver")}})
			},
			"search": func(t *rapid.T) { c.Begin("b", []e164.Partition{4420, 4423})() },
			"": func(t *rapid.T) {
				sum := 0
				for _, carrier := range []string{"a", "b"} {
					again := New(nil, nil)
					for _, p := range c.Kept(carrier) {
						sum += c.Catalogue(carrier).bytes(p)
					}
					if total := totalIn(c.Catalogue(carrier)); (total == totalIn(again)) != (len(c.Kept(carrier)) == 0) {
						t.Fatalf("%s: %d numbers in %d partitions", carrier, total, len(c.Kept(carrier)))
					}
				}
				if c.Bytes() != sum || sum > c.most {
					t.Fatalf("%d bytes, want %d, at most %d", c.Bytes(), sum, c.most)
				}
			},
		})
	})
}

// The cache's estimate of memory is close to the runtime's figure.
func TestBytesAreAboutRight(t *testing.T) {
	for _, every := range []int{2, 100, 10_000} {
		c := NewCache(1 << 30)
		before := heap()
		for p := e164.Partition(4420); p < 4440; p++ {
			c.Put("acme", noon, partitionOf(p, every))
		}
		real, told := float64(heap()-before), float64(c.Bytes())
		if told < real*0.75 || told > real*1.25 {
			t.Errorf("one in %d taken: %.0f bytes are said to be %.0f", every, real, told)
		}
		runtime.KeepAlive(c)
	}
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func TestPrefix(t *testing.T) {
	for _, c := range []struct {
		filters Filters
		want    string
	}{
		{Filters{}, ""},
		{Filters{StartsWith: "4420712"}, "4420712"},
		{Filters{Q: "+44 20 7"}, "44207"},
		{Filters{Q: "0044"}, ""},
		{Filters{Pattern: "4420?1"}, "4420"},
		{Filters{Pattern: "442071234567"}, "442071234567"},
		{Filters{Pattern: "4420*"}, "4420"},
		{Filters{StartsWith: "44", EndsWith: "7"}, "44"},
		{Filters{StartsWith: "44", Pattern: "33*"}, ""},
		{Filters{EndsWith: "7"}, ""},
	} {
		query, err := ParseQuery(c.filters)
		if err != nil {
			t.Fatal(err)
		}
		if got := query.Prefix(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.filters, got, c.want)
		}
	}
}

func TestLookSaysWhatTryingSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, ample)
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

func TestCoverageCountsEachNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, ample)
		hits := w.matching(Filters{}, nil)
		got := w.catalogue.Coverage(prices)
		if got.Total != uint64(len(hits)) {
			t.Fatalf("total %d, want %d", got.Total, len(hits))
		}
		for name, list := range map[string]struct {
			covered []Covered
			of      func(*catalogue.Range) Place
		}{
			"countries": {got.Countries.Top, func(r *catalogue.Range) Place { return Place{Value: r.Country} }},
			"areas":     {got.Areas.Top, func(r *catalogue.Range) Place { return Place{Value: r.Area, Country: r.Country} }},
			"types":     {got.Types.Top, func(r *catalogue.Range) Place { return Place{Value: string(r.Type)} }},
			"packages":  {got.Packages.Top, func(r *catalogue.Range) Place { return Place{Value: r.Package} }},
		} {
			checkCovered(t, name, list.covered, hits, list.of)
		}
	})
}

func checkCovered(t *rapid.T, name string, got []Covered, hits []Hit, of func(*catalogue.Range) Place) {
	want := map[Place]Covered{}
	for _, hit := range hits {
		what, price := of(hit.Range), prices[hit.Range.Package]
		if what.Value == "" {
			continue
		}
		sum := want[what]
		sum.Place, sum.Count = what, sum.Count+1
		at := slices.IndexFunc(sum.From, func(l Lowest) bool { return l.Setup.Currency() == price.Setup.Currency() })
		if at < 0 {
			at, sum.From = len(sum.From), append(sum.From, Lowest{price.Setup, price.Terms})
		}
		lowest := &sum.From[at]
		if numeral(price.Setup.Number()) < numeral(lowest.Setup.Number()) {
			lowest.Setup = price.Setup
		}
		if numeral(monthly[price.Package]) < numeral(monthly[lowest.Recurring.Package]) {
			lowest.Recurring = price.Terms
		}
		want[what] = sum
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, slices.Collect(maps.Values(want)))
	}
	for i, c := range got {
		w := want[c.Place]
		slices.SortFunc(w.From, func(a, b Lowest) int { return strings.Compare(a.Setup.Currency(), b.Setup.Currency()) })
		wanttest.Diff(t, name, c, w)
		wanttest.True(t, name+": counts descend", i == 0 || got[i-1].Count >= c.Count)
	}
}
