package search

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"

	"pgregory.net/rapid"
)

// modelCatalogue is a small catalogue, and the same written down number by number.
type modelCatalogue struct {
	catalogue *Catalogue
	ranges    []catalogue.Range
	offered   map[e164.Number]*catalogue.Range
	taken     map[e164.Number]bool
	vers      map[e164.Block]int64
	rules     []catalogue.PriceRule
	byRule    map[e164.Number]Hit // what trying the rules found
}

// prices: two packages have the same charge but other intervals, one has two
// charges a month, one has another currency, and "unpriced", which ranges may
// have, has no price.
var prices = Prices{
	"standard": terms1("standard", "1.00 USD", "2.00 USD", pricing.Month),
	"gold":     terms1("gold", "5.00 USD", "10.00 USD", pricing.Month),
	"daily":    terms1("daily", "0.00 USD", "2.00 USD", pricing.Day),
	"twice":    onDays(terms1("twice", "1.00 USD", "3.00 USD", pricing.Month), 1, 15),
	"yen":      terms1("yen", "0 JPY", "5 JPY", pricing.Month),
	"silver":   terms1("silver", "2.00 USD", "4.00 USD", pricing.Month), // only of price rules
	"dear yen": terms1("dear yen", "0 JPY", "50 JPY", pricing.Month),
}

// monthly has the monthly equivalents of prices.
var monthly = map[string]string{"standard": "2.00", "gold": "10.00", "daily": "60.83", "twice": "6.00", "yen": "5",
	"silver": "4.00", "dear yen": "50"}

func onDays(p pricing.Package, days ...int) pricing.Package {
	p.Align.MonthDays = pricing.OnMonthDays(days...)
	return p
}

func terms1(id, setup, recurring string, unit pricing.Unit) pricing.Package {
	amount := func(text string) money.Amount {
		number, currency, _ := strings.Cut(text, " ")
		return money.MustParse(number, currency)
	}
	return pricing.Package{Terms: pricing.Terms{
		Package: id, Setup: amount(setup), Recurring: amount(recurring), Interval: pricing.Interval{Unit: unit, Count: 1},
	}}
}

// Numbers of several lengths, few enough to be tried one by one; 49 has a trunk
// prefix of 0, 1 and 39 have none of it.
var heads = []string{"1", "12", "441", "4420", "49", "390", "3312"}

// size is how many numbers a model has: every number is tried, so that runs of a fuzzer
// are cheap only where there are few.
type size struct {
	ranges int
	more   []int // numbers of a span in addition to the first
}

var (
	ample = size{12, []int{0, 9, 300, 9999, 15000}}
	// scant has few numbers, most of the time; blocks are whole now and then.
	scant = size{6, []int{0, 0, 1, 1, 5, 5, 9, 9, 30, 30, 70, 70, 130, 130, 200, 10100}}
)

func drawModel(t *rapid.T, sized size) *modelCatalogue {
	w := &modelCatalogue{offered: map[e164.Number]*catalogue.Range{}, vers: map[e164.Block]int64{}}
	offered := map[e164.Number]int{}
	for i := range rapid.IntRange(1, sized.ranges).Draw(t, "ranges") {
		r := drawRange(t, sized)
		if len(w.ranges) > 0 && rapid.Bool().Draw(t, "next to the last") {
			r = besides(w.ranges[len(w.ranges)-1], r)
		}
		if !slices.ContainsFunc(numbersOf(r), func(n e164.Number) bool { _, dup := offered[n]; return dup }) {
			for _, n := range numbersOf(r) {
				offered[n] = len(w.ranges)
			}
			r.ImportID = strconv.Itoa(i)
			w.ranges = append(w.ranges, r)
		}
	}
	for n, i := range offered {
		w.offered[n] = &w.ranges[i]
	}
	w.taken = drawTaken(t, offered)
	w.catalogue = New(w.ranges, w.blocksOf(w.taken))
	w.setRules(t)
	return w
}

