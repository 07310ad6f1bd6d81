package sheet

import (
	"regexp"
	"slices"
	"strings"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Unit is the unit of the amounts below a header.
type Unit struct {
	Currency string           // "" = the header names none
	Minor    bool             // amounts are cents
	Interval pricing.Interval // zero = the header names none
	Count    uint64           // numbers in each row, 0 = not in the header
}

// signs are signs and names of currencies, longest first, with the currencies that
// they may mean.
var signs = []struct {
	sign  string
	means []string
}{
	{"US$", []string{"USD"}}, {"USD$", []string{"USD"}}, {"A$", []string{"AUD"}}, {"AU$", []string{"AUD"}},
	{"C$", []string{"CAD"}}, {"CA$", []string{"CAD"}},
	{"NZ$", []string{"NZD"}}, {"HK$", []string{"HKD"}}, {"S$", []string{"SGD"}}, {"R$", []string{"BRL"}},
	{"MX$", []string{"MXN"}}, {"NT$", []string{"TWD"}},
	{"€", []string{"EUR"}}, {"EURO", []string{"EUR"}}, {"EUROS", []string{"EUR"}}, {"£", []string{"GBP"}},
	{"₽", []string{"RUB"}}, {"РУБ", []string{"RUB"}}, {"РУБ.", []string{"RUB"}}, {"Р.", []string{"RUB"}},
	{"₹", []string{"INR"}}, {"ZŁ", []string{"PLN"}}, {"KČ", []string{"CZK"}}, {"₺", []string{"TRY"}},
	{"₴", []string{"UAH"}}, {"₪", []string{"ILS"}}, {"₩", []string{"KRW"}}, {"SFR", []string{"CHF"}},
	{"SFR.", []string{"CHF"}}, {"FR.", []string{"CHF"}},
	{"RS", rupees}, {"RS.", rupees},
	{"¥", []string{"JPY", "CNY"}}, {"KR", []string{"SEK", "NOK", "DKK", "ISK"}},
	{"KR.", []string{"SEK", "NOK", "DKK", "ISK"}}, {"FT", []string{"HUF"}},
	{"$", []string{"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "ARS", "CLP", "COP"}},
}

// rupees are the currencies that are written Rs.
var rupees = []string{"INR", "PKR", "LKR", "NPR", "MUR"}

// IsRupee reports whether amounts of a currency are written with lakhs:
// 12,34,567.
func IsRupee(currency string) bool {
	return slices.Contains(rupees, currency) || currency == "BDT"
}

// Currencies returns the currencies that a sign, a name or a code may mean; none if
// it is not one.
func Currencies(text string) []string {
	text = strings.ToUpper(strings.TrimSpace(text))
	for _, s := range signs {
		if s.sign == text {
			return s.means
		}
	}
	if len(text) == 3 {
		if _, err := money.Parse("0", text); err == nil {
			return []string{text}
		}
	}
	return nil
}

var minorWords = []string{"cents", "cent", "ct", "pence", "centimes", "centime", "centavos", "centimos", "копейки",
	"копеек", "коп"}

// netWords mean that amounts are without tax, as all prices of packages are.
var netWords = []string{"net", "netto", "excl", "exclusive", "excluding", "ex", "vat", "tax", "ht", "ohne", "mwst",
	"ust", "in", "of", "sin", "iva", "без", "ндс"}

var grossWords = []string{"incl", "including", "inclusive", "gross", "brutto", "ttc", "inkl", "con", "с"}

var bracketed = regexp.MustCompile(`[\(\[]([^\)\]]*)[\)\]]`)

// moneyMeaning reads the header of a price: the kind of charge, its unit, its
// interval. "Monthly Fee (USD)", "price per year", "Setup [€]", "MRC EUR".
func moneyMeaning(header string) (r Role, u Unit, known bool) {
	inside := ""
	for _, m := range bracketed.FindAllStringSubmatch(header, -1) {
		inside += " " + m[1]
	}
	main, ok := u.take(withoutTax.ReplaceAllString(bracketed.ReplaceAllString(header, " "), " "))
	if !ok {
		return 0, u, false
	}
	rest, ok := u.take(inside)
	if !ok {
		return 0, u, false
	}
	rest = slices.DeleteFunc(rest, func(w string) bool { return slices.Contains(netWords, w) })
	if len(rest) > 0 && isSetup(rest) { // Setup (one time)
		return RoleSetup, u, isSetup(main) || priceWords[strings.Join(main, " ")]
	}
	if len(rest) > 0 {
		i, known := ReadInterval(strings.Join(rest, " "))
		if !known {
			return 0, u, false
		}
		u.Interval = i
	}
	return u.role(slices.DeleteFunc(main, func(w string) bool {
		return slices.Contains([]string{"net", "netto", "in",
			"ht"}, w)
	}))
}

var (
	// withoutTax are words that mean that a price is without tax.
	withoutTax = regexp.MustCompile(`(?i)\b(?:excl(?:uding|usive ` +
		`of|\.)?|ex|without|plus|ohne|zzgl\.?|exkl\.?|hors|sin|без)\s+(?:vat|tax|taxes|mwst\.?|ust\.?|tva|taxe|iva|ндс)`)
	// perNumber means that a price is for each number, as all prices are.
	perNumber = regexp.MustCompile(`(?:^| )(?:per|pro|je|par|por|за|each) ` +
		`(?:did|ddi|number|tn|line|nummer|rufnummer|numero|номер)( |$)`)
	// compound is a German word of an interval and a price: Monatspreis.
	compound = regexp.MustCompile(`^(monat|jahr|quartal|woche|tage)[ens]*(preis|gebuhr|entgelt|kosten|pauschale|miete|` +
		`beitrag|grundpreis|grundgebuhr)$`)
)

// take removes the currency and the cents from a text; ok is false if it names two
// currencies, or amounts with tax.
func (u *Unit) take(text string) (words []string, ok bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" _/,:\t\u00a0", r) }) {
		if found := Currencies(word); len(found) > 0 && (len(found) == 1 || word == "$") && word != "ALL" {
			if word == "$" {
				continue // any dollar: the row's currency decides
			}
			if !u.is(found[0]) {
				return nil, false
			}
			continue
		}
		for w := range strings.FieldsSeq(Normal(word)) {
			switch {
			case slices.Contains(grossWords, w):
				return nil, false
			case slices.Contains(minorWords, w):
				if u.Minor = true; !u.is(minorCurrency[w]) {
					return nil, false
				}
			default:
				words = append(words, w)
			}
		}
	}
	return plainWords(words), true
}

