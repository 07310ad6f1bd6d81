//go:build unix

package search

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
)

// densities are the shares of a billion numbers that are sold in BenchmarkBounds.
var densities = []float64{0, 0.01, 0.025, 0.1, 0.3, 0.5, 0.9, 0.97, 0.999}

// boundFilters are the digits that are hardest to search for: masks of blocks
// that are full, wide, in short rows and of many states.
var boundFilters = []Filters{
	{}, {Contains: "7"}, {Contains: "77"}, {EndsWith: "??1?"}, {EndsWith: "7"}, {Q: "0777"}, {Q: "0?"},
	{Pattern: "4*1*2*3*4*"}, {Pattern: "*1????????2*"}, {StartsWith: "44", Contains: "1?", EndsWith: "?3?"},
}

// boundRuns are the lengths of runs, and 0 for numbers, with the most work: on
// both sides of the length at which the way to count changes.
var boundRuns = []int{0, 2, 10, 64, 100}

func (f Filters) text() string {
	text := ""
	for _, part := range []struct{ name, value string }{
		{"q", f.Q}, {"starts_with", f.StartsWith}, {"contains", f.Contains}, {"ends_with", f.EndsWith},
		{"pattern", f.Pattern}, {"sort", f.Sort},
	} {
		if part.value != "" {
			text += "&" + part.name + "=" + part.value
		}
	}
	if f.Consecutive > 0 {
		text = fmt.Sprintf("&consecutive=%d", f.Consecutive) + text
	}
	if text == "" {
		return "everything"
	}
	return text[1:]
}

// sellAlike takes numbers as sell does, but only some blocks are drawn, and come
// again and again: a billion numbers cost seconds that way.
func sellAlike(ranges []catalogue.Range, share float64) (blocks []catalogue.Block) {
	if share == 0 {
		return nil
	}
	random := rand.New(rand.NewPCG(1, 2))
	drawn := make([]catalogue.Suffixes, 256)
	for i := range drawn {
		var taken bitset.Set
		for p := range uint16(e164.BlockSize) {
			if random.Float64() < share {
				taken.Add(p)
			}
		}
		drawn[i] = catalogue.SuffixesOf(&taken)
	}
	next := e164.Block(0)
	for _, r := range ranges {
		for b := max(next, r.Span.Start.Block()); b <= r.Span.End.Block(); b++ {
			blocks = append(blocks, catalogue.Block{Carrier: "acme", Block: b, Taken: drawn[random.IntN(len(drawn))], Ver: 1})
			next = b + 1
		}
	}
	return blocks
}

// offerUnaligned is a billion numbers in as many spans as offer has, which begin
// and end anywhere: two packages share every seventh block.
func offerUnaligned() (ranges []catalogue.Range) {
	for i, r := range offer(13726, 1_000_000_000) {
		start, length := e164.Number(443000001234), e164.Number(72_855)
		r.Span = e164.Span{Start: start + e164.Number(i)*length, End: start + e164.Number(i+1)*length - 1}
		ranges = append(ranges, r)
	}
	return ranges
}

// BenchmarkBounds searches a billion numbers, of which more and more are sold,
// for what takes longest.
func BenchmarkBounds(b *testing.B) {
	for _, density := range densities {
		ranges := offerUnaligned()
		c := New(ranges, sellAlike(ranges, density))
		for _, filters := range boundFilters {
			for _, filters.Consecutive = range boundRuns {
				for _, filters.Sort = range []string{"", "price"} {
					if filters.Sort != "" && filters.Contains != "7" {
						continue
					}
					b.Run(fmt.Sprintf("%g%%_sold/%s", density*100, filters.text()), func(b *testing.B) {
						b.ReportAllocs()
						defer reportProcessor(b)()
						for b.Loop() {
							query, err := ParseQuery(filters)
							if err != nil {
								b.Fatal(err)
							}
							c.Search(query, prices)
						}
					})
				}
			}
		}
	}
}
