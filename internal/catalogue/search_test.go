package catalogue

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"didpurchase/internal/e164"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// world is a small catalogue, and the same written down number by number.
type world struct {
	catalogue *Catalogue
	free      map[e164.Number]*Range
}

// Numbers of several lengths, few enough to be tried one by one; 49 has a trunk
// prefix of 0, 1 and 39 have none of it.
var heads = []string{"1", "12", "441", "4420", "49", "390", "3312"}

func drawWorld(t *rapid.T) world {
	w := world{free: map[e164.Number]*Range{}}
	var ranges []Range
	offered := map[e164.Number]int{}
	for i := range rapid.IntRange(1, 12).Draw(t, "ranges") {
		r := drawRange(t)
		if !slices.ContainsFunc(numbersOf(r), func(n e164.Number) bool { _, dup := offered[n]; return dup }) {
			for _, n := range numbersOf(r) {
				offered[n] = len(ranges)
			}
			r.ImportID = strconv.Itoa(i)
			ranges = append(ranges, r)
		}
	}
	taken := drawTaken(t, offered)
	for n, i := range offered {
		if !taken[n] {
			w.free[n] = &ranges[i]
		}
	}
	w.catalogue = New(ranges, blocksOf(taken))
	return w
}

func drawRange(t *rapid.T) Range {
	head := rapid.SampledFrom(heads).Draw(t, "head")
	length := rapid.IntRange(max(5, len(head)+1), 9).Draw(t, "length")
	first, _ := strconv.Atoi(head + strings.Repeat("0", length-len(head)))
	width := int(pow10[length-len(head)])
	start := e164.Number(first + rapid.IntRange(0, width-1).Draw(t, "start"))
	end := min(start+e164.Number(rapid.SampledFrom([]int{0, 9, 300, 9999, 15000}).Draw(t, "more")), e164.Number(first+width-1))
	r := Range{
		Carrier: "acme",
		Span:    e164.Span{Start: start, End: end},
		Package: rapid.SampledFrom([]string{"standard", "gold"}).Draw(t, "package"),
		Area:    rapid.SampledFrom([]string{"", "London", "Leeds"}).Draw(t, "area"),
		Country: e164.Country(start),
		Type:    rapid.SampledFrom([]e164.Type{e164.Geographic, e164.Mobile}).Draw(t, "type"),
	}
	// A block of a short number lies in several countries, a range never does.
	if length >= 8 && rapid.Bool().Draw(t, "set") {
		places := rapid.SliceOfNDistinct(rapid.Uint16Range(0, 9999), 1, 40, rapid.ID).Draw(t, "places")
		set, err := NewSuffixes(places)
		if err != nil {
			t.Fatal(err)
		}
		r = r.SetRange(start.Block(), set)
	}
	return r
}

func numbersOf(r Range) (list []e164.Number) {
	for n := r.Span.Start; n <= r.Span.End; n++ {
		if r.Contains(n) {
			list = append(list, n)
		}
	}
	return list
}

// drawTaken takes 0 to 100 % of what is offered, and numbers that are not.
func drawTaken(t *rapid.T, offered map[e164.Number]int) map[e164.Number]bool {
	share := rapid.SampledFrom([]uint64{0, 1, 10, 500, 950, 1000}).Draw(t, "per mille taken")
	seed := rapid.Uint64().Draw(t, "seed")
	taken := map[e164.Number]bool{}
	for n := range offered {
		if hash := (uint64(n)^seed)*0x9E3779B97F4A7C15 ^ seed; hash>>20%1000 < share {
			taken[n] = true
		}
	}
	for range rapid.IntRange(0, 5).Draw(t, "withdrawn") {
		n := e164.Number(rapid.IntRange(44100, 44200000).Draw(t, "taken, not offered"))
		if _, is := offered[n]; !is {
			taken[n] = true
		}
	}
	return taken
}

func blocksOf(taken map[e164.Number]bool) (blocks []Block) {
	byBlock := map[e164.Block][]e164.Number{}
	for n := range taken {
		byBlock[n.Block()] = append(byBlock[n.Block()], n)
	}
	for b, touched := range byBlock {
		block, changed, err := Project(Block{Carrier: "acme", Block: b}, touched)
		if err != nil || !changed {
			panic(fmt.Sprint("project: ", changed, err))
		}
		blocks = append(blocks, block)
	}
	return blocks
}