// setRules gives the model other price rules, often none.
func (w *modelCatalogue) setRules(t *rapid.T) {
	w.rules, w.byRule = nil, map[e164.Number]Hit{}
	for range rapid.SampledFrom([]int{0, 0, 1, 3, 6}).Draw(t, "rules") {
		pack := rapid.SampledFrom([]string{"gold", "daily", "silver", "yen", "dear yen", "ended"}).Draw(t, "rule's package")
		pattern := rapid.StringOfN(rapid.RuneFrom([]rune("01247??**")), 1, 5, -1).Draw(t, "pattern of a rule")
		if rapid.Bool().Draw(t, "ending") {
			pattern = "*" + pattern
		}
		currency := map[bool]string{true: "JPY", false: "USD"}[strings.HasSuffix(pack, "yen")]
		w.rules = append(w.rules, catalogue.PriceRule{Pattern: pattern, Package: pack, Currency: currency})
	}
	book, err := NewRulebook(w.rules)
	if err != nil {
		t.Fatal(err)
	}
	w.catalogue = w.catalogue.WithRules(book)
}

// ruled tries the rules one by one: it returns the range with the package that the
// number has, and reports whether the number has a price.
func (w *modelCatalogue) ruled(n e164.Number, r *catalogue.Range) (*catalogue.Range, string, bool) {
	own, onSale := prices[r.Package]
	if !onSale || len(w.rules) == 0 {
		return r, "", onSale
	}
	hit, known := w.byRule[n]
	if !known {
		hit = w.tried(n, r, own.Recurring.Currency())
		w.byRule[n] = hit
	}
	_, priced := prices[hit.Range.Package]
	return hit.Range, hit.Rule, priced
}

func (w *modelCatalogue) tried(n e164.Number, r *catalogue.Range, currency string) Hit {
	for _, rule := range w.rules {
		expr := "^" + strings.NewReplacer("?", `\d`, "*", `\d*`).Replace(rule.Pattern) + "$"
		if rule.Currency == currency && regexps(expr).MatchString(n.Digits()) {
			ruled := *r
			ruled.Package = rule.Package
			return Hit{n, &ruled, rule.Pattern}
		}
	}
	return Hit{n, r, ""}
}

var compiled sync.Map

func regexps(expr string) *regexp.Regexp {
	if known, ok := compiled.Load(expr); ok {
		return known.(*regexp.Regexp)
	}
	r := regexp.MustCompile(expr)
	compiled.Store(expr, r)
	return r
}

// besides moves a span to begin where another ends, with r's offer or with the
// other's.
func besides(before, r catalogue.Range) catalogue.Range {
	start := before.Span.End + 1
	if r.IsSet() || start.Len() != before.Span.End.Len() || e164.Country(start) != before.Country {
		return r
	}
	r.Span = e164.Span{Start: start, End: start + e164.Number(r.Span.Count()-1)}
	r.Country = before.Country
	if r.Span.End.Len() != start.Len() || e164.Country(r.Span.End) != r.Country {
		r.Span.End = start
	}
	if len(r.Features) == 0 {
		r.Package, r.Area, r.Type, r.Features = before.Package, before.Area, before.Type, before.Features
	}
	return r
}

