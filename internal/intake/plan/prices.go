package plan

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Packages are a carrier's, and those that a file's prices make.
type Packages struct {
	known    map[string]pricing.Package // current versions by id
	currency string                     // of prices that name none
	make     bool
	fallback string                     // the package of rows that name none
	made     map[string]pricing.Package // by id
	byPrice  map[string][]string        // monthly packages by their prices
}

// price is what price columns say.
type price struct{ setup, monthly money.Amount }

func (p price) String() string {
	return p.setup.String() + " setup, " + p.monthly.String() + " a month"
}

func NewPackages(known map[string]pricing.Package, currency, fallback string, profile *sheet.Profile) *Packages {
	p := &Packages{known: known, currency: currency, fallback: fallback, made: map[string]pricing.Package{}, byPrice: map[string][]string{}}
	if profile != nil {
		p.make = profile.MakePackages
		if profile.Currency != "" {
			p.currency = profile.Currency
		}
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		t := known[id].Terms
		if t.Interval == monthly && t.Align == (pricing.Alignment{}) {
			at := price{t.Setup, t.Recurring}.String()
			p.byPrice[at] = append(p.byPrice[at], id)
		}
	}
	return p
}

// MakeNone has prices that no package has refused.
func (p *Packages) MakeNone() { p.make = false }

// maxMade is how many packages one file may make.
const maxMade = 100

var monthly = pricing.Interval{Unit: pricing.Month, Count: 1}

// find is the row's package: by its id, else by its prices, else the default.
// Without packages (nil) rows need none.
func (p *Packages) find(l *sheet.Layout, cells []string) (id string, fault *sheet.Fault) {
	if p == nil {
		return "", nil
	}
	id = l.Cell(cells, sheet.RolePackage)
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
		return id, nil
	}
	at, fault := p.price(l, cells)
	if fault != nil {
		return "", fault
	}
	return p.priced(id, at)
}

// priced is the package that costs so much; id "" is any.
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
		return "", sheet.Faultf(CodeNoSuchPrice, "no package is of %s, and no profile allows to make one", at)
	}
	return p.makeOne(at)
}

// makeOne gives the price a package of its own, named after it.
func (p *Packages) makeOne(at price) (string, *sheet.Fault) {
	if len(p.made) == maxMade {
		return "", sheet.Faultf(CodeNoSuchPrice, "no package is of %s, and the file has made %d already", at, maxMade)
	}
	id := strings.NewReplacer(".", "-").Replace(strings.ToLower(at.setup.Currency() + "-" + at.setup.Number() + "-" + at.monthly.Number()))
	if other, taken := p.known[id]; taken {
		return "", sheet.Faultf(CodePriceDiffers, "the package %q, which would be of %s, is of %s", id, at, price{other.Setup, other.Recurring})
	}
	p.made[id] = pricing.Package{Terms: pricing.Terms{
		Package: id, Version: 1, Name: at.String(), Setup: at.setup, Recurring: at.monthly, Interval: monthly,
	}}
	p.byPrice[at.String()] = []string{id}
	return id, nil
}

func (p *Packages) price(l *sheet.Layout, cells []string) (at price, fault *sheet.Fault) {
	currency := strings.ToUpper(l.Cell(cells, sheet.RoleCurrency))
	if currency == "" {
		currency = p.currency
	}
	setup := l.Cell(cells, sheet.RoleSetup)
	if setup == "" {
		setup = "0"
	}
	if at.setup, fault = readAmount(sheet.RoleSetup, setup, currency); fault != nil {
		return at, fault
	}
	at.monthly, fault = readAmount(sheet.RoleMonthly, l.Cell(cells, sheet.RoleMonthly), currency)
	return at, fault
}

// readAmount reads a price as people write it: with a currency's sign or code,
// spaces, and a point or a comma before its decimals.
func readAmount(r sheet.Role, text, currency string) (money.Amount, *sheet.Fault) {
	number := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.Is(unicode.Sc, c) {
			return -1
		}
		return c
	}, strings.ReplaceAll(strings.ToUpper(text), currency, ""))
	point, comma := strings.LastIndexByte(number, '.'), strings.LastIndexByte(number, ',')
	if comma > point && len(number)-comma <= 3 { // 1.234,50
		number = strings.ReplaceAll(number[:comma], ".", "") + "." + number[comma+1:]
	}
	amount, err := money.Parse(strings.ReplaceAll(number, ",", ""), currency)
	if err != nil || amount.IsNegative() {
		return money.Amount{}, sheet.Faultf(CodeBadPrice, "the %s price %q is not an amount of %s", r, text, currency)
	}
	return amount, nil
}