// drawFilters draws filters and the regular expressions that say the same.
func drawFilters(t *rapid.T) (f Filters, exprs []string) {
	token := rapid.StringOfN(rapid.RuneFrom([]rune("00112344579?")), 1, 4, -1)
	glob := rapid.StringOfN(rapid.RuneFrom([]rune("0123449??**")), 1, 7, -1)
	wild := func(s string) string {
		return strings.NewReplacer("?", `\d`, "*", `\d*`).Replace(s)
	}
	for range rapid.IntRange(0, 2).Draw(t, "filters") {
		s := token.Draw(t, "token")
		switch rapid.IntRange(0, 6).Draw(t, "filter") {
		case 0:
			f.StartsWith = s
		case 1:
			f.EndsWith = s
		case 2:
			f.Contains = s
		case 3:
			f.Pattern = glob.Draw(t, "pattern")
		case 4:
			f.Q = s
		case 5:
			f.Q = glob.Draw(t, "q")
		case 6:
			f.Q = "+" + s
		}
	}
	if f.StartsWith != "" {
		exprs = append(exprs, wild(f.StartsWith)+`\d*`)
	}
	if f.EndsWith != "" {
		exprs = append(exprs, `\d*`+wild(f.EndsWith))
	}
	if f.Contains != "" {
		exprs = append(exprs, `\d*`+wild(f.Contains)+`\d*`)
	}
	if f.Pattern != "" {
		exprs = append(exprs, wild(f.Pattern))
	}
	f.Country = rapid.SampledFrom([]string{"", "", "gb", "DE", "IT"}).Draw(t, "country")
	if f.Q != "" {
		exprs = append(exprs, boxExpr(f.Q, wild, f.Country))
	}
	f.Area = rapid.SampledFrom([]string{"", "", "London", "Paris"}).Draw(t, "area")
	f.Package = rapid.SampledFrom([]string{"", "", "gold"}).Draw(t, "package filter")
	f.Type = rapid.SampledFrom([]string{"", "", "mobile"}).Draw(t, "type filter")
	f.Limit = rapid.SampledFrom([]int{0, 1, 7, 200}).Draw(t, "limit")
	return f, exprs
}

func boxExpr(q string, wild func(string) string, country string) string {
	tail := `\d*`
	if strings.Contains(q, "*") {
		tail = ""
	}
	national, plus := strings.CutPrefix(q, "+")
	if plus {
		return wild(national) + tail
	}
	expr := tail + wild(q) + tail
	if strings.HasPrefix(q, "0") && len(q) > 1 {
		codes := map[string]string{"": "44|49|33", "gb": "44", "DE": "49", "IT": "none"}[country]
		expr += "|(" + codes + ")" + wild(q[1:]) + tail
	}
	if strings.HasPrefix(q, "00") && len(q) > 2 {
		expr += "|" + wild(q[2:]) + tail
	}
	return expr
}

// try finds the matches one by one.
func (w world) try(f Filters, exprs []string) (hits []Hit, facets Facets) {
	var matchers []*regexp.Regexp
	for _, expr := range exprs {
		matchers = append(matchers, regexp.MustCompile("^(?:"+expr+")$"))
	}
	country, area, pack := map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	for n, r := range w.free {
		if f.Country != "" && !strings.EqualFold(f.Country, r.Country) || f.Area != "" && f.Area != r.Area ||
			f.Package != "" && f.Package != r.Package || f.Type != "" && f.Type != string(r.Type) {
			continue
		}
		if !slices.ContainsFunc(matchers, func(m *regexp.Regexp) bool { return !m.MatchString(n.Digits()) }) {
			hits = append(hits, Hit{n, r})
			country[r.Country]++
			area[r.Area]++
			pack[r.Package]++
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Number, b.Number) })
	return hits, Facets{ranked(country), ranked(area), ranked(pack)}
}

func ranked(counts map[string]uint64) []Count {
	list := []Count{}
	delete(counts, "")
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, Count{value, counts[value]})
	}
	slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return list
}