func drawRange(t *rapid.T, sized size) catalogue.Range {
	head := rapid.SampledFrom(heads).Draw(t, "head")
	length := rapid.IntRange(max(5, len(head)+1), 9).Draw(t, "length")
	first, _ := strconv.Atoi(head + strings.Repeat("0", length-len(head)))
	width := int(pow10[length-len(head)])
	start := e164.Number(first + rapid.IntRange(0, width-1).Draw(t, "start"))
	end := min(start+e164.Number(rapid.SampledFrom(sized.more).Draw(t, "more")), e164.Number(first+width-1))
	r := catalogue.Range{
		Carrier: "acme",
		Span:    e164.Span{Start: start, End: end},
		Package: rapid.SampledFrom([]string{"standard", "gold", "daily", "twice", "yen", "unpriced"}).Draw(t, "package"),
		Area:    rapid.SampledFrom([]string{"", "London", "Leeds"}).Draw(t, "area"),
		Country: e164.Country(start),
		Type:    rapid.SampledFrom([]e164.Type{e164.Geographic, e164.Mobile}).Draw(t, "type"),

		Features: rapid.SampledFrom([][]string{nil, {"voice", "sms"}, {"fax"}}).Draw(t, "features"),
	}
	// A block of a short number may be in several countries, a range never is.
	if length >= 8 && rapid.Bool().Draw(t, "set") {
		places := rapid.SliceOfNDistinct(rapid.Uint16Range(0, 9999), 1, 40, rapid.ID).Draw(t, "places")
		set, err := catalogue.NewSuffixes(places)
		if err != nil {
			t.Fatal(err)
		}
		r = r.SetRange(start.Block(), set)
	}
	return r
}

func numbersOf(r catalogue.Range) (list []e164.Number) {
	for n := r.Span.Start; n <= r.Span.End; n++ {
		if r.Contains(n) {
			list = append(list, n)
		}
	}
	return list
}

// drawTaken takes 0 to 100 % of the offered numbers, and some that are not
// offered.
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

// blocksOf returns the blocks of the numbers, as the model has them.
func (w *modelCatalogue) blocksOf(numbers map[e164.Number]bool) (blocks []catalogue.Block) {
	touched := map[e164.Block][]uint16{}
	for n := range numbers {
		touched[n.Block()] = nil
	}
	for n, is := range w.taken {
		if _, ok := touched[n.Block()]; ok && is {
			touched[n.Block()] = append(touched[n.Block()], n.Suffix())
		}
	}
	for b, places := range touched {
		taken, err := catalogue.NewSuffixes(places)
		if err != nil {
			panic(err)
		}
		w.vers[b]++
		blocks = append(blocks, catalogue.Block{Carrier: "acme", Block: b, Taken: taken, Ver: w.vers[b]})
	}
	return blocks
}

// pass changes the model: numbers are held or sold, and holds lapse. The catalogue
// gets the blocks that changed, an old version of one among them.
func (w *modelCatalogue) pass(t *rapid.T) {
	all := slices.Sorted(maps.Keys(w.offered))
	changed := map[e164.Number]bool{}
	for range rapid.IntRange(1, 20).Draw(t, "changes") {
		n := rapid.SampledFrom(all).Draw(t, "changed")
		w.taken[n] = !w.taken[n]
		changed[n] = true
	}
	blocks := w.blocksOf(changed)
	stale := blocks[0]
	stale.Ver, stale.Taken = stale.Ver-1, catalogue.Suffixes{}
	w.catalogue = w.catalogue.WithBlocks(append(blocks, stale))
	for n := range changed {
		if got := w.catalogue.BlockVer(n.Block()); got != w.vers[n.Block()] {
			t.Fatalf("block of %v is at %d, want %d", n, got, w.vers[n.Block()])
		}
	}
}

// reload loads a partition again.
func (w *modelCatalogue) reload(t *rapid.T) {
	p := rapid.SampledFrom(slices.Sorted(maps.Keys(w.offered))).Draw(t, "reloaded").Partition()
	again := catalogue.Partition{Partition: p}
	for _, r := range w.ranges {
		for start := r.Span.Start; start <= r.Span.End; {
			portion, end := r, min(r.Span.End, newSection(sectionKey{start.Partition(), start.Len()}).last)
			if !r.IsSet() {
				portion.Span = e164.Span{Start: start, End: end}
			}
			if start.Partition() == p {
				again.Ranges = append(again.Ranges, portion)
			}
			start = end + 1
		}
	}
	taken := map[e164.Number]bool{}
	for n := range w.taken {
		if n.Partition() == p {
			taken[n] = true
		}
	}
	again.Blocks = w.blocksOf(taken)
	w.catalogue = w.catalogue.WithPartitions(again)
}
