//go:build unix

package search

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"sync"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/bitset"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

// offer returns spans with the given total of numbers, one for each national
// prefix, with a gap after every tenth: the shape of a regulator's list.
func offer(spans int, total uint64) (ranges []catalogue.Range) {
	each := e164.Number(total / uint64(spans) / e164.BlockSize * e164.BlockSize)
	start := e164.Number(443000000000)
	for i := range spans {
		end := start + each - 1
		if i < int(total-uint64(each)*uint64(spans))/e164.BlockSize {
			end += e164.BlockSize
		}
		ranges = append(ranges, catalogue.Range{
			Carrier: "acme", Span: e164.Span{Start: start, End: end},
			Package: []string{"standard", "gold"}[i%2], Country: "GB", Area: fmt.Sprint(i % 40), Type: e164.UAN,
		})
		if start = end + 1; i%10 == 9 {
			start += e164.BlockSize
		}
	}
	return ranges
}

// sell takes each offered number with the same probability.
func sell(ranges []catalogue.Range, share float64) (blocks []catalogue.Block) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, r := range ranges {
		for b := r.Span.Start.Block(); b <= r.Span.End.Block() && share > 0; b++ {
			var taken bitset.Set
			for p := range uint16(e164.BlockSize) {
				if random.Float64() < share {
					taken.Add(p)
				}
			}
			blocks = append(blocks, catalogue.Block{Carrier: "acme", Block: b, Taken: catalogue.SuffixesOf(&taken), Ver: 1})
		}
	}
	return blocks
}

// benchCatalogue is a catalogue of the table in the README.
type benchCatalogue struct {
	name  string
	spans int
	total uint64
	sold  float64
}

var benchCatalogues = []benchCatalogue{
	{"10M_30%_sold", 1000, 10_000_000, 0.30},
	{"1000M_none_sold", 13726, 1_000_000_000, 0},
	{"1000M_1%_sold", 13726, 1_000_000_000, 0.01},
}

// benchQueries are the searches of the table, with equivalent regular expressions
// where a simple program could answer.
var benchQueries = []struct {
	name    string
	filters Filters
	expr    string
}{
	{"everything", Filters{}, ``},
	{"starts_with=4430123", Filters{StartsWith: "4430123"}, `^4430123`},
	{"ends_with=007", Filters{EndsWith: "007"}, `007$`},
	{"contains=77", Filters{Contains: "77"}, `77`},
	{"contains=777777", Filters{Contains: "777777"}, `777777`},
	{"q=0777", Filters{Q: "0777"}, `0777|^44777`},
	{"pattern=*1????2*", Filters{Pattern: "*1????2*"}, `1.{4}2`},
	{"pattern=44*12??3*&area=7&package=gold", Filters{Pattern: "44*12??3*", Area: "7", Package: "gold"}, ``},
	{"contains=77&sort=price", Filters{Contains: "77", Sort: "price"}, ``},
	{"contains=77&sort=memorable", Filters{Contains: "77", Sort: "memorable"}, ``},
	{"memorable=any", Filters{Memorable: "any"}, ``},
	{"memorable=repeat&contains=77", Filters{Memorable: "repeat", Contains: "77"}, ``},
	{"consecutive=10", Filters{Consecutive: 10}, ``},
	{"consecutive=10&contains=77", Filters{Consecutive: 10, Contains: "77"}, ``},
	{"consecutive=2&contains=7", Filters{Consecutive: 2, Contains: "7"}, ``},
	{"consecutive=5&ends_with=??1?", Filters{Consecutive: 5, EndsWith: "??1?"}, ``},
}

// BenchmarkSearch is one search: its query read, everything counted, a page of
// 50 listed.
func BenchmarkSearch(b *testing.B) {
	for _, w := range benchCatalogues {
		ranges := offer(w.spans, w.total)
		c := New(ranges, sell(ranges, w.sold))
		for _, q := range benchQueries {
			b.Run(w.name+"/"+q.name, func(b *testing.B) {
				b.ReportAllocs()
				defer reportProcessor(b)()
				for b.Loop() {
					query, err := ParseQuery(q.filters)
					if err != nil {
						b.Fatal(err)
					}
					c.Search(query, prices)
				}
			})
		}
	}
}

