package intake

import (
	"context"
	"fmt"

	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/pricing"
)

// rowsAtOnce bounds the ranges in memory while rules are counted.
const rowsAtOnce = 10_000

// ruleNotes counts, for each price rule, the file's numbers that it takes once the plan is
// applied; rules that take none are left out.
func (r *attempt) ruleNotes(ctx context.Context, p *plan.Plan) ([]string, error) {
	if r.job.Action != plan.Offer && r.job.Action != plan.Reprice {
		return nil, nil
	}
	list, err := r.store.PriceList(ctx, r.job.Carrier)
	if err != nil || len(list.Rules.Rules) == 0 {
		return nil, err
	}
	prices := p.Prices(pricing.OnSale(list.Versions, r.now()))
	taken, part := make([]uint64, len(list.Rules.Rules)), []catalogue.Range(nil)
	count := func() error {
		more, err := search.TakenByRules(part, list.Rules.Rules, prices)
		for i, n := range more {
			taken[i] += n
		}
		part = part[:0]
		return err
	}
	p.EachOffered(func(span e164.Span, pkg string) {
		if part = append(part, catalogue.Range{Span: span, Package: pkg}); len(part) == rowsAtOnce && err == nil {
			err = count()
		}
	})
	if err == nil {
		err = count()
	}
	var notes []string
	for i, rule := range list.Rules.Rules {
		if taken[i] > 0 {
			notes = append(notes, fmt.Sprintf("price rule %d, %s, takes %d of the file's numbers: %s", i+1, rule.Pattern,
				taken[i], prices[rule.Package].Name))
		}
	}
	return notes, err
}
