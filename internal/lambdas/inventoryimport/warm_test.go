package inventoryimport

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricerules"
	"didpurchase/internal/pricing"
	"didpurchase/internal/projection"
	"didpurchase/internal/searchcache"
)

// warmSearch is an importer with a search that has loaded everything, and a
// recorder of writes.
type warmSearch struct {
	*importer
	cache  *searchcache.Cache
	writes *dynamotest.Writes
}

func newWarmSearch(t *testing.T) *warmSearch {
	w := &warmSearch{importer: newImporter(t), writes: new(dynamotest.Writes)}
	w.cache = searchcache.New(w.store, 1<<30, w.env.Now)
	w.env.AWS = w.writes.Into(w.env.AWS)
	w.store = dynamo.New(w.env.AWS, w.env.TableName)
	w.staff = intake.New(w.store, quiet{}, bucket, w.env.Now)
	w.handle = w.wire(w.env)
	w.profile("priced", `{"country_code": "44", "make_packages": true, "columns": {}}`)
	w.customer()
	return w
}

// found counts the matches of a search, one refresh after now.
func (w *warmSearch) found(f search.Filters) uint64 {
	w.Helper()
	w.clock.Add(int64(600 * time.Millisecond))
	query, err := search.ParseQuery(f)
	w.must(err)
	offered, prices, err := w.cache.For(w.Context(), "acme", query)
	w.must(err)
	return offered.Search(query, prices).Total
}

// unlogged returns the written keys on which a warm search depends and that no
// later entry of the change log names.
func (w *warmSearch) unlogged() (keys []string) {
	w.Helper()
	for _, item := range w.writes.Take() {
		var i struct {
			PK      string                    `dynamodbav:"pk"`
			SK      string                    `dynamodbav:"sk"`
			Changed []struct{ PK, SK string } `dynamodbav:"changed"`
		}
		w.must(attributevalue.UnmarshalMap(item, &i))
		for _, c := range i.Changed {
			keys = slices.DeleteFunc(keys, func(k string) bool { return k == c.PK+" "+c.SK })
		}
		// A partition's entry becomes known through the ranges that are logged
		// after it.
		if strings.HasPrefix(i.PK, "CAT#acme#") || strings.HasPrefix(i.PK, "CARRIER#acme") &&
			strings.HasPrefix(i.SK, "PACKAGE#") {
			keys = append(keys, i.PK+" "+i.SK)
		}
	}
	return keys
}

// follow projects the blocks of numbers, as the stream's function does.
func (w *warmSearch) follow(numbers ...e164.Number) {
	w.Helper()
	hints := make([]projection.Hint, len(numbers))
	for i, n := range numbers {
		hints[i] = projection.Hint{Carrier: "acme", Number: n}
	}
	for _, err := range projection.New(w.store, w.env.Now).Follow(w.Context(), hints) {
		w.must(err)
	}
}

// rules makes one price rule the only one.
func (w *importer) rules(pattern, pkg string) {
	w.Helper()
	rules := pricerules.New(w.store, w.env.Now)
	now, err := rules.Rules(w.Context(), "acme")
	w.must(err)
	_, err = rules.Set(w.Context(), "acme", []pricerules.Text{{Pattern: pattern, Package: pkg}}, now.Ver)
	w.must(err)
}

func (w *importer) addPackage(id, recurring string) {
	w.Helper()
	_, err := desk.New(w.store, w.env.Now).AddPackage(w.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: id, Name: id, Setup: money.MustParse("0", "USD"), Recurring: money.MustParse(recurring, "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1},
	}})
	w.must(err)
}