func TestSearchFindsWhatTryingFinds(t *testing.T) { rapid.Check(t, checkWorld) }

func FuzzSearchFindsWhatTryingFinds(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkWorld)) }

func checkWorld(t *rapid.T) {
	w := drawWorld(t)
	for range 5 {
		checkSearch(t, w)
	}
}

func checkSearch(t *rapid.T, w world) {
	filters, exprs := drawFilters(t)
	hits, facets := w.try(filters, exprs)
	for page := 0; ; page++ {
		query, err := ParseQuery(filters)
		if err != nil {
			t.Fatal(err)
		}
		got := w.catalogue.Search(query)
		if got.Total != uint64(len(hits)) {
			t.Fatalf("%+v: total %d, want %d", filters, got.Total, len(hits))
		}
		if diff := gocmp.Diff(facets, got.Facets); diff != "" {
			t.Fatalf("%+v: facets: %s", filters, diff)
		}
		at := slices.IndexFunc(hits, func(h Hit) bool { return h.Number > filters.After })
		if at < 0 {
			at = len(hits)
		}
		want := hits[at:min(at+query.limit, len(hits))]
		if !slices.Equal(want, got.Rows) {
			t.Fatalf("%+v: rows\n%v, want\n%v", filters, numbersIn(got.Rows), numbersIn(want))
		}
		if more := at+query.limit < len(hits); more != (got.Next != 0) {
			t.Fatalf("%+v: next %v, but more is %t", filters, got.Next, more)
		}
		checkPartitions(t, query, got.Rows)
		if filters.After = got.Next; got.Next == 0 || page == 20 {
			return
		}
	}
}

func checkPartitions(t *rapid.T, q *Query, rows []Hit) {
	for _, hit := range rows {
		if p := hit.Number.Partition(); len(q.Partitions([]e164.Partition{p})) == 0 {
			t.Fatalf("%v matches, but its partition %d would not be read", hit.Number, p)
		}
	}
}

func numbersIn(hits []Hit) (list []e164.Number) {
	for _, h := range hits {
		list = append(list, h.Number)
	}
	return list
}

func TestRangeForFindsTheOffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for n, r := range w.free {
			if got := w.catalogue.RangeFor(n); got != r {
				t.Fatalf("%v: %v, want %v", n, got, r)
			}
		}
		if n := e164.Number(rapid.IntRange(700000, 800000).Draw(t, "not offered")); w.catalogue.RangeFor(n) != nil {
			t.Fatalf("%v is not offered", n)
		}
	})
}

// A page of an import that is writing may show a span before it was split and
// its second half after.
func TestOverlappingSpansCountOnce(t *testing.T) {
	c := New([]Range{
		{Span: e164.Span{Start: 442000000000, End: 442000000009}, Package: "standard"},
		{Span: e164.Span{Start: 442000000005, End: 442000000014}, Package: "gold"},
	}, nil)
	query, err := ParseQuery(Filters{})
	if err != nil {
		t.Fatal(err)
	}
	got := c.Search(query)
	if got.Total != 15 || len(got.Rows) != 15 || got.Rows[5].Range.Package != "standard" {
		t.Errorf("total %d, rows %v", got.Total, got.Rows)
	}
}

func TestPartitionsOfAPrefix(t *testing.T) {
	all := []e164.Partition{683, 1201, 3312, 4420, 4430, 4432}
	for _, c := range []struct {
		filters Filters
		want    []e164.Partition
	}{
		{Filters{}, all},
		{Filters{StartsWith: "443"}, []e164.Partition{4430, 4432}},
		{Filters{Q: "+44 20 7"}, []e164.Partition{4420}},
		{Filters{Country: "FR"}, []e164.Partition{3312}},
		{Filters{Pattern: "4?3"}, nil}, // too short for a number
		{Filters{EndsWith: "7"}, all},
		{Filters{StartsWith: "6834"}, []e164.Partition{683}}, // Niue's numbers have seven digits
		{Filters{Country: "NU"}, []e164.Partition{683}},
	} {
		query, err := ParseQuery(c.filters)
		if err != nil {
			t.Fatal(err)
		}
		if got := query.Partitions(all); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v, want %v", c.filters, got, c.want)
		}
	}
}
