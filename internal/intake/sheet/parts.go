package sheet

import (
	"slices"

	"didpurchase/internal/numberformat"
)

// ends are the roles of single numbers.
var ends = []Role{RoleStart, RoleEnd, RoleNumber}

// joinParts joins the columns with parts of a number.
func (l *Layout) joinParts() {
	l.joinNPA()
	if l.Has(RoleCode) {
		l.Country = &numberformat.Country{ISO: "RU", Calling: 7, Trunk: "8"}
		l.before(l.At[RoleCode], append(ends, RolePrefix))
	}
	l.joinArea()
}

// joinNPA makes codes of NPA and NXX, or whole numbers with the last four digits
// in columns of their own:
//
//	NPA, NXX, X           codes, or blocks of a thousand
//	NPA, NXX, line        numbers
//	NPA, NXX, from, to    spans
func (l *Layout) joinNPA() {
	code := l.At[RoleNPANXX]
	if l.Has(RoleNPA) && l.Has(RoleNXX) {
		code = slices.Concat(l.At[RoleNPA], l.At[RoleNXX])
	}
	if code == nil {
		l.leave(RoleLine)
		l.leave(RoleThousands)
		l.leave(RoleNXX)
		return
	}
	l.Country = &numberformat.Country{ISO: "US", Calling: 1}
	if l.Has(RolePrefix) && !l.Has(RoleThousands) { // "block"
		l.At[RoleThousands], l.At[RolePrefix] = l.At[RolePrefix], nil
	}
	switch {
	case l.Has(RoleLine) && !l.Has(RoleNumber):
		l.At[RoleNumber], l.At[RoleNPANXX] = slices.Concat(code, l.At[RoleLine]), nil
	case l.Has(RoleStart) && (l.Has(RoleEnd) || l.Has(RoleSize)):
		l.before(code, ends)
		l.At[RoleNPANXX] = nil
	default:
		l.At[RoleNPANXX] = code
	}
}

// joinArea joins an area code with the numbers. A column "prefix" next to columns
// of numbers is an area code, or a calling code: Vorwahl 030, Rufnummer 12345678.
func (l *Layout) joinArea() {
	code := RoleAreaCode
	switch {
	case !l.Has(RoleAreaCode) && l.Has(RolePrefix) && l.hasWholeNumbers():
		code = RolePrefix
	case !l.Has(RoleAreaCode) && l.Has(RoleNPA) && !l.Has(RoleNPANXX) && !l.Has(RoleNXX):
		code = RoleNPA
		l.Country = &numberformat.Country{ISO: "US", Calling: 1}
	}
	if !l.Has(code) {
		return
	}
	l.Area = true
	l.before(l.At[code], ends)
	if code == RolePrefix {
		l.At[RolePrefix] = nil
	} else if l.Has(RolePrefix) {
		l.before(l.At[code], []Role{RolePrefix})
	}
}

// hasWholeNumbers reports whether there are columns of numbers, or of the ends of
// spans, and not only of prefixes.
func (l *Layout) hasWholeNumbers() bool {
	return l.Has(RoleNumber) && !l.Has(RoleSize) || l.Has(RoleStart) && (l.Has(RoleEnd) || l.Has(RoleSize))
}

// before puts columns in front of the columns of the roles.
func (l *Layout) before(code []int, roles []Role) {
	for _, r := range roles {
		if l.Has(r) {
			l.At[r] = slices.Concat(code, l.At[r])
		}
	}
}

// choose drops a column of ranges, prefixes or numbers if there are columns of a
// start and an end. It reads a column "numbers" as numbers, not as a count, if no
// other column has numbers.
func (l *Layout) choose() {
	if l.Has(RoleStart) && l.Has(RoleEnd) {
		for _, r := range []Role{RoleRange, RolePrefix, RoleNumber} {
			if l.Has(r) {
				l.again[l.At[r][len(l.At[r])-1]] = RoleStart
				l.leave(r)
			}
		}
	}
	if l.Has(RoleSize) && !slices.ContainsFunc(numberRoles, l.Has) {
		l.At[RoleNumber], l.At[RoleSize] = l.At[RoleSize], nil
	}
}
