package plan

import (
	"didpurchase/internal/intake/sheet"
)

// Suits reports whether the columns are enough for the plan's action; named
// means that rows without a package have a default one. Numbers to offer
// without any package are planned, too: the review then asks for it. Errors:
// *Unreadable.
func (p *Plan) Suits(s *sheet.Sheet, named bool) error {
	p.unpriced = p.Action.NeedsPackage() && !named && !s.Layout.Has(sheet.RolePackage) && !s.Layout.Has(sheet.RoleMonthly)
	if p.unpriced && p.Action != Offer {
		return sheet.Unreadablef("the header %s has no column %q, nor prices, and no profile names a package", sheet.Quoted(s.Header), sheet.RolePackage)
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