// minorCurrency has the currencies of hundredths that only one currency has.
var minorCurrency = map[string]string{"pence": "GBP", "копейки": "RUB", "копеек": "RUB", "коп": "RUB"}

// is sets a currency and reports whether the header has no other one; "" is none.
func (u *Unit) is(currency string) bool {
	if u.Currency == "" {
		u.Currency = currency
	}
	return currency == "" || u.Currency == currency
}

// plainWords splits compound words and removes "per number".
func plainWords(words []string) (plain []string) {
	for _, w := range strings.Fields(perNumber.ReplaceAllString(strings.Join(words, " "), " ")) {
		if m := compound.FindStringSubmatch(w); m != nil {
			plain = append(plain, m[2], "pro", m[1])
		} else {
			plain = append(plain, w)
		}
	}
	return plain
}

// priceWords are names of a price that is paid repeatedly.
var priceWords = wordSet("price|fee|fees|charge|charges|rate|cost|costs|rental|subscription|recurring|recurring " +
	"charge|recurring fee|recurring price|rental fee|preis|gebuhr|grundgebuhr|kosten|entgelt|" +
	"prix|frais|cout|abonnement|redevance|precio|cuota|coste|costo|абонентская " +
	"плата|абонплата|tarifa|tarif|tariff|cargo|canone|prezzo|preco|prijs|grundpreis|pauschale|miete|paiement|pago|цена|" +
	"плата|стоимость")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(list, "|") {
		set[word] = true
	}
	return set
}

// role returns the meaning of a header's words, without units. barePrice reads the
// header of a price that does not name its interval.
func barePrice(header string) (u Unit, is bool) {
	words, ok := u.take(header)
	return u, ok && priceWords[strings.Join(words, " ")]
}

func (u *Unit) role(words []string) (Role, Unit, bool) {
	name := strings.Join(words, " ")
	if isSetup(words) {
		return RoleSetup, *u, u.Interval == pricing.Interval{}
	}
	if r, known := exactRole(name); known && r == RoleMonthly {
		return r, u.often(name), true
	}
	if i, adverb := adverbs[name]; adverb {
		u.Interval = i
		return RoleMonthly, *u, true
	}
	if u.Interval != (pricing.Interval{}) {
		return RoleMonthly, *u, priceWords[name]
	}
	for k := range len(words) + 1 {
		before, after := strings.Join(words[:k], " "), strings.Join(words[k:], " ")
		if i, ok := ReadInterval(after); ok && (priceWords[before] || before == "" && u.Currency != "") {
			u.Interval = i
			return RoleMonthly, *u, true
		}
		if i, ok := ReadInterval(before); ok && priceWords[after] {
			u.Interval = i
			return RoleMonthly, *u, true
		}
	}
	return 0, *u, false
}

// isSetup reports whether words name a price that is paid once: "setup",
// "one-time charge", "frais d'activation".
func isSetup(words []string) bool {
	var rest []string
	for _, w := range words {
		if (!priceWords[w] || w == "recurring") &&
			!slices.Contains([]string{"d", "de", "of", "for", "la", "l", "за", "en", "del"}, w) {
			rest = append(rest, w)
		}
	}
	for _, name := range []string{strings.Join(words, " "), strings.Join(rest, " ")} {
		if r, known := exactRole(name); known && r == RoleSetup {
			return true
		}
	}
	return false
}

// often adds the interval that a name contains.
func (u Unit) often(name string) Unit {
	if u.Interval == (pricing.Interval{}) && saysMonth(name) {
		u.Interval = aMonth
	}
	return u
}

func saysMonth(name string) bool {
	for _, word := range []string{"month", "mensuel", "monatlich", "месяц", "ежемесячно", "mensual"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}
