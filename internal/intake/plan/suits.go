package plan

import (
	"slices"

	"didpurchase/internal/intake/sheet"
)

// Suits reports whether the columns are enough for the plan's action; named means
// that rows without a package have a default one. Numbers to offer without any
// package are planned, too: the review then asks for one. Errors: *Unreadable.
func (p *Plan) Suits(s *sheet.Sheet, named bool) error {
	p.unpriced = p.Action.NeedsPackage() && !named && !s.Layout.Has(sheet.RolePackage) && !s.Layout.Has(sheet.RoleMonthly)
	if p.unpriced && p.Action != Offer {
		return sheet.Unreadablef("the header %s has no column %q, nor prices, and no profile names a package",
			sheet.Quoted(s.Header), sheet.RolePackage)
	}
	if p.Action == Adopt {
		for _, r := range []sheet.Role{sheet.RoleNumber, sheet.RoleCustomer, sheet.RolePaidUntil} {
			if !s.Layout.Has(r) {
				return sheet.Unreadablef("the header %s has no column %q", sheet.Quoted(s.Header), r)
			}
		}
	}
	return nil
}

// unusedRoles returns the columns that an action does not use.
var unusedRoles = map[Action][]sheet.Role{
	Offer: {sheet.RoleCustomer, sheet.RolePaidUntil, sheet.RoleLabel, sheet.RoleDestination},
	Withdraw: append(slices.Clone(offerRoles), sheet.RolePackage, sheet.RoleSetup, sheet.RoleMonthly, sheet.RoleCurrency,
		sheet.RoleInterval),
	Reprice: offerRoles,
	Withhold: append(slices.Clone(offerRoles), sheet.RolePackage, sheet.RoleSetup, sheet.RoleMonthly, sheet.RoleCurrency,
		sheet.RoleInterval),
	Return: append(slices.Clone(offerRoles), sheet.RolePackage, sheet.RoleSetup, sheet.RoleMonthly, sheet.RoleCurrency,
		sheet.RoleInterval),
	Adopt: {sheet.RoleArea, sheet.RoleType, sheet.RoleFeatures},
}

// offerRoles are the columns of an offer or a rental other than its price.
var offerRoles = []sheet.Role{sheet.RoleArea, sheet.RoleType, sheet.RoleFeatures, sheet.RoleCustomer,
	sheet.RolePaidUntil, sheet.RoleLabel, sheet.RoleDestination}

// Fit removes the columns that the action does not use from a file, which then
// names them as ignored.
func (a Action) Fit(s *sheet.Sheet) { s.Ignore(unusedRoles[a], a != Offer) }
