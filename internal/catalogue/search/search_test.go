package search

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// drawFilters draws filters and the equivalent regular expressions.
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
	f.Country = rapid.SampledFrom([]string{"", "", "gb", "DE", "IT", "de, GB", "IT,FR"}).Draw(t, "country")
	if f.Q != "" {
		exprs = append(exprs, boxExpr(f.Q, wild, f.Country))
	}
	f.Area = rapid.SampledFrom([]string{"", "", "London", "Paris"}).Draw(t, "area")
	f.Package = rapid.SampledFrom([]string{"", "", "gold"}).Draw(t, "package filter")
	f.Type = rapid.SampledFrom([]string{"", "", "mobile"}).Draw(t, "type filter")
	f.Features = rapid.SampledFrom([]string{"", "", "voice", "Voice, sms"}).Draw(t, "features filter")
	f.MaxSetup = rapid.SampledFrom([]string{"", "", "0.99", "5"}).Draw(t, "max setup")
	f.MaxRecurring = rapid.SampledFrom([]string{"", "", "2.000", "5", "6", "60.82", "60.83"}).Draw(t, "max recurring")
	f.Interval = rapid.SampledFrom([]string{"", "", "month", "1-day"}).Draw(t, "interval")
	f.Memorable = rapid.SampledFrom([]string{"", "", "", "any", "repeat", "Ladder, round", "pairs,palindrome"}).Draw(t,
		"memorable")
	if _, err := ParseQuery(f); err != nil { // too wide together
		f.Memorable = ""
	}
	if f.Memorable != "" {
		exprs = append(exprs, memorableExpr(f.Memorable))
	}
	f.Consecutive = rapid.SampledFrom([]int{0, 0, 2, 3, 10, 64, 65, 500, 10000, 10001}).Draw(t, "consecutive")
	f.Sort = rapid.SampledFrom([]string{"", "number", "price", "price"}).Draw(t, "sort")
	if f.Consecutive == 0 && rapid.IntRange(0, 3).Draw(t, "sort by reason") == 0 {
		byReason := f
		byReason.Sort = "memorable"
		if _, err := ParseQuery(byReason); err == nil { // not too wide together
			f = byReason
		}
	}
	f.Limit = rapid.SampledFrom([]int{0, 1, 7, 200}).Draw(t, "limit")
	return f, exprs
}

// memorableExpr is an expression of numbers with one of the reasons.
func memorableExpr(filter string) string {
	return `\d*(` + strings.Join(memorableEndings(strings.ToLower(filter)), "|") + ")"
}

// memorableEndings computes the endings in another way than the search does.
func memorableEndings(filter string) (list []string) {
	has := func(m Memorable) bool { return filter == "any" || strings.Contains(filter, string(m)) }
	for i := range 10_000 {
		ending := fmt.Sprintf("%04d", i)
		half, rest := ending[:2], ending[2:]
		turned := rest[1:] + rest[:1]
		ladder := strings.Contains("01234567890", ending) || strings.Contains("09876543210", ending)
		repeat := strings.Count(ending, ending[:1]) == 4
		round := rest == "00" && half[1:] == "0" && !repeat
		pairs := (half == rest || half[0] == half[1] && rest[0] == rest[1]) && !repeat
		if has(Repeat) && repeat || has(Ladder) && ladder || has(Round) && round || has(Pairs) && pairs ||
			has(Palindrome) && half == turned && !repeat {
			list = append(list, ending)
		}
	}
	return list
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
		codes := map[string]string{"": "44|49|33", "gb": "44", "DE": "49", "IT": "none", "de, GB": "49|44",
			"IT,FR": "33"}[country]
		expr += "|(" + codes + ")" + wild(q[1:]) + tail
	}
	if strings.HasPrefix(q, "00") && len(q) > 2 {
		expr += "|" + wild(q[2:]) + tail
	}
	return expr
}

// matching are the free numbers that match, ascending, tried one by one.
func (w *modelCatalogue) matching(f Filters, exprs []string) (hits []Hit) {
	var matchers []*regexp.Regexp
	for _, expr := range exprs {
		matchers = append(matchers, regexp.MustCompile("^(?:"+expr+")$"))
	}
	for n, r := range w.offered {
		r, rule, priced := w.ruled(n, r)
		p := prices[r.Package]
		if w.taken[n] || !priced || f.Country != "" &&
			!strings.Contains(strings.ToUpper(f.Country), r.Country) || f.Area != "" &&
			f.Area != r.Area ||
			f.Package != "" && f.Package != r.Package || f.Type != "" && f.Type != string(r.Type) ||
			f.MaxSetup != "" && numeral(p.Setup.Number()) > numeral(f.MaxSetup) || f.MaxRecurring != "" &&
			numeral(monthly[r.Package]) > numeral(f.MaxRecurring) ||
			f.Interval != "" && !strings.HasSuffix(f.Interval, string(p.Interval.Unit)) ||
			f.Features == "voice" && slices.Contains(r.Features, "fax") || f.Features == "Voice, sms" &&
			!slices.Contains(r.Features, "sms") {
			continue
		}
		if !slices.ContainsFunc(matchers, func(m *regexp.Regexp) bool { return !m.MatchString(n.Digits()) }) {
			hits = append(hits, Hit{n, r, rule})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Compare(a.Number, b.Number) })
	return hits
}

