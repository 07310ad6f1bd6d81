// Package pricerules has the use cases of a carrier's price rules: to look at them with
// the numbers that each takes, to try others, and to set them. The search and the hold
// evaluate them (catalogue/search). It knows neither HTTP nor the database.
package pricerules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/audit"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
	"didpurchase/internal/validate"
)

// Store is the database for price rules. All reads are consistent.
type Store interface {
	// PriceList returns the carrier's packages and price rules.
	PriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// OfferedPartitions returns the partitions in which the carrier may offer numbers.
	OfferedPartitions(ctx context.Context, carrier string) ([]e164.Partition, error)
	// Offered returns the ranges of one partition.
	Offered(ctx context.Context, carrier string, p e164.Partition) ([]catalogue.Range, error)
	// PutPriceRules replaces the rules if they have the version before, together with
	// more. Errors: commit.ErrMovedOn.
	PutPriceRules(ctx context.Context, carrier string, rules catalogue.PriceRules, more ...commit.Change) error
	// LogPriceRules tells the caches of the catalogue of changed rules.
	LogPriceRules(ctx context.Context, carrier string, ver int64, at time.Time) error
}

// Service has the use cases.
type Service struct {
	store Store
	now   func() time.Time
}

// New returns a service over a store and a clock.
func New(store Store, now func() time.Time) *Service { return &Service{store, now} }

// MovedOn means that somebody else set rules since they were read.
type MovedOn struct{ Ver int64 } // the version now

func (e *MovedOn) Error() string { return fmt.Sprintf("the price rules have version %d by now", e.Ver) }

// Counted are rules with the numbers that they take, rented ones too.
type Counted struct {
	Ver   int64
	Rules []Rule
	Own   uint64 // the numbers that keep their range's package
}

// Rule is a rule with its package's name.
type Rule struct {
	catalogue.PriceRule
	Name    string // of the package
	Numbers uint64
}

// Rules returns the carrier's rules.
func (s *Service) Rules(ctx context.Context, carrier string) (Counted, error) {
	list, err := s.store.PriceList(ctx, carrier)
	if err != nil {
		return Counted{}, err
	}
	found, err := s.read(ctx, carrier, list)
	if err != nil {
		return Counted{}, err
	}
	counted, _, err := found.count(list.Rules)
	return counted, err
}

// Try returns what rules would take in place of the carrier's. Each text has a pattern
// and a package. Errors: *validate.Invalid, which names the rules.
func (s *Service) Try(ctx context.Context, carrier string, texts []Text) (Counted, error) {
	counted, _, err := s.check(ctx, carrier, texts)
	return counted, err
}

// Text is a rule as it is requested.
type Text struct{ Pattern, Package string }

// Set replaces the rules that have a version. If they are the same already, it only
// tells the searches again. Errors: *validate.Invalid, *MovedOn.
func (s *Service) Set(ctx context.Context, carrier string, texts []Text, ver int64) (Counted, error) {
	counted, before, err := s.check(ctx, carrier, texts)
	if err != nil {
		return Counted{}, err
	}
	next := catalogue.PriceRules{Ver: ver + 1, Rules: rulesOf(counted.Rules)}
	switch same := slices.Equal(next.Rules, before.Rules); {
	case same && (before.Ver == ver || before.Ver == ver+1):
		next.Ver = before.Ver
	case before.Ver != ver:
		return Counted{}, &MovedOn{before.Ver}
	default:
		err = s.store.PutPriceRules(ctx, carrier, next, audit.New(ctx, s.now(), audit.Entry{
			Carrier: carrier, Action: audit.PriceRulesSet, Old: values(before), New: values(next)}))
	}
	if errors.Is(err, commit.ErrMovedOn) {
		return Counted{}, &MovedOn{ver + 1}
	}
	if err != nil {
		return Counted{}, err
	}
	counted.Ver = next.Ver
	if next.Ver == 0 {
		return counted, nil
	}
	return counted, s.store.LogPriceRules(ctx, carrier, next.Ver, s.now())
}

func rulesOf(list []Rule) []catalogue.PriceRule {
	rules := make([]catalogue.PriceRule, len(list))
	for i, r := range list {
		rules[i] = r.PriceRule
	}
	return rules
}

// values are the rules as the audit shows them, in their order.
func values(rules catalogue.PriceRules) audit.Values {
	v := audit.Values{"version": strconv.FormatInt(rules.Ver, 10)}
	for i, r := range rules.Rules {
		v[fmt.Sprintf("rule %02d", i+1)] = r.Pattern + " " + r.Package
	}
	return v
}

// inventory is what rules are checked against.
type inventory struct {
	ranges []catalogue.Range
	prices search.Prices
}

func (s *Service) read(ctx context.Context, carrier string, list search.PriceList) (found inventory, err error) {
	found.prices = pricing.OnSale(list.Versions, s.now())
	partitions, err := s.store.OfferedPartitions(ctx, carrier)
	if err != nil {
		return found, err
	}
	const readsAtOnce = 16
	var mu sync.Mutex // guards found.ranges
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for _, p := range partitions {
		g.Go(func() error {
			ranges, err := s.store.Offered(ctx, carrier, p)
			mu.Lock()
			defer mu.Unlock()
			found.ranges = append(found.ranges, ranges...)
			return err
		})
	}
	return found, g.Wait()
}

