package plan

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Packages are the carrier's packages, and the new packages that a file's prices
// make.
type Packages struct {
	known    map[string]pricing.Package // current versions by id
	currency string                     // of prices without a currency
	make     bool
	fallback string                   // the package of rows without one
	made     map[string]pricing.Terms // by id
	byPrice  map[string][]string      // packages without calendar days, by their prices
	habit    Habit                    // of the file
	assumed  bool                     // a recurring price names no interval, and is read as monthly
}

// price is the content of a row's price columns.
type price struct {
	setup, recurring money.Amount
	interval         pricing.Interval
}

func (p price) String() string {
	every := " a " + string(p.interval.Unit)
	if p.interval.Count != 1 {
		every = " every " + p.interval.String()
	}
	return p.setup.String() + " setup, " + p.recurring.String() + every
}

func NewPackages(known map[string]pricing.Package, currency, fallback string, profile *sheet.Profile) *Packages {
	p := &Packages{known: known, currency: currency, fallback: fallback, made: map[string]pricing.Terms{},
		byPrice: map[string][]string{}}
	if profile != nil {
		p.make = profile.MakePackages
		if profile.Currency != "" {
			p.currency = profile.Currency
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		t := known[id].Terms
		if t.Align == (pricing.Alignment{}) {
			at := priceOf(t).String()
			p.byPrice[at] = append(p.byPrice[at], id)
		}
	}
	return p
}

// terms returns the terms of a known or made package, without an id if there is none.
func (p *Packages) terms(pkg string) pricing.Terms {
	if known, exists := p.known[pkg]; exists {
		return known.Terms
	}
	return p.made[pkg]
}

// MakeNone refuses prices that no package has, instead of making packages for them.
func (p *Packages) MakeNone() { p.make = false }

// priceOf returns a package's price; twelve months are a year.
func priceOf(t pricing.Terms) price {
	every := t.Interval
	if every.Unit == pricing.Month && every.Count%12 == 0 {
		every = pricing.Interval{Unit: pricing.Year, Count: every.Count / 12}
	}
	return price{t.Setup, t.Recurring, every}
}

// Survey looks at the prices of a row to find the file's decimal separator, before
// any price is read.
func (p *Packages) Survey(l *sheet.Layout, cells []string) {
	for _, r := range []sheet.Role{sheet.RoleSetup, sheet.RoleMonthly} {
		if text := l.Cell(cells, r); text != "" {
			p.habit.see(text)
		}
	}
}

// HasPrices reports whether the file has columns of prices to survey.
func HasPrices(l *sheet.Layout) bool { return l.Has(sheet.RoleSetup) || l.Has(sheet.RoleMonthly) }

// Decimal returns the decimal separator of the file's prices, "" if nothing proves
// it.
func (p *Packages) Decimal() string {
	if p == nil {
		return ""
	}
	return p.habit.Decimal()
}

// maxMade is the largest number of packages that one file may make.
const maxMade = 100

var monthly = pricing.Interval{Unit: pricing.Month, Count: 1}

// find returns the row's package: by its id, else by its prices, else the default
// one. Without packages (nil) rows need none.
func (p *Packages) find(l *sheet.Layout, cells []string) (id string, fault *sheet.Fault) {
	if p == nil {
		return "", nil
	}
	id = p.named(l.Cell(cells, sheet.RolePackage))
	text := l.Cell(cells, sheet.RoleMonthly)
	if text == "" && id == "" {
		id = p.fallback
	}
	if id != "" {
		if _, known := p.known[id]; !known {
			return "", sheet.Faultf(CodeUnknownPackage, "there is no package %q", id)
		}
	}
	switch {
	case text == "" && id == "":
		return "", sheet.Faultf(CodeMissing, "the package is empty")
	case text == "":
		return id, p.agrees(l, cells, id)
	}
	at, fault := p.price(l, cells)
	if fault != nil {
		return "", fault
	}
	return p.priced(id, at)
}

// named returns the id of a package that is written in capitals; any other text
// is returned as it is.
func (p *Packages) named(text string) string {
	if _, known := p.known[text]; !known {
		if lower := strings.ToLower(text); p.known[lower].Package == lower && lower != "" {
			return lower
		}
	}
	return text
}

// priced returns the package with these prices; id "" means any package.
func (p *Packages) priced(id string, at price) (string, *sheet.Fault) {
	found := p.byPrice[at.String()]
	switch {
	case id != "" && slices.Contains(found, id):
		return id, nil
	case id != "":
		return "", sheet.Faultf(CodePriceDiffers, "the package %q is not of %s", id, at)
	case len(found) > 1:
		return "", sheet.Faultf(CodeAmbiguousPrice, "%s is the price of several packages: %s", at, strings.Join(found, ", "))
	case len(found) == 1:
		return found[0], nil
	case !p.make:
		return "", sheet.Faultf(CodeNoSuchPrice, "no package has the price %s, and no profile allows to make one", at)
	}
	return p.makeOne(at)
}

// agrees compares the price columns with the row's package, if the row has no
// recurring price.
func (p *Packages) agrees(l *sheet.Layout, cells []string, id string) *sheet.Fault {
	setup, often := l.Cell(cells, sheet.RoleSetup), l.Cell(cells, sheet.RoleInterval)
	has := priceOf(p.known[id].Terms)
	if setup != "" {
		currency, fault := p.currencyOf(l, cells, sheet.RoleSetup)
		if fault != nil {
			return fault
		}
		amount, _, fault := p.readAmount(sheet.RoleSetup, setup, currency, l.Units[sheet.RoleSetup].Minor)
		if fault != nil {
			return fault
		}
		if !amount.Equal(has.setup) {
			return sheet.Faultf(CodePriceDiffers, "the package %q is of %s, not of %s setup", id, has, amount)
		}
	}
	if often == "" {
		return nil
	}
	interval, fault := intervalOf(l, cells)
	if fault == nil && interval != has.interval {
		fault = sheet.Faultf(CodePriceDiffers, "the package %q is of %s, not every %s", id, has, interval)
	}
	return fault
}

// makeOne creates a package for the price, named after it.
func (p *Packages) makeOne(at price) (string, *sheet.Fault) {
	if len(p.made) == maxMade {
		return "", sheet.Faultf(CodeNoSuchPrice, "no package has the price %s, and the file has made %d already", at, maxMade)
	}
	if len(p.known)+len(p.made) >= pricing.MaxVersions {
		return "", sheet.Faultf(CodeNoSuchPrice,
			"no package has the price %s, and the carrier has %d packages, which is the limit",
			at, pricing.MaxVersions)
	}
	id := strings.NewReplacer(".", "-").Replace(strings.ToLower(at.setup.Currency() + "-" + at.setup.Number() + "-" +
		at.recurring.Number()))
	if at.interval != monthly {
		id += "-" + strings.ReplaceAll(at.interval.String(), " ", "-")
	}
	if other, taken := p.known[id]; taken {
		return "", sheet.Faultf(CodePriceDiffers, "the package %q would have the price %s, but exists with the price %s", id,
			at, priceOf(other.Terms))
	}
	p.made[id] = pricing.Terms{
		Package: id, Version: 1, Name: at.String(), Setup: at.setup, Recurring: at.recurring, Interval: at.interval,
	}
	p.byPrice[at.String()] = []string{id}
	return id, nil
}

// price reads the row's price columns.
func (p *Packages) price(l *sheet.Layout, cells []string) (at price, fault *sheet.Fault) {
	setup := l.Cell(cells, sheet.RoleSetup)
	currency, fault := p.currencyOf(l, cells, sheet.RoleMonthly)
	if fault != nil {
		return at, fault
	}
	if setup != "" {
		other, fault := p.currencyOf(l, cells, sheet.RoleSetup)
		if fault == nil && other != currency {
			fault = sheet.Faultf(CodeBadPrice, "the setup price is in %s, the recurring one in %s", other, currency)
		}
		if fault != nil {
			return at, fault
		}
	}
	if setup == "" {
		setup = "0"
	}
	if at.setup, _, fault = p.readAmount(sheet.RoleSetup, setup, currency, l.Units[sheet.RoleSetup].Minor); fault != nil {
		return at, fault
	}
	recurring := l.Cell(cells, sheet.RoleMonthly)
	at.recurring, at.interval, fault = p.readAmount(sheet.RoleMonthly, recurring, currency,
		l.Units[sheet.RoleMonthly].Minor)
	if fault != nil {
		return at, fault
	}
	at.interval, fault = p.agreed(l, cells, at.interval, recurring)
	return at, fault
}

// agreed returns the interval of the row's recurring price: from the price's text,
// which must agree with the column of intervals and the header, or else from these.
func (p *Packages) agreed(l *sheet.Layout, cells []string, own pricing.Interval,
	text string) (pricing.Interval, *sheet.Fault) {
	none := pricing.Interval{}
	if own != none && l.Cell(cells, sheet.RoleInterval) == "" && l.Units[sheet.RoleMonthly].Interval == none {
		return own, nil
	}
	interval, fault := intervalOf(l, cells)
	if fault == nil && interval == none {
		interval, p.assumed = monthly, p.assumed || !l.Decided()
	}
	if fault == nil && own != none && own != interval {
		return interval, sheet.Faultf(CodeBadInterval,
			"the price %q is every %s, but the row's interval is %s", text, own, interval)
	}
	return interval, fault
}

// currencyOf returns the row's currency: from its cell, else from the header, else
// the file's currency. The cell and the header must agree.
func (p *Packages) currencyOf(l *sheet.Layout, cells []string, r sheet.Role) (string, *sheet.Fault) {
	text, header := l.Cell(cells, sheet.RoleCurrency), l.Units[r].Currency
	if text == "" {
		return cmp.Or(header, p.currency), nil
	}
	means := sheet.Currencies(text)
	switch {
	case len(means) == 0:
		return "", sheet.Faultf(CodeBadPrice, "the currency %q is not one in use, such as USD", text)
	case header != "" && slices.Contains(means, header):
		return header, nil
	case header != "":
		return "", sheet.Faultf(CodeBadPrice, "the currency %q is not %s, the currency in the header of the %s price", text,
			header, r)
	case len(means) == 1:
		return means[0], nil
	case slices.Contains(means, p.currency):
		return p.currency, nil
	}
	return "", sheet.Faultf(CodeBadPrice, "the currency %q is one of %s", text, strings.Join(means, ", "))
}

// intervalOf returns the interval of the row's recurring price: from its cell, else
// from the header, zero if there is neither. Cell and header must agree, and in a
// column of intervals no cell may be empty.
func intervalOf(l *sheet.Layout, cells []string) (pricing.Interval, *sheet.Fault) {
	text, header := l.Cell(cells, sheet.RoleInterval), l.Units[sheet.RoleMonthly].Interval
	if text == "" && header == (pricing.Interval{}) && l.Has(sheet.RoleInterval) {
		return header, sheet.Faultf(CodeBadInterval, "the interval is empty, and the header of the price names none")
	}
	if text == "" {
		return header, nil
	}
	interval, known := sheet.ReadInterval(text)
	switch {
	case !known:
		return interval, sheet.Faultf(CodeBadInterval,
			"the interval %q is not one such as monthly, yearly or every 30 days", text)
	case header != (pricing.Interval{}) && header != interval:
		return interval, sheet.Faultf(CodeBadInterval,
			"the interval %q is not every %s, the interval in the header of the price", text, header)
	}
	return interval, nil
}
