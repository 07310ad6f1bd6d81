package dynamo_test

import (
	"testing"
	"time"

	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
)

// BenchmarkCache measures the reads of a search over ten million numbers in one
// partition, 30 % of them sold: in read units, as DynamoDB bills.
func BenchmarkCache(b *testing.B) {
	c := newCached(b)
	c.sellTenMillion(1, 0)
	c.coldStart()
	ver := int64(1)
	warm := func() { c.search(search.Filters{}) }
	for _, step := range []struct {
		name string
		do   func(b *testing.B)
	}{
		{"cold_all", func(*testing.B) { c.coldStart(); c.search(search.Filters{}) }},
		{"cold_prefix_of_100000", func(*testing.B) { c.coldStart(); c.search(search.Filters{StartsWith: "4430000"}) }},
		{"cold_prefix_of_1000", func(*testing.B) { c.coldStart(); c.search(search.Filters{StartsWith: "443000012"}) }},
		{"warm_within_half_a_second", func(*testing.B) { warm() }},
		{"warm_idle_refresh", func(*testing.B) { c.pass(time.Second); warm() }},
		{"warm_refresh_after_a_sale", func(b *testing.B) {
			b.StopTimer()
			ver++
			c.pass(time.Second)
			c.takes(taken(b, e164.Block(44300000), ver, 1, 2, 3), c.now)
			b.StartTimer()
			warm()
		}},
	} {
		b.Run(step.name, func(b *testing.B) {
			warm()
			before, steps := c.meter.Read(), 0
			for b.Loop() {
				step.do(b)
				steps++
			}
			b.ReportMetric((c.meter.Read()-before)/float64(steps), "RU/op")
			b.ReportMetric(float64(c.cache.Bytes()), "bytes_kept")
		})
	}
}
