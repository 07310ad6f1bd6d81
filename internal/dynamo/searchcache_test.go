package dynamo_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
	"didpurchase/internal/searchcache"
	"didpurchase/internal/wanttest"
)

// cached is a table, a cache of its catalogue, and the clock of both.
type cached struct {
	testing.TB
	store *dynamo.Store
	cache *searchcache.Cache
	meter *dynamotest.Meter // of the cache
	table string
	now   time.Time
}

func newCached(t testing.TB) *cached {
	t.Helper()
	c := &cached{TB: t, meter: new(dynamotest.Meter), now: noon}
	_, c.table = dynamotest.New(t)
	c.store = dynamo.New(dynamotest.Config(t), c.table)
	c.coldStart()
	c.putPackage("standard", 1, "2.00")
	return c
}

// coldStart begins with an empty cache.
func (c *cached) coldStart() {
	c.cache = searchcache.New(dynamo.New(c.meter.Into(dynamotest.Config(c.TB)), c.table), 1<<30,
		func() time.Time { return c.now })
}

func (c *cached) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

func (c *cached) putPackage(id string, version int, recurring string) {
	c.Helper()
	c.must(c.store.PutPackage(c.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: id, Version: version, Name: id, Setup: usd("1"), Recurring: usd(recurring),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}}))
}

func span(start, end e164.Number, pack string, ver int64) catalogue.Range {
	return catalogue.Range{Carrier: "acme", Span: e164.Span{Start: start, End: end}, Package: pack, Country: "GB",
		Ver: ver}
}

func taken(t testing.TB, b e164.Block, ver int64, places ...uint16) catalogue.Block {
	t.Helper()
	set, err := catalogue.NewSuffixes(places)
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Block{Carrier: "acme", Block: b, Taken: set, Ver: ver}
}

// offers writes a range, and logs it as an import does.
func (c *cached) offers(r catalogue.Range) {
	c.Helper()
	c.must(c.store.PutRange(c.Context(), r))
	c.must(c.store.LogRanges(c.Context(), "acme", []catalogue.Range{r}, c.now))
}

// takes writes a block, and logs it at a moment as the projector does.
func (c *cached) takes(b catalogue.Block, at time.Time) {
	c.Helper()
	c.must(c.store.PutBlock(c.Context(), b))
	c.must(c.store.LogBlocks(c.Context(), "acme", []catalogue.Block{b}, at))
}

func (c *cached) search(f search.Filters) search.Result {
	c.Helper()
	query, err := search.ParseQuery(f)
	c.must(err)
	found, prices, err := c.cache.For(c.Context(), "acme", query)
	c.must(err)
	return found.Search(query, prices)
}

// finds checks the total of a search, and its reads.
func (c *cached) finds(what string, f search.Filters, total uint64, mostUnits float64) {
	c.Helper()
	before := c.meter.Read()
	got := c.search(f).Total
	if units := c.meter.Read() - before; got != total || units > mostUnits {
		c.Errorf("%s: %d numbers, want %d; %v read units, at most %v", what, got, total, units, mostUnits)
	}
}

func (c *cached) pass(d time.Duration) { c.now = c.now.Add(d) }

func TestCacheFollowsTheLog(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	c.finds("nothing is offered", search.Filters{}, 0, 2)
	c.offers(span(442071230000, 442071239999, "standard", 1))
	c.finds("within half a second", search.Filters{}, 0, 0)
	c.pass(500 * time.Millisecond)
	c.finds("a new partition", search.Filters{}, 10_000, 1.5)
	c.takes(taken(t, 44207123, 1, 5, 6), c.now)
	c.pass(500 * time.Millisecond)
	c.finds("two sold", search.Filters{}, 9_998, 2)
	c.pass(500 * time.Millisecond)
	c.finds("known already", search.Filters{}, 9_998, 0.5)
	c.takes(taken(t, 44207123, 2, 6), c.now.Add(-14*time.Second))
	c.pass(500 * time.Millisecond)
	c.finds("a hold lapsed, told late", search.Filters{}, 9_999, 2)
	c.offers(span(442071230000, 442071230099, "standard", 2))
	c.offers(span(442071230100, 442071239999, "gold", 1))
	c.pass(500 * time.Millisecond)
	c.finds("a split, the rest without a price", search.Filters{}, 99, 3)
	c.putPackage("gold", 1, "10.00")
	c.must(c.store.LogPackage(t.Context(), "acme", "gold", 1, c.now))
	c.pass(500 * time.Millisecond)
	c.finds("now it has one", search.Filters{}, 9_999, 2)
	c.putPackage("gold", 2, "3.00")
	c.must(c.store.LogPackage(t.Context(), "acme", "gold", 2, c.now))
	c.pass(500 * time.Millisecond)
	c.finds("it is cheaper", search.Filters{MaxRecurring: "3"}, 9_999, 2)
	c.withdraws(span(442071230100, 442071239999, "gold", 0))
	c.pass(500 * time.Millisecond)
	c.finds("withdrawn", search.Filters{}, 99, 3)
}

