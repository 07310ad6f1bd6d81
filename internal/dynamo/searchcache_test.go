package dynamo_test

import (
	"fmt"
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

// If nothing can be kept, a search still has all the data that it needs.
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

// A number of another carrier, or of another partition, does not affect a search.
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