// BenchmarkUpdate measures the cost of a sale for the cache: one block of ten
// million numbers changes.
func BenchmarkUpdate(b *testing.B) {
	ranges := offer(1000, 10_000_000)
	blocks := sell(ranges, 0.30)
	c := New(ranges, blocks)
	b.ReportAllocs()
	defer reportProcessor(b)()
	for b.Loop() {
		c.WithBlocks(blocks[500:501])
	}
}

// BenchmarkMemory measures the memory for a million sold numbers.
func BenchmarkMemory(b *testing.B) {
	for _, w := range benchCatalogues {
		if w.sold == 0 {
			continue
		}
		ranges := offer(w.spans, w.total)
		blocks := sell(ranges, w.sold)
		b.Run(w.name, func(b *testing.B) {
			bytes := 0
			for b.Loop() {
				bytes = 0
				for _, p := range New(ranges, blocks).sections {
					bytes += p.bytes
				}
			}
			b.ReportMetric(float64(bytes)/(float64(w.total)*w.sold/1e6), "bytes/million_sold")
			b.ReportMetric(float64(bytes), "bytes")
		})
	}
}

// BenchmarkRegexp is the baseline, a simple program: the available numbers of
// the same ten million in one sorted array, each tried by a regular expression,
// counted by area and package, the first 50 kept.
func BenchmarkRegexp(b *testing.B) {
	w := benchCatalogues[0]
	free := sync.OnceValue(func() []Hit { return simpleList(offer(w.spans, w.total), w.sold) })
	for _, q := range benchQueries {
		if q.expr == "" {
			continue
		}
		b.Run(w.name+"/"+q.name, func(b *testing.B) {
			hits := free()
			b.ReportAllocs()
			defer reportProcessor(b)()
			for b.Loop() {
				scan(hits, regexp.MustCompile(q.expr))
			}
		})
	}
}

func simpleList(ranges []catalogue.Range, sold float64) (free []Hit) {
	taken := map[e164.Block]*bitset.Set{}
	for _, block := range sell(ranges, sold) {
		b := block.Taken.Bits()
		taken[block.Block] = &b
	}
	for i := range ranges {
		for n := ranges[i].Span.Start; n <= ranges[i].Span.End; n++ {
			if !taken[n.Block()].Contains(n.Suffix()) {
				free = append(free, Hit{n, &ranges[i], ""})
			}
		}
	}
	return free
}

func scan(hits []Hit, expr *regexp.Regexp) (total int, areas, packages map[string]int, page []Hit) {
	areas, packages = map[string]int{}, map[string]int{}
	var text [e164.MaxDigits]byte
	for _, hit := range hits {
		if !expr.Match(strconv.AppendUint(text[:0], uint64(hit.Number), 10)) {
			continue
		}
		total++
		areas[hit.Range.Area]++
		packages[hit.Range.Package]++
		if len(page) < DefaultLimit {
			page = append(page, hit)
		}
	}
	return total, areas, packages, page
}

// The baseline must find the same numbers as the search, or the comparison is
// void.
func TestBaselineFindsTheSame(t *testing.T) {
	ranges := offer(20, 200_000)
	c, free := New(ranges, sell(ranges, 0.3)), simpleList(ranges, 0.3)
	for _, q := range benchQueries {
		if q.expr == "" {
			continue
		}
		query, err := ParseQuery(q.filters)
		if err != nil {
			t.Fatal(err)
		}
		got := c.Search(query, prices)
		total, areas, packages, page := scan(free, regexp.MustCompile(q.expr))
		wanttest.Equal(t, q.name+": total", got.Total, uint64(total))
		wanttest.Equal(t, q.name+": number of areas", len(got.Facets.Area.Top), len(areas))
		wanttest.Equal(t, q.name+": number of packages", len(got.Facets.Package.Top), len(packages))
		wanttest.Equal(t, q.name+": number of rows", len(got.Rows), len(page))
	}
}