func (f *inventory) count(rules catalogue.PriceRules) (c Counted, ruled []search.Ruled, err error) {
	ruled, own, err := search.CountRules(f.ranges, rules.Rules, f.prices)
	if err != nil {
		return Counted{}, nil, err
	}
	c = Counted{Ver: rules.Ver, Own: own}
	for i, r := range rules.Rules {
		c.Rules = append(c.Rules, Rule{r, f.prices[r.Package].Name, ruled[i].Takes})
	}
	return c, ruled, nil
}

// check reads the inventory and checks rules against it. It also returns the carrier's
// rules.
func (s *Service) check(ctx context.Context, carrier string, texts []Text) (Counted, catalogue.PriceRules, error) {
	list, err := s.store.PriceList(ctx, carrier)
	if err != nil {
		return Counted{}, list.Rules, err
	}
	found, err := s.read(ctx, carrier, list)
	if err != nil {
		return Counted{}, list.Rules, err
	}
	rules, err := parse(texts, found.prices, list.Versions)
	if err != nil {
		return Counted{}, list.Rules, err
	}
	counted, ruled, err := found.count(catalogue.PriceRules{Rules: rules, Ver: list.Rules.Ver})
	var wide *search.RuleError
	if errors.As(err, &wide) {
		return Counted{}, list.Rules, &validate.Invalid{Faults: []validate.Fault{
			{Pointer: pointer(wide.Index, "pattern"), Detail: wide.Detail}}}
	}
	if err != nil {
		return Counted{}, list.Rules, err
	}
	return counted, list.Rules, found.judge(rules, ruled)
}

func pointer(rule int, field string) string { return fmt.Sprintf("/rules/%d/%s", rule, field) }

// parse reads rules, and names every one that can't be read.
func parse(texts []Text, prices search.Prices, versions []pricing.Package) ([]catalogue.PriceRule, error) {
	var f validate.Faults
	f.Unless(len(texts) <= catalogue.MaxPriceRules, "/rules", "must be at most %d", catalogue.MaxPriceRules)
	rules := make([]catalogue.PriceRule, len(texts))
	for i, text := range texts {
		pattern, err := search.Pattern(text.Pattern)
		if err != nil {
			f.Add(pointer(i, "pattern"), "%q %v", text.Pattern, err)
		}
		if at := slices.IndexFunc(rules[:i], func(r catalogue.PriceRule) bool { return r.Pattern == pattern }); at >= 0 &&
			err == nil && rules[at].Currency == prices[text.Package].Recurring.Currency() {
			f.Add(pointer(i, "pattern"), "%s is the pattern of rule %d already, which takes all of its numbers", pattern, at+1)
		}
		p, onSale := prices[text.Package]
		known := slices.ContainsFunc(versions, func(p pricing.Package) bool { return p.Package == text.Package })
		f.Unless(known, pointer(i, "package"), "there is no package %q", text.Package)
		f.Unless(onSale || !known, pointer(i, "package"), "the package %q is not on sale now", text.Package)
		rules[i] = catalogue.PriceRule{Pattern: pattern, Package: text.Package, Currency: p.Recurring.Currency()}
	}
	return rules, f.Err()
}

// judge names the rules that take no number. Before the first range there is nothing to
// judge by.
func (f *inventory) judge(rules []catalogue.PriceRule, ruled []search.Ruled) error {
	if len(f.ranges) == 0 {
		return nil
	}
	var faults validate.Faults
	for i, r := range rules {
		switch {
		case ruled[i].Takes > 0:
		case !f.sells(r.Currency):
			faults.Add(pointer(i, "package"), "the package %s has prices in %s, and no range has a package in that currency",
				r.Package, r.Currency)
		case ruled[i].Matches == 0:
			faults.Add(pointer(i, "pattern"), "no number of your ranges with prices in %s has the pattern %s", r.Currency,
				r.Pattern)
		default:
			faults.Add(pointer(i, "pattern"), "%s", f.hidden(rules[:i+1]))
		}
	}
	return faults.Err()
}

func (f *inventory) sells(currency string) bool {
	return slices.ContainsFunc(f.ranges, func(r catalogue.Range) bool {
		return f.prices[r.Package].Recurring.Currency() == currency
	})
}

// hidden names the rules that take all numbers of the last one.
func (f *inventory) hidden(rules []catalogue.PriceRule) string {
	last := rules[len(rules)-1]
	for i, r := range rules[:len(rules)-1] {
		if ruled, _, err := search.CountRules(f.ranges, []catalogue.PriceRule{r, last}, f.prices); err == nil &&
			ruled[1].Takes == 0 && r.Currency == last.Currency {
			return fmt.Sprintf("rule %d (%s) takes all numbers of %s; move %s above it", i+1, r.Pattern, last.Pattern,
				last.Pattern)
		}
	}
	return fmt.Sprintf("the rules above take all numbers of %s; move it up", last.Pattern)
}
