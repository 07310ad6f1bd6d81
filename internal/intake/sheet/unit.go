package sheet

import (
	"regexp"
	"slices"
	"strings"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// Unit is a header's unit of the amounts below it.
type Unit struct {
	Currency string           // "" = the header names none
	Minor    bool             // amounts are cents
	Interval pricing.Interval // zero = the header names none
}

// signs are currencies' signs and names, longest first, with their possible
// currencies.
var signs = []struct {
	sign  string
	means []string
}{
	{"US$", []string{"USD"}}, {"USD$", []string{"USD"}}, {"A$", []string{"AUD"}}, {"AU$", []string{"AUD"}}, {"C$", []string{"CAD"}}, {"CA$", []string{"CAD"}},
	{"NZ$", []string{"NZD"}}, {"HK$", []string{"HKD"}}, {"S$", []string{"SGD"}}, {"R$", []string{"BRL"}}, {"MX$", []string{"MXN"}}, {"NT$", []string{"TWD"}},
	{"€", []string{"EUR"}}, {"EURO", []string{"EUR"}}, {"EUROS", []string{"EUR"}}, {"£", []string{"GBP"}}, {"₽", []string{"RUB"}}, {"РУБ", []string{"RUB"}}, {"РУБ.", []string{"RUB"}}, {"Р.", []string{"RUB"}},
	{"₹", []string{"INR"}}, {"ZŁ", []string{"PLN"}}, {"KČ", []string{"CZK"}}, {"₺", []string{"TRY"}}, {"₴", []string{"UAH"}}, {"₪", []string{"ILS"}}, {"₩", []string{"KRW"}}, {"SFR", []string{"CHF"}}, {"FR.", []string{"CHF"}},
	{"¥", []string{"JPY", "CNY"}}, {"KR", []string{"SEK", "NOK", "DKK", "ISK"}}, {"KR.", []string{"SEK", "NOK", "DKK", "ISK"}}, {"FT", []string{"HUF"}},
	{"$", []string{"USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "TWD", "ARS", "CLP", "COP"}},
}

// Currencies are those that a sign, a name or a code may mean; none = it is not
// one.
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

var minorWords = []string{"cents", "cent", "ct", "pence", "centimes", "centime", "centavos", "centimos", "копейки", "копеек", "коп"}

// netWords say that amounts are without tax, as all prices of packages are.
var netWords = []string{"net", "netto", "excl", "exclusive", "excluding", "ex", "vat", "tax", "ht", "ohne", "mwst", "ust", "in", "of", "sin", "iva", "без", "ндс"}

var grossWords = []string{"incl", "including", "inclusive", "gross", "brutto", "ttc", "inkl", "con", "с"}

var bracketed = regexp.MustCompile(`[\(\[]([^\)\]]*)[\)\]]`)

// moneyMeaning reads the header of a price: the kind of charge, its unit, its
// interval. "Monthly Fee (USD)", "price per year", "Setup [€]", "MRC EUR".
func moneyMeaning(header string) (r Role, u Unit, known bool) {
	inside := ""
	for _, m := range bracketed.FindAllStringSubmatch(header, -1) {
		inside += " " + m[1]
	}
	main, ok := u.take(bracketed.ReplaceAllString(header, " "))
	if !ok {
		return 0, u, false
	}
	rest, ok := u.take(inside)
	if !ok {
		return 0, u, false
	}
	rest = slices.DeleteFunc(rest, func(w string) bool { return slices.Contains(netWords, w) })
	if len(rest) > 0 {
		i, known := ReadInterval(strings.Join(rest, " "))
		if !known {
			return 0, u, false
		}
		u.Interval = i
	}
	return u.role(slices.DeleteFunc(main, func(w string) bool { return slices.Contains([]string{"net", "netto", "in"}, w) }))
}

// take takes the currency and the cents out of a text; ok is false if it names
// two currencies, or amounts with tax.
func (u *Unit) take(text string) (words []string, ok bool) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" _/,:\t\u00a0", r) }) {
		if found := Currencies(word); len(found) > 0 && (len(found) == 1 || word == "$") && word != "ALL" {
			if word == "$" {
				continue // any dollar: the row's currency decides
			}
			if u.Currency != "" && u.Currency != found[0] {
				return nil, false
			}
			u.Currency = found[0]
			continue
		}
		for w := range strings.FieldsSeq(Normal(word)) {
			switch {
			case slices.Contains(grossWords, w):
				return nil, false
			case slices.Contains(minorWords, w):
				u.Minor = true
			default:
				words = append(words, w)
			}
		}
	}
	return words, true
}

// priceWords name a price that is paid again and again.
var priceWords = wordSet("price|fee|fees|charge|charges|rate|cost|costs|rental|subscription|recurring|recurring charge|recurring fee|recurring price|rental fee|preis|gebuhr|grundgebuhr|kosten|entgelt|" +
	"prix|frais|cout|abonnement|redevance|precio|cuota|coste|costo|tarifa|цена|плата|стоимость|абонплата|абонентская плата")

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.SplitSeq(list, "|") {
		set[word] = true
	}
	return set
}

// role returns the meaning of a header's words, without units.
func (u *Unit) role(words []string) (Role, Unit, bool) {
	name := strings.Join(words, " ")
	if r, known := exactRole(name); known && (r == RoleSetup || r == RoleMonthly) {
		return r, u.often(name), r == RoleMonthly || u.Interval == pricing.Interval{}
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

// often adds the interval that a name has in it.
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

// sounding are words that suggest money, an interval, a currency or a status,
// which must not be ignored.
var sounding = []struct {
	kind  string
	words map[string]bool
}{
	{"money", wordSet("price|prices|fee|fees|charge|charges|cost|costs|amount|mrc|nrc|otc|monthly|setup|tariff|deposit|preis|gebuhr|kosten|betrag|prix|frais|cout|montant|tarif|precio|cuota|coste|importe|цена|плата|стоимость|сумма|cents|pence|usd|eur|gbp|euro|dollar|yearly|annual|annually|weekly|daily|quarterly")},
	{"an interval", wordSet("interval|billing|frequency|cycle|periodicity|recurrence|intervall|turnus|abrechnung|periodicite|frequence|periodicidad|frecuencia|периодичность|интервал")},
	{"a currency", wordSet("currency|wahrung|devise|moneda|валюта")},
	{"a status", wordSet("status|availability|available|assigned|reserved|inuse|statut|disponibilite|verfugbarkeit|verfugbar|estado|disponibilidad|disponible|статус|состояние|занят|свободен")},
}

// soundsLike returns the kind that an unknown header suggests, "" for none of
// importance.
func soundsLike(header string) string {
	for _, s := range signs {
		if strings.ContainsAny(s.sign, "€£¥₽₹$") && strings.Contains(header, s.sign) {
			return "money"
		}
	}
	for word := range strings.FieldsSeq(Normal(header)) {
		for _, s := range sounding {
			if s.words[word] {
				return s.kind
			}
		}
	}
	return ""
}