// withdraws deletes a range, and logs it.
func (c *cached) withdraws(r catalogue.Range) {
	c.Helper()
	client := dynamodb.NewFromConfig(dynamotest.Config(c.TB))
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	_, err := client.DeleteItem(c.Context(),
		&dynamodb.DeleteItemInput{TableName: &c.table, Key: map[string]types.AttributeValue{
			"pk": text(fmt.Sprintf("CAT#acme#%d", r.Span.Start.Partition())),
			"sk": text(fmt.Sprintf("R#%02d#%s", r.Span.Start.Len(), r.Span.Start.Digits())),
		}})
	c.must(err)
	c.must(c.store.LogRanges(c.Context(), "acme", []catalogue.Range{r}, c.now))
}

// A change without a log entry is found by the complete reload.
func TestCacheIsReadAnew(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	c.offers(span(442071230000, 442071239999, "standard", 1))
	c.finds("cold", search.Filters{}, 10_000, 3)
	c.must(c.store.PutBlock(t.Context(), taken(t, 44207123, 1, 7)))
	c.pass(9 * time.Minute)
	c.finds("untold", search.Filters{}, 10_000, 0.5)
	c.pass(time.Minute)
	c.finds("after ten minutes", search.Filters{}, 9_999, 3)
}

// Many changes of one partition are read by one query.
func TestCacheReadsManyChangesAtOnce(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	c.offers(span(442070000000, 442079999999, "standard", 1))
	c.finds("cold", search.Filters{}, 10_000_000, 3)
	var blocks []catalogue.Block
	for b := e164.Block(44207000); b < 44207200; b++ {
		blocks = append(blocks, taken(t, b, 1, 1, 2, 3))
		c.must(c.store.PutBlock(t.Context(), blocks[len(blocks)-1]))
	}
	c.must(c.store.LogBlocks(t.Context(), "acme", blocks, c.now))
	c.pass(time.Second)
	c.finds("200 blocks", search.Filters{}, 10_000_000-600, 10)
}

// Where nothing can be kept, a search has all that it needs all the same.
func TestCacheWithoutRoom(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	for i := range e164.Number(5) {
		c.must(c.store.PutRange(t.Context(),
			span(441000000000+i*100_000_000, 441000000000+i*100_000_000+9_999, "standard", 1)))
	}
	c.cache = searchcache.New(c.store, 1, func() time.Time { return c.now })
	for range 2 {
		c.finds("all", search.Filters{}, 50_000, 0)
		c.finds("one partition", search.Filters{StartsWith: "4411"}, 10_000, 0)
		if c.cache.Bytes() != 0 {
			t.Errorf("%d bytes are kept", c.cache.Bytes())
		}
	}
}

// A number of another carrier, or of another partition, is no business of a
// search.
func TestCacheReadsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	for i := range e164.Number(20) {
		c.must(c.store.PutRange(t.Context(), span(440100000000+i*10_000_000_00, 440100000000+i*10_000_000_00+9_999,
			"standard", 1)))
	}
	c.must(c.store.PutRange(t.Context(), catalogue.Range{Carrier: "globex",
		Span: e164.Span{Start: 440100000000, End: 440199999999}, Package: "standard", Ver: 1}))
	found, prices, err := c.cache.Around(t.Context(), "acme", []e164.Number{440100000003, 441100000000, 999990000000})
	c.must(err)
	for n, want := range map[e164.Number]search.Standing{440100000003: search.Available, 441100000000: search.Available,
		441100010000: search.NotOffered, 442100000000: search.NotOffered} {
		if got, _ := found.Look(n, prices); got != want {
			t.Errorf("%v: %s, want %s", n, got, want)
		}
	}
	before := c.meter.Read()
	if before > 3 {
		t.Errorf("two partitions: %v read units", before)
	}
	c.finds("the rest", search.Filters{}, 200_000, 10)
}

