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
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

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

// A page of a prefix costs a cold function only the items of that prefix: at most 5
// read units if numbers have one length and are in spans; it costs some more for
// each further length, and for sets. The size of the partition does not matter.
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

// sell writes blocks in which three of ten numbers are taken, in a pattern that no
// coding shortens, and returns the taken places of each block.
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
