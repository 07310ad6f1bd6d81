package plan

import (
	"strings"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/numberformat"
)

// withArea returns the texts of the row's first and last number with the area code
// from a column of its own. A number with a plus, 00 or the trunk prefix is
// complete. One that begins with the area code may be complete, and is ambiguous if
// both readings are possible:
//
//	30, 12345678      3012345678
//	030, 12345678     03012345678
//	30, 3012345678    30 3012345678, or the number is whole
func withArea(l *sheet.Layout, c numberformat.Context, cells []string,
	first sheet.Role) (start, last string, fault *sheet.Fault) {
	if start, fault = joinedArea(l, c, cells, first); fault != nil || !l.Has(sheet.RoleEnd) || lastOf(l, cells) == "" {
		return start, "", fault
	}
	last, fault = joinedArea(l, c, cells, sheet.RoleEnd)
	return start, last, fault
}

func joinedArea(l *sheet.Layout, c numberformat.Context, cells []string, r sheet.Role) (string, *sheet.Fault) {
	local, whole := l.Last(cells, r), l.Cell(cells, r)
	if local == "" {
		return "", nil
	}
	code := strings.TrimSuffix(whole, local)
	digits, own := onlyDigits(code), onlyDigits(local)
	switch {
	case strings.HasPrefix(local, "+"), strings.HasPrefix(local, "00"), strings.HasPrefix(digits, "0") &&
		strings.HasPrefix(own, digits):
		return local, nil
	case digits == "" || !strings.HasPrefix(strings.TrimLeft(own, "0"), strings.TrimLeft(digits, "0")):
		return whole, nil
	}
	alone, aloneErr := numberformat.Read(local, c).Number()
	both, bothErr := numberformat.Read(whole, c).Number()
	switch {
	case aloneErr == nil && bothErr == nil && alone != both:
		return "", ambiguousArea(local, code, alone, both)
	case aloneErr == nil:
		return local, nil
	}
	return whole, nil
}

func ambiguousArea(local, code string, alone, both e164.Number) *sheet.Fault {
	return sheet.Faultf(CodeAmbiguousNumber,
		"%q with the area code %q is %s, or %s if it is whole; write it with a plus and its country code",
		local, code, both, alone)
}

func onlyDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