// Slices, and a search of them, agree with the whole; after some slices the
// whole is read.
func TestCacheSlices(t *testing.T) {
	t.Parallel()
	c := newCached(t)
	places, err := catalogue.NewSuffixes([]uint16{3, 4, 9_999})
	c.must(err)
	set := catalogue.Range{Carrier: "acme", Package: "standard", Country: "GB", Ver: 1}.SetRange(44207501, places)
	for _, r := range []catalogue.Range{span(442070000000, 442074999999, "standard", 1),
		span(44207000000, 44207499999, "standard", 1), span(442080000000, 442080000999, "standard", 1), set} {
		c.must(c.store.PutRange(t.Context(), r))
	}
	c.must(c.store.PutBlock(t.Context(), taken(t, 44207123, 1, 0, 1, 2, 4500)))
	c.must(c.store.PutBlock(t.Context(), taken(t, 44207124, 1, 0)))
	c.must(c.store.PutBlock(t.Context(), taken(t, 4420712, 1, 0, 3000, 3999, 4000)))
	c.must(c.store.PutBlock(t.Context(), taken(t, 44207501, 1, 4)))
	for _, prefix := range []struct {
		digits string
		want   uint64
	}{
		{"4420712", 100_000 - 5 + 10_000 - 4},
		{"44207123", 10_000 - 4 + 1_000 - 2},
		{"442071234", 1_000 - 1 + 100},
		{"4420712345", 99 + 10},
		{"442071234500", 0},
		{"4420750", 2},
		{"442075019999", 1},
		{"442079", 0},
		{"44208", 1_000},
	} {
		c.coldStart()
		for ask := range 6 {
			if got := c.search(search.Filters{StartsWith: prefix.digits}).Total; got != prefix.want {
				t.Errorf("%s, asked %d times before: %d, want %d", prefix.digits, ask, got, prefix.want)
			}
		}
		if c.cache.Bytes() == 0 {
			t.Errorf("%s: the whole was never loaded", prefix.digits)
		}
	}
}

// A page of a prefix costs a cold function only the items of that prefix: at
// most 5 read units if numbers have one length and are in spans; some more for
// each further length, and for sets. The rest of the partition does not matter.
func TestCacheSlicesOfAwkwardPartitions(t *testing.T) {
	t.Parallel()
	for name, shape := range map[string]struct {
		offer func(c *cached)
		units float64
	}{
		"1,000 small spans, 30 % sold": {func(c *cached) { c.sellTenMillion(1000, 10_000) }, 5},
		"spans of three lengths": {func(c *cached) {
			c.sellTenMillion(1, 0)
			for i := range e164.Number(50) {
				c.must(c.store.PutRange(c.Context(), span(44300000000+i*1_000, 44300000000+i*1_000+99, "standard", 1)))
				c.must(c.store.PutRange(c.Context(), span(443000000+i*10, 443000000+i*10, "standard", 1)))
			}
		}, 7.5},
		"50 sets": {func(c *cached) {
			c.sellTenMillion(1, 0)
			places, err := catalogue.NewSuffixes([]uint16{3, 4, 9_999})
			c.must(err)
			for b := range e164.Block(50) {
				c.must(c.store.PutRange(c.Context(),
					catalogue.Range{Carrier: "acme", Package: "standard", Country: "GB", Ver: 1}.SetRange(44301000+b, places)))
			}
		}, 6.5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCached(t)
			shape.offer(c)
			for _, prefix := range []string{"4430000", "44300001", "4430000123", "443000012345", "4430101", "4430999"} {
				filters := search.Filters{StartsWith: prefix}
				c.coldStart()
				before := c.meter.Read()
				got, units := c.search(filters), c.meter.Read()-before
				c.search(search.Filters{})
				if want := c.search(filters); got.Total != want.Total ||
					!slices.EqualFunc(got.Rows, want.Rows, func(a, b search.Hit) bool { return a.Number == b.Number }) {
					t.Errorf("%s: %d of a slice, %d of the whole", prefix, got.Total, want.Total)
				}
				t.Logf("%s: %d numbers for %v read units", prefix, got.Total, units)
				if units > shape.units {
					t.Errorf("%s: %v read units, at most %v", prefix, units, shape.units)
				}
			}
		})
	}
}

