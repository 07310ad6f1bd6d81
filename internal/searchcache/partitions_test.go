package searchcache

import (
	"runtime"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/cataloguetest"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var prices = search.Prices{"standard": {Terms: pricing.Terms{
	Package: "standard", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
	Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
}}, "gold": {Terms: pricing.Terms{
	Package: "gold", Version: 1, Setup: money.MustParse("5", "USD"), Recurring: money.MustParse("10", "USD"),
	Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
}}}

var everything = parse(search.Filters{})

func parse(f search.Filters) *search.Query {
	q, err := search.ParseQuery(f)
	if err != nil {
		panic(err)
	}
	return q
}

// partitionOf returns a partition with a span of a million numbers; one in every
// numbers is taken.
func partitionOf(p e164.Partition, every int) catalogue.Partition {
	start := e164.Number(p) * 1_000_000
	part := catalogue.Partition{Partition: p,
		Ranges: []catalogue.Range{{Span: e164.Span{Start: start, End: start + 999_999}, Package: "standard", Ver: 1}}}
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

func totalIn(c *search.Catalogue) uint64 { return c.Search(everything, prices).Total }

func TestPartitionsDropsLeastUsed(t *testing.T) {
	one := newPartitions(1 << 30)
	one.put("acme", noon, partitionOf(4420, 100))
	size := one.size()
	c := newPartitions(3*size + size/2)
	for p := e164.Partition(4420); p < 4423; p++ {
		c.put("acme", noon, partitionOf(p, 100))
	}
	c.begin("acme", []e164.Partition{4420, 4422})()
	c.put("globex", noon, partitionOf(4420, 100))
	if diff := gocmp.Diff([]e164.Partition{4420, 4422}, c.keptOf("acme")); diff != "" || len(c.keptOf("globex")) != 1 {
		t.Errorf("kept %v and %v", c.keptOf("acme"), c.keptOf("globex"))
	}
	c.begin("acme", []e164.Partition{4420})()
	c.put("globex", noon, partitionOf(4421, 100))
	wanttest.True(t, "partition 4420 is kept", c.has("acme", 4420, noon))
	wanttest.True(t, "partition 4420 is not kept for a later time", !c.has("acme", 4420, noon.Add(1)))
	wanttest.True(t, "partition 4422 is dropped", !c.has("acme", 4422, noon))
}

// While a search loads its partitions one after the other, the cache is full at
// most, until they alone take more; then it has them and nothing else.
func TestPartitionsIsBoundedDuringASearch(t *testing.T) {
	one := newPartitions(1 << 30)
	one.put("acme", noon, partitionOf(4400, 100))
	size := one.size()
	c := newPartitions(4 * size)
	for p := e164.Partition(4400); p < 4404; p++ {
		c.put("globex", noon, partitionOf(p, 100))
	}
	var wanted []e164.Partition
	for p := e164.Partition(4420); p < 4426; p++ {
		wanted = append(wanted, p)
	}
	end := c.begin("acme", wanted)
	for i, p := range wanted {
		c.put("acme", noon, partitionOf(p, 100))
		if own := (i + 1) * size; c.size() > max(4*size, own) {
			t.Errorf("%d bytes while the search uses %d", c.size(), own)
		}
	}
	if got := totalIn(c.catalogue("acme")); got != 6*990_000 || len(c.keptOf("globex")) != 0 {
		t.Errorf("partitions that are used together are not complete: %d; kept of the other carrier: %v", got,
			c.keptOf("globex"))
	}
	if end(); c.size() > 4*size || len(c.keptOf("acme")) != 4 {
		t.Errorf("%d bytes stay, %v", c.size(), c.keptOf("acme"))
	}
}

func TestPartitionsUpdates(t *testing.T) {
	c := newPartitions(1 << 30)
	c.put("acme", noon, partitionOf(4420, 100))
	before := c.catalogue("acme")
	taken, _ := catalogue.NewSuffixes([]uint16{7})
	c.update("acme", []catalogue.Block{{Block: 442000, Taken: taken, Ver: 2}, {Block: 442001, Taken: taken, Ver: 0},
		{Block: 555500, Taken: taken, Ver: 1}})
	after := c.catalogue("acme")
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
func TestPartitionsSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newPartitions(rapid.IntRange(0, 400_000).Draw(t, "most"))
		t.Repeat(map[string]func(*rapid.T){
			"put": func(t *rapid.T) {
				c.put(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "carrier"), noon,
					partitionOf(e164.Partition(rapid.IntRange(4420, 4424).Draw(t, "p")),
						rapid.SampledFrom([]int{2, 50, 5000}).Draw(t, "every")))
			},
			"update": func(t *rapid.T) {
				set, _ := catalogue.NewSuffixes(cataloguetest.DrawPlaces(t))
				c.update("a", []catalogue.Block{{Block: e164.Block(rapid.IntRange(442000, 442499).Draw(t, "block")), Taken: set,
					Ver: rapid.Int64Range(1, 3).Draw(t, "ver")}})
			},
			"search": func(t *rapid.T) { c.begin("b", []e164.Partition{4420, 4423})() },
			"": func(t *rapid.T) {
				sum := 0
				for _, carrier := range []string{"a", "b"} {
					again := search.New(nil, nil)
					for _, p := range c.keptOf(carrier) {
						sum += c.catalogue(carrier).PartitionBytes(p)
					}
					if total := totalIn(c.catalogue(carrier)); (total == totalIn(again)) != (len(c.keptOf(carrier)) == 0) {
						t.Fatalf("%s: %d numbers in %d partitions", carrier, total, len(c.keptOf(carrier)))
					}
				}
				if c.size() != sum || sum > c.maxBytes {
					t.Fatalf("%d bytes, want %d, at most %d", c.size(), sum, c.maxBytes)
				}
			},
		})
	})
}

// The estimate of memory is close to the runtime's figure.
func TestBytesAreAboutRight(t *testing.T) {
	for _, every := range []int{2, 100, 10_000} {
		c := newPartitions(1 << 30)
		before := heap()
		for p := e164.Partition(4420); p < 4440; p++ {
			c.put("acme", noon, partitionOf(p, every))
		}
		real, told := float64(heap()-before), float64(c.size())
		if told < real*0.75 || told > real*1.25 {
			t.Errorf("one in %d taken: %.0f bytes are estimated as %.0f", every, real, told)
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
