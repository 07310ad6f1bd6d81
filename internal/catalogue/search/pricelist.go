package search

import (
	"fmt"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/e164"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// PriceList is what decides the price of a carrier's numbers beside their ranges. It is
// read at once, so that a price and its rule belong together.
type PriceList struct {
	Versions []pricing.Package // all versions of all packages
	Rules    catalogue.PriceRules
}

// Offered returns the range with the package under which it sells one of its numbers at
// these prices; ok is false if it does not sell it. It tries the rules one by one: for
// few numbers that is faster than a Rulebook.
func (l *PriceList) Offered(n e164.Number, r catalogue.Range, prices Prices) (priced catalogue.Range, ok bool) {
	own, onSale := prices[r.Package]
	if !onSale {
		return r, false
	}
	currency := own.Recurring.Currency()
	for _, rule := range l.Rules.Rules {
		if rule.Currency == currency && ruleHolds(rule, n) {
			r.Package = rule.Package
			p, onSale := prices[r.Package]
			return r, onSale && p.Recurring.Currency() == currency
		}
	}
	return r, true
}

// ruleHolds reports whether a number has the pattern of a rule.
func ruleHolds(rule catalogue.PriceRule, n e164.Number) bool {
	g, err := ruleGlob(rule.Pattern)
	if err != nil {
		return false
	}
	length, d := n.Len(), digitsOf(uint64(n))
	at := g.prune(1, length)
	for i := range length {
		at = g.step(at, int(d.at(i)), length-i-1)
	}
	return g.matched(at)
}

// Ruled has how many offered numbers a rule is about.
type Ruled struct {
	Matches uint64 // numbers of its pattern, in its currency
	Takes   uint64 // those of them that no earlier rule takes
}

// CountRules counts the numbers of ranges, taken or not, for which each rule holds, and
// those for which none does. It keeps the ranges. Errors: *RuleError.
func CountRules(ranges []catalogue.Range, rules []catalogue.PriceRule, prices Prices) (ruled []Ruled, own uint64,
	err error) {
	c := New(ranges, nil)
	takes, own, err := c.countRules(rules, prices)
	if err != nil {
		return nil, 0, err
	}
	ruled = make([]Ruled, len(rules))
	for i := range rules {
		alone, _, err := c.countRules(rules[i:i+1], prices)
		if err != nil {
			return nil, 0, &RuleError{i, err.Error()}
		}
		ruled[i] = Ruled{Matches: alone[0], Takes: takes[i]}
	}
	return ruled, own, nil
}

// countRules counts the numbers of each rule: each has a slot of its own.
func (c *Catalogue) countRules(rules []catalogue.PriceRule, prices Prices) (takes []uint64, own uint64, err error) {
	apart, every := make([]catalogue.PriceRule, len(rules)), Prices{}
	for id, p := range prices {
		every[id] = p
	}
	for i, rule := range rules {
		apart[i] = rule
		apart[i].Package = fmt.Sprintf("rule %d", i)
		every[apart[i].Package] = pricing.Package{Terms: pricing.Terms{Recurring: money.Zero(rule.Currency)}}
	}
	book, err := NewRulebook(apart)
	if err != nil {
		return nil, 0, err
	}
	s := newSearch(c.WithRules(book), everything, every)
	s.count()
	takes = make([]uint64, len(rules))
	for offer, n := range s.counts {
		if slot := offer % s.width; slot > 0 {
			takes[slot-1] += n
		} else {
			own += n
		}
	}
	return takes, own, nil
}

// TakenByRules returns how many numbers of ranges each rule takes. It keeps the ranges
// until it returns. Errors: *RuleError.
func TakenByRules(ranges []catalogue.Range, rules []catalogue.PriceRule, prices Prices) ([]uint64, error) {
	takes, _, err := New(ranges, nil).countRules(rules, prices)
	return takes, err
}