func numeral(text string) float64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return f
}

// asRuns joins hits to runs of at least the given length; with 0, each hit is a
// run.
func asRuns(hits []Hit, least int) (runs []Run) {
	for i := 0; i < len(hits); {
		end := i + 1
		for least > 0 && end < len(hits) && hits[end].Number == hits[end-1].Number+1 &&
			hits[end].Number.Len() == hits[end-1].Number.Len() && alike(hits[end].Range, hits[i].Range) {
			end++
		}
		if end-i >= least {
			runs = append(runs, Run{hits[i].Number, hits[end-1].Number, hits[i].Range, hits[i].Rule})
		}
		i = end
	}
	return runs
}

func alike(a, b *catalogue.Range) bool {
	return a.Package == b.Package && a.Area == b.Area && a.Country == b.Country && a.Type == b.Type &&
		slices.Equal(a.Offers(), b.Offers())
}

// expect returns the page after the cursor of filters, and the counts.
func (w *modelCatalogue) expect(f Filters, exprs []string) (page []Run, more bool, total uint64, facets Facets) {
	hits := w.matching(f, exprs)
	all := asRuns(hits, f.Consecutive)
	country, area, pack, kind := map[string]uint64{}, map[string]uint64{}, map[string]uint64{}, map[string]uint64{}
	features, interval := map[string]uint64{}, map[string]uint64{}
	for _, r := range all {
		country[r.Range.Country]++
		area[r.Range.Area]++
		pack[r.Range.Package]++
		kind[string(r.Range.Type)]++
		interval[prices[r.Range.Package].Interval.String()]++
		for _, feature := range r.Range.Offers() {
			features[feature]++
		}
	}
	behind := asRuns(slices.DeleteFunc(hits, func(h Hit) bool { return !isBehind(f, h) }), f.Consecutive)
	if f.Sort == "price" {
		slices.SortStableFunc(behind, func(a, b Run) int { return compareMonthly(a.Range, b.Range) })
	}
	if f.Sort == "memorable" {
		slices.SortStableFunc(behind, func(a, b Run) int { return cmp.Compare(reasonRank(a.Start), reasonRank(b.Start)) })
	}
	limit := cmp.Or(f.Limit, DefaultLimit)
	return behind[:min(limit, len(behind))], len(behind) > limit, uint64(len(all)),
		Facets{ranked(country), ranked(area), ranked(pack), ranked(kind), ranked(features), ranked(interval)}
}

// reasonRanks has the place of each memorable ending in the order by reasons.
var reasonRanks = sync.OnceValue(func() map[string]int {
	ranks := map[string]int{}
	for i, reason := range []Memorable{Palindrome, Pairs, Round, Ladder, Repeat} { // a better one replaces a worse one
		for _, ending := range memorableEndings(string(reason)) {
			ranks[ending] = -1 - i
		}
	}
	return ranks
})

func reasonRank(n e164.Number) int {
	digits := n.Digits()
	return reasonRanks()[digits[len(digits)-4:]]
}

func isBehind(f Filters, h Hit) bool {
	if f.Sort == "memorable" && f.After.Number > 0 {
		return cmp.Or(cmp.Compare(reasonRank(h.Number), reasonRank(f.After.Number)), cmp.Compare(h.Number, f.After.Number)) > 0
	}
	if f.Sort != "price" || f.After.Number == 0 {
		return h.Number > f.After.Number
	}
	price, currency := monthly[h.Range.Package], prices[h.Range.Package].Recurring.Currency()
	switch last := f.After.Price; {
	case price+" "+currency == last:
		return h.Number > f.After.Number
	case strings.HasSuffix(last, currency):
		return numeral(price) > numeral(strings.Fields(last)[0])
	default:
		return currency == "USD" // after JPY
	}
}

