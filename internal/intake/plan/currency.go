package plan

import (
	"fmt"
	"maps"
	"slices"
)

// currencies counts rows by the currency of their package. An account buys only
// numbers with a price in its own currency.
type currencies map[string]uint64

// see counts a row under a package.
func (c currencies) see(pkg string, prices *Packages) {
	if prices == nil || pkg == "" {
		return
	}
	if currency := prices.terms(pkg).Recurring.Currency(); currency != "" {
		c[currency]++
	}
}

// Notes returns remarks about the plan for staff: rows in another currency than
// that of new accounts. Nothing waits for them.
func (p *Plan) Notes(accounts string) (notes []string) {
	for _, currency := range slices.Sorted(maps.Keys(p.currencies)) {
		if currency != accounts {
			notes = append(notes, fmt.Sprintf("%d rows are priced in %s: only accounts in %s can buy their numbers, and new "+
				"accounts are in %s", p.currencies[currency], currency, currency, accounts))
		}
	}
	return notes
}
