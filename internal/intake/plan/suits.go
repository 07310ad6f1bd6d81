package plan

import (
	"didpurchase/internal/intake/sheet"
)

// Suits reports whether the columns are enough for the action; named, that rows
// which name no package have one. Errors: *Unreadable.
func Suits(s *sheet.Sheet, a Action, named bool) error {
	if a.NeedsPackage() && !named && !s.Layout.Has(sheet.RolePackage) && !s.Layout.Has(sheet.RoleMonthly) {
		return sheet.Unreadablef("the header %s has no column %q, nor prices, and no profile names a package", sheet.Quoted(s.Header), sheet.RolePackage)
	}
	if a == Adopt {
		for _, r := range []sheet.Role{sheet.RoleNumber, sheet.RoleCustomer, sheet.RolePaidUntil} {
			if !s.Layout.Has(r) {
				return sheet.Unreadablef("the header %s has no column %q", sheet.Quoted(s.Header), r)
			}
		}
	}
	return nil
}
