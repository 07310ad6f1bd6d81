package catalogue

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"didpurchase/internal/e164"
)

// offer makes spans of so many numbers altogether, each a national prefix's,
// with a gap after every tenth: the shape of a regulator's list.
func offer(spans int, total uint64) (ranges []Range) {
	each := e164.Number(total / uint64(spans) / e164.BlockSize * e164.BlockSize)
	start := e164.Number(443000000000)
	for i := range spans {
		end := start + each - 1
		if i < int(total-uint64(each)*uint64(spans))/e164.BlockSize {
			end += e164.BlockSize
		}
		ranges = append(ranges, Range{
			Carrier: "acme", Span: e164.Span{Start: start, End: end},
			Package: []string{"standard", "gold"}[i%2], Country: "GB", Area: fmt.Sprint("area ", i%40), Type: e164.UAN,
		})
		if start = end + 1; i%10 == 9 {
			start += e164.BlockSize
		}
	}
	return ranges
}

// sell takes each offered number with the same probability.
func sell(ranges []Range, share float64) (blocks []Block) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, r := range ranges {
		for b := r.Span.Start.Block(); b <= r.Span.End.Block() && share > 0; b++ {
			var taken bitset
			for p := range uint16(e164.BlockSize) {
				if random.Float64() < share {
					taken.add(p)
				}
			}
			blocks = append(blocks, Block{Carrier: "acme", Block: b, Taken: taken.suffixes(), Ver: 1})
		}
	}
	return blocks
}

func BenchmarkSearch(b *testing.B) {
	for _, size := range []struct {
		name  string
		spans int
		total uint64
		sold  float64
	}{
		{"1e9_0%", 13726, 1_000_000_000, 0},
		{"1e9_1%", 13726, 1_000_000_000, 0.01},
		{"1e7_30%", 1000, 10_000_000, 0.30},
	} {
		ranges := offer(size.spans, size.total)
		c := New(ranges, sell(ranges, size.sold))
		for name, f := range map[string]Filters{
			"all":          {},
			"contains":     {Contains: "777777"},
			"pair":         {Contains: "77"},
			"ends_with":    {EndsWith: "007"},
			"starts_with":  {StartsWith: "4430123"},
			"q":            {Q: "0777"},
			"wide_pattern": {Pattern: "*1????????2*"},
			"filtered":     {Pattern: "44*12??3*", Area: "area 7", Package: "gold"},
			"runs":         {Consecutive: 10},
			"runs_pair":    {Consecutive: 10, Contains: "77"},
			"price":        {Contains: "77", Sort: "price"},
		} {
			b.Run(size.name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					query, err := ParseQuery(f)
					if err != nil {
						b.Fatal(err)
					}
					c.Search(query, prices)
				}
			})
		}
	}
}
