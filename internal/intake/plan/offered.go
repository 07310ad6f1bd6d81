package plan

import (
	"maps"

	"didpurchase/internal/e164"
	"didpurchase/internal/pricing"
)

// EachOffered calls f for the numbers of each row that are offered once the plan is
// applied, with their package.
func (p *Plan) EachOffered(f func(span e164.Span, pkg string)) {
	for i := range uint32(p.table.rows.n) {
		switch r := p.table.rows.at(i); r.verdict {
		case adds, extends, reprices, updates, present:
			f(r.span, p.table.wanted(r).pkg)
		}
	}
}

// Prices returns the known packages and the ones that the file makes, by id.
func (p *Plan) Prices(known map[string]pricing.Package) map[string]pricing.Package {
	all := maps.Clone(known)
	if p.prices != nil {
		for id, terms := range p.prices.made {
			all[id] = pricing.Package{Terms: terms}
		}
	}
	return all
}
