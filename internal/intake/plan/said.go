package plan

import (
	"fmt"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// rowAsRead describes a rejected row as far as it could be read: its numbers, and
// its package and price.
func (p *Plan) rowAsRead(l *sheet.Layout, rec sheet.Record, o offer) string {
	var parts []string
	if o.span.Start > 0 {
		parts = append(parts, strings.TrimSuffix(describe(o.span), ","))
	}
	if price := p.prices.said(l, rec.Cells, p.under); price != "" {
		parts = append(parts, price)
	}
	return strings.Join(parts, " ")
}

// said describes the package and the price of a row; under describes a package
// that exists.
func (p *Packages) said(l *sheet.Layout, cells []string, under func(string) string) string {
	if p == nil {
		return ""
	}
	var parts []string
	id := p.named(l.Cell(cells, sheet.RolePackage))
	_, known := p.known[id]
	switch {
	case known:
		parts = append(parts, strings.TrimSpace(under(id)))
	case id != "":
		parts = append(parts, fmt.Sprintf("under %q", clipped(id)))
	case p.fallback != "" && l.Cell(cells, sheet.RoleMonthly) == "":
		parts = append(parts, strings.TrimSpace(under(p.fallback)))
	}
	if l.Cell(cells, sheet.RoleMonthly) == "" {
		return strings.Join(parts, " ")
	}
	if at, fault := p.price(l, cells); fault == nil {
		return strings.Join(append(parts, "at "+at.String()), " ")
	}
	for _, r := range []sheet.Role{sheet.RoleSetup, sheet.RoleMonthly, sheet.RoleCurrency, sheet.RoleInterval} {
		if text := l.Cell(cells, r); text != "" {
			parts = append(parts, fmt.Sprintf("%s %q", r, clipped(text)))
		}
	}
	return strings.Join(parts, ", ")
}

// clipped shortens a cell for a sentence.
func clipped(text string) string {
	if runes := []rune(strings.ToValidUTF8(text, "?")); len(runes) > 40 {
		return string(runes[:40]) + "…"
	}
	return text
}
