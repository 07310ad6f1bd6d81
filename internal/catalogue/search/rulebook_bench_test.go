//go:build unix

package search

import (
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/catalogue"
)

// benchRules are 20 rules of four packages.
func benchRules() (rules []catalogue.PriceRule) {
	for i := range 9 {
		rules = append(rules, catalogue.PriceRule{Pattern: fmt.Sprintf("*%d%d%d%d", i, i, i, i), Package: "gold"})
	}
	for _, pattern := range []string{"*0000", "*1234", "*4321", "*?000", "*7890"} {
		rules = append(rules, catalogue.PriceRule{Pattern: pattern, Package: "daily"})
	}
	for _, pattern := range []string{"*?00", "*11??", "*007", "*1212", "*777?"} {
		rules = append(rules, catalogue.PriceRule{Pattern: pattern, Package: "silver"})
	}
	rules = append(rules, catalogue.PriceRule{Pattern: "4430123*", Package: "twice"})
	for i := range rules {
		rules[i].Currency = "USD"
	}
	return rules
}

// BenchmarkRules runs each search without and with 20 price rules by turns, and
// reports the ratio of their times.
func BenchmarkRules(b *testing.B) {
	book, err := NewRulebook(benchRules())
	if err != nil {
		b.Fatal(err)
	}
	for _, w := range benchCatalogues {
		ranges := offer(w.spans, w.total)
		plain := New(ranges, sell(ranges, w.sold))
		ruled := plain.WithRules(book)
		for _, q := range benchQueries {
			b.Run(w.name+"/"+q.name, func(b *testing.B) {
				var spent [2]time.Duration
				for b.Loop() {
					for i, c := range []*Catalogue{plain, ruled} {
						start := processorTime(b)
						query, err := ParseQuery(q.filters)
						if err != nil {
							b.Fatal(err)
						}
						c.Search(query, prices)
						spent[i] += processorTime(b) - start
					}
				}
				b.ReportMetric(float64(spent[1])/float64(spent[0]), "ruled/plain")
				b.ReportMetric(float64(spent[0].Microseconds())/float64(b.N), "plain-µs")
			})
		}
	}
}