// Every change of the available numbers reaches a warm search at its next
// refresh, and the change log names every write. The steps build on each other.
func TestWarmSearchFollowsEveryChange(t *testing.T) {
	t.Parallel()
	w := newWarmSearch(t)
	const first = e164.Number(442079460000)
	span := func(from, to e164.Number) e164.Span { return e164.Span{Start: first + from, End: first + to} }
	file := func(name, rows string) func() { return func() { w.drop(name, rows) } }
	if got := w.found(search.Filters{}); got != 0 {
		t.Fatalf("cold: %d numbers, want none", got)
	}
	for _, step := range []struct {
		name    string
		change  func()
		filters search.Filters
		want    uint64
	}{
		{"a file in a new partition", file("a.csv", fmt.Sprintf("start,end,package\n%d,%d,standard\n", first, first+99)),
			search.Filters{}, 100},
		{"a package that a file makes", file("priced/b.csv", "number;setup;monthly\n+442079460175;0;$7.51\n"),
			search.Filters{Pattern: "442079460175"}, 1},
		{"an import under a package of a file", file("priced/c.csv", "number;setup;monthly\n+442079460176;0;$7.51\n"),
			search.Filters{MaxRecurring: "7.51", Pattern: "44207946017*"}, 2},
		{"a file under a package that is to come", file("d.csv", "number,package\n+442079460200,gold\n"),
			search.Filters{Package: "gold"}, 1},
		{"a new package by staff", func() { w.addPackage("gold", "1.50") },
			search.Filters{Package: "gold", MaxRecurring: "1.50"}, 1},
		{"a package's older price", func() {}, search.Filters{Package: "gold", MaxRecurring: "1.49"}, 0},
		{"a package that staff make", func() { w.addPackage("silver", "1.00") }, search.Filters{Package: "silver"}, 0},
		{"an assignment of a package", func() { w.spans(plan.Reprice, "silver", span(0, 9)) },
			search.Filters{Package: "silver"}, 10},
		{"a withdrawal", func() { w.spans(plan.Withdraw, "", span(10, 19)) }, search.Filters{Pattern: "4420794600*"}, 90},
		{"an offer of spans", func() { w.spans(plan.Offer, "standard", span(10, 19)) },
			search.Filters{Pattern: "4420794600*"}, 100},
		{"an area that a file corrects", file("e.csv",
			fmt.Sprintf("start,end,package,area\n%d,%d,silver,Soho\n", first, first+9)), search.Filters{Area: "Soho"}, 10},
		{"of a part of a range", file("f.csv",
			fmt.Sprintf("start,end,package,area\n%d,%d,standard,Soho\n", first+50, first+59)), search.Filters{Area: "Soho"}, 20},
		{"of a set's number", file("g.csv", "number,package,area\n+442079460200,gold,Soho\n"), search.Filters{Area: "Soho"},
			21},
		{"a package that a file corrects", file("h.csv", fmt.Sprintf("start,end,package\n%d,%d,gold\n", first+60, first+69)),
			search.Filters{Package: "gold"}, 11},
		{"price rules", func() { w.rules("*19", "silver") }, search.Filters{Package: "silver"}, 11},
		{"other price rules", func() { w.rules("*1?", "silver") }, search.Filters{Package: "silver"}, 20},
		{"a number withheld", func() {
			w.spans(plan.Withhold, "", span(20, 24))
			w.follow(first+20, first+21, first+22, first+23, first+24)
		}, search.Filters{Pattern: "4420794600*"}, 95},
		{"a number returned", func() { w.spans(plan.Return, "", span(20, 20)); w.follow(first + 20) },
			search.Filters{Pattern: "4420794600*"}, 96},
		{"a hold", func() { w.hold(ledger.Customer{Carrier: "acme", ID: "alice"}, first+1); w.follow(first + 1) },
			search.Filters{Pattern: "4420794600*"}, 95},
		{"a rebuilt block", func() {
			_, err := projection.New(w.store, w.env.Now).Rebuild(t.Context(),
				[]catalogue.BlockRef{{Carrier: "acme", Block: first.Block()}})
			w.must(err)
		}, search.Filters{Pattern: "4420794600*"}, 95},
	} {
		step.change()
		if missed := w.unlogged(); len(missed) > 0 {
			t.Errorf("%s: written and not logged: %q", step.name, missed)
		}
		if got := w.found(step.filters); got != step.want {
			t.Errorf("%s: %d numbers, want %d", step.name, got, step.want)
		}
	}
}