func compareMonthly(a, b *catalogue.Range) int {
	x, y := prices[a.Package].Recurring.Currency(), prices[b.Package].Recurring.Currency()
	return cmp.Or(cmp.Compare(x, y), cmp.Compare(numeral(monthly[a.Package]), numeral(monthly[b.Package])))
}

func ranked(counts map[string]uint64) Facet {
	list := []Count{}
	delete(counts, "")
	for _, value := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, Count{value, counts[value]})
	}
	slices.SortStableFunc(list, func(a, b Count) int { return cmp.Compare(b.Count, a.Count) })
	return Facet{Top: list}
}

func TestSearchFindsWhatTryingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkModel(t, ample, 5) })
}

func FuzzSearchFindsWhatTryingFinds(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { checkModel(t, scant, 3) }))
}

func checkModel(t *rapid.T, sized size, searches int) {
	w := drawModel(t, sized)
	for range searches {
		checkSearch(t, w)
		if len(w.offered) == 0 {
			continue
		}
		if rapid.Bool().Draw(t, "reload") {
			w.reload(t)
		} else if rapid.Bool().Draw(t, "other rules") {
			w.setRules(t)
		} else {
			w.pass(t)
		}
	}
}

// checkSearch walks the pages of a search; the model changes between them.
func checkSearch(t *rapid.T, w *modelCatalogue) {
	filters, exprs := drawFilters(t)
	for page := 0; ; page++ {
		query, err := ParseQuery(filters)
		if err != nil {
			t.Fatal(err)
		}
		got := w.catalogue.Search(query, prices)
		rows, more, total, facets := w.expect(filters, exprs)
		if got.Total != total {
			t.Fatalf("%+v: total %d, want %d", filters, got.Total, total)
		}
		if diff := gocmp.Diff(facets, got.Facets); diff != "" {
			t.Fatalf("%+v: facets: %s", filters, diff)
		}
		checkRows(t, filters, rows, got)
		if more != (got.Next != Cursor{}) {
			t.Fatalf("%+v: next %v, but more is %t", filters, got.Next, more)
		}
		checkPartitions(t, query, got.Rows)
		if filters.After = got.Next; !more || page == 4 {
			return
		}
		if rapid.IntRange(0, 9).Draw(t, "something happens") == 0 {
			w.pass(t)
		}
	}
}

func checkRows(t *rapid.T, f Filters, want []Run, got Result) {
	rows := got.Runs
	for _, hit := range got.Rows {
		rows = append(rows, Run{hit.Number, hit.Number, hit.Range, hit.Rule})
	}
	if f.Consecutive > 0 && len(got.Rows) > 0 || f.Consecutive == 0 && len(got.Runs) > 0 {
		t.Fatalf("%+v: %d numbers and %d runs", f, len(got.Rows), len(got.Runs))
	}
	if !slices.EqualFunc(want, rows, func(a, b Run) bool {
		return a.Start == b.Start && a.End == b.End && a.Range.ImportID == b.Range.ImportID &&
			a.Range.Package == b.Range.Package && (a.Rule == b.Rule || f.Consecutive > 0)
	}) {
		t.Fatalf("%+v: rows\n%v, want\n%v", f, texts(rows), texts(want))
	}
}

func checkPartitions(t *rapid.T, q *Query, rows []Hit) {
	for _, hit := range rows {
		if p := hit.Number.Partition(); len(q.Partitions([]e164.Partition{p})) == 0 {
			t.Fatalf("%v matches, but its partition %d would not be read", hit.Number, p)
		}
	}
}

func texts(runs []Run) (list []string) {
	for _, r := range runs {
		list = append(list, fmt.Sprintf("%v+%d", r.Start, r.Count()))
	}
	return list
}

func TestRangeForFindsTheOffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawModel(t, ample)
		for n, r := range w.offered {
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
	c := New([]catalogue.Range{
		{Span: e164.Span{Start: 442000000000, End: 442000000009}, Package: "standard"},
		{Span: e164.Span{Start: 442000000005, End: 442000000014}, Package: "gold"},
	}, nil)
	query, err := ParseQuery(Filters{})
	if err != nil {
		t.Fatal(err)
	}
	got := c.Search(query, prices)
	wanttest.Equal(t, "total", got.Total, 15)
	if len(got.Rows) != 15 {
		t.Fatalf("rows are %+v, want 15", got.Rows)
	}
	wanttest.Equal(t, "package of the sixth row", got.Rows[5].Range.Package, "standard")
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
		{Filters{Country: "US,CA"}, []e164.Partition{1201}}, // one calling code
		{Filters{Country: "FR,NU"}, []e164.Partition{683, 3312}},
		{Filters{Country: "FR,NU", StartsWith: "33"}, []e164.Partition{3312}},
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
