package catalogue

import (
	"maps"
	"runtime"
	"slices"
	"testing"
	"time"

	"didpurchase/internal/e164"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// partitionOf is a partition with a span of a million numbers of which every
// so-many-th is taken.
func partitionOf(p e164.Partition, every int) Partition {
	start := e164.Number(p) * 1_000_000
	part := Partition{Partition: p, Ranges: []Range{{Span: e164.Span{Start: start, End: start + 999_999}, Package: "standard", Ver: 1}}}
	var places []uint16
	for place := 0; place < e164.BlockSize; place += every {
		places = append(places, uint16(place))
	}
	for b := start.Block(); b < (start + 1_000_000).Block(); b++ {
		taken, err := NewSuffixes(places)
		if err != nil {
			panic(err)
		}
		part.Blocks = append(part.Blocks, Block{Block: b, Taken: taken, Ver: 1})
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
	c.Put("globex", noon, partitionOf(4420, 100))
	c.Use("acme", []e164.Partition{4420, 4422})
	if diff := gocmp.Diff([]e164.Partition{4420, 4422}, c.Kept("acme")); diff != "" || len(c.Kept("globex")) != 1 || c.Bytes() > 3*size+size/2 {
		t.Errorf("kept %v and %v in %d bytes", c.Kept("acme"), c.Kept("globex"), c.Bytes())
	}
	all := []e164.Partition{4420, 4421, 4422, 4423}
	for _, p := range all {
		c.Put("acme", noon, partitionOf(p, 100))
	}
	if got := totalIn(c.Use("acme", all)); got != 4*990_000 || len(c.Kept("globex")) != 0 {
		t.Errorf("what is used at once is not whole: %d; kept of the other carrier: %v", got, c.Kept("globex"))
	}
	c.Use("acme", []e164.Partition{4421})
	if len(c.Kept("acme")) != 3 || !c.Has("acme", 4421, noon) || c.Has("acme", 4421, noon.Add(1)) {
		t.Errorf("kept %v", c.Kept("acme"))
	}
}

func TestCacheUpdates(t *testing.T) {
	c := NewCache(1 << 30)
	c.Put("acme", noon, partitionOf(4420, 100))
	before := c.Catalogue("acme")
	taken, _ := NewSuffixes([]uint16{7})
	c.Update("acme", []Block{{Block: 442000, Taken: taken, Ver: 2}, {Block: 442001, Taken: taken, Ver: 0}, {Block: 555500, Taken: taken, Ver: 1}})
	after := c.Use("acme", []e164.Partition{4420})
	if got := totalIn(after); got != 990_000+99 || totalIn(before) != 990_000 {
		t.Errorf("%d, and before %d", got, totalIn(before))
	}
	if after.BlockVer(442000) != 2 || after.BlockVer(442001) != 1 || after.BlockVer(555500) != 0 {
		t.Error("a block is not at its newest version")
	}
	if ranges := after.Ranges(4420); len(ranges) != 1 || ranges[0].Ver != 1 || len(after.Ranges(4421)) != 0 {
		t.Errorf("ranges %v", ranges)
	}
}

// Whatever is put, changed and dropped, the bytes are the sum of what is kept.
func TestCacheBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := NewCache(rapid.IntRange(0, 400_000).Draw(t, "most"))
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				c.Put(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "carrier"), noon,
					partitionOf(e164.Partition(rapid.IntRange(4420, 4424).Draw(t, "p")), rapid.SampledFrom([]int{2, 50, 5000}).Draw(t, "every")))
			},
			"update": func(t *rapid.T) {
				set, _ := NewSuffixes(drawPlaces(t))
				c.Update("a", []Block{{Block: e164.Block(rapid.IntRange(442000, 442499).Draw(t, "block")), Taken: set, Ver: rapid.Int64Range(1, 3).Draw(t, "ver")}})
			},
			"use": func(t *rapid.T) { c.Use("b", []e164.Partition{4420, 4423}) },
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
				if c.Bytes() != sum {
					t.Fatalf("%d bytes, want %d", c.Bytes(), sum)
				}
			},
		})
	})
}

// The estimate by which a cache is bounded is about what the runtime says.
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
		w := drawWorld(t)
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
		w := drawWorld(t)
		hits := w.matching(Filters{}, nil)
		got := w.catalogue.Coverage(prices)
		if got.Total != uint64(len(hits)) {
			t.Fatalf("total %d, want %d", got.Total, len(hits))
		}
		for name, list := range map[string]struct {
			covered []Covered
			of      func(*Range) Covered
		}{
			"countries": {got.Countries, func(r *Range) Covered { return Covered{Value: r.Country} }},
			"areas":     {got.Areas, func(r *Range) Covered { return Covered{Value: r.Area, Country: r.Country} }},
			"types":     {got.Types, func(r *Range) Covered { return Covered{Value: string(r.Type)} }},
			"packages":  {got.Packages, func(r *Range) Covered { return Covered{Value: r.Package} }},
		} {
			checkCovered(t, name, list.covered, hits, list.of)
		}
	})
}

func checkCovered(t *rapid.T, name string, got []Covered, hits []Hit, of func(*Range) Covered) {
	want := map[Covered]Covered{}
	for _, hit := range hits {
		what, price := of(hit.Range), prices[hit.Range.Package]
		if what.Value == "" {
			continue
		}
		sum, known := want[what]
		if !known || comparePrices(price.Setup, sum.Setup) < 0 {
			sum.Setup = price.Setup
		}
		if !known || comparePrices(price.Recurring, sum.Recurring) < 0 {
			sum.Recurring = price.Recurring
		}
		sum.Value, sum.Country, sum.Count = what.Value, what.Country, sum.Count+1
		want[what] = sum
	}
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, slices.Collect(maps.Values(want)))
	}
	for i, c := range got {
		w := want[Covered{Value: c.Value, Country: c.Country}]
		if c.Count != w.Count || !c.Setup.Equal(w.Setup) || !c.Recurring.Equal(w.Recurring) || i > 0 && got[i-1].Count < c.Count {
			t.Fatalf("%s: %v, want %v", name, c, w)
		}
	}
}