// sell writes blocks in which three of ten numbers are taken, which no coding
// shortens, and returns the taken places of each block.
func (c *cached) sell(first e164.Number, blocks int) catalogue.Suffixes {
	c.Helper()
	client := dynamodb.NewFromConfig(dynamotest.Config(c.TB))
	var places []uint16
	for p, x := uint16(0), uint32(1); p < e164.BlockSize; p++ {
		if x = x*1664525 + 1013904223; x>>16%10 < 3 {
			places = append(places, p)
		}
	}
	set, err := catalogue.NewSuffixes(places)
	c.must(err)
	var all []types.WriteRequest
	for b := first.Block(); b < first.Block()+e164.Block(blocks); b++ {
		all = append(all, types.WriteRequest{PutRequest: &types.PutRequest{Item: map[string]types.AttributeValue{
			"pk":    &types.AttributeValueMemberS{Value: fmt.Sprintf("CAT#acme#%d", b.Partition())},
			"sk":    &types.AttributeValueMemberS{Value: fmt.Sprintf("T#%02d#%s", b.First().Len(), b.Digits())},
			"taken": &types.AttributeValueMemberB{Value: set.Bytes()}, "ver": &types.AttributeValueMemberN{Value: "1"},
		}}})
	}
	for chunk := range slices.Chunk(all, 25) {
		out, err := client.BatchWriteItem(context.Background(),
			&dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{c.table: chunk}})
		c.must(err)
		if len(out.UnprocessedItems) > 0 {
			c.Fatal("items left unwritten")
		}
	}
	return set
}

// sellTenMillion offers ten million numbers in spans with the given step, and
// sells three of ten; it returns the sold places of each block.
func (c *cached) sellTenMillion(spans, step e164.Number) (set catalogue.Suffixes) {
	c.Helper()
	each := 10_000_000 / spans
	for i := range spans {
		first := 443000000000 + i*step
		c.must(c.store.PutRange(c.Context(), span(first, first+each-1, "standard", 1)))
		set = c.sell(first, int(each/e164.BlockSize))
	}
	return set
}

// Ten million numbers, 30 % of them sold, in one partition or in a hundred: a
// cold function loads them for at most 400 read units, a warm one keeps up for
// one, and a prefix costs a cold function at most 5.
func TestCacheCosts(t *testing.T) {
	t.Parallel()
	for name, starts := range map[string]struct{ spans, step e164.Number }{
		"one partition":      {1, 0},
		"hundred partitions": {100, 100_000_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCached(t)
			set := c.sellTenMillion(starts.spans, starts.step)
			sold := 10_000_000 - c.search(search.Filters{}).Total
			t.Logf("%d sold; cold load: %v; %d bytes", sold, c.meter, c.cache.Bytes())
			wanttest.True(t, "the blocks hold at least 2,900,000 sold numbers", sold >= 2_900_000)
			wanttest.True(t, "the blocks hold at most 3,100,000 sold numbers", sold <= 3_100_000)
			wanttest.True(t, "a cold load costs at most 400 read units", c.meter.Read() <= 400)
			c.pass(500 * time.Millisecond)
			c.finds("idle refresh", search.Filters{}, 10_000_000-sold, 1)
			c.coldStart()
			c.finds("prefix, cold", search.Filters{StartsWith: "4430000"}, (10_000_000-sold)/100, 5)
			free := uint64(100)
			for place := uint16(1200); place < 1300; place++ {
				if set.Contains(place) {
					free--
				}
			}
			c.coldStart()
			c.finds("longer prefix, cold", search.Filters{Q: "+44 30 0000 12"}, free, 5)
		})
	}
}
