package sheet

import (
	"slices"
	"strings"

	"didpurchase/internal/pricing"
)

// PriceUnit is the text around the number of a price: $1.50/mo.
type PriceUnit struct {
	Currencies []string         // the possible currencies, nil = none is written
	Minor      bool             // the number is cents
	Interval   pricing.Interval // zero = none is written
}

// minorSigns are signs and short words for a hundredth, with their currencies.
var minorSigns = map[string][]string{
	"¢": dollars, "c": dollars, "ct": dollars, "cts": dollars, "cent": dollars, "cents": dollars, "p": {"GBP"},
	"penny": {"GBP"}, "pence": {"GBP"},
	"centime": {"EUR", "CHF"}, "centimes": {"EUR", "CHF"}, "céntimos": {"EUR"}, "коп": {"RUB"}, "коп.": {"RUB"},
	"копеек": {"RUB"},
}

var dollars = []string{"USD", "EUR", "CAD", "AUD", "NZD", "HKD", "SGD"}

// signsAsWords replaces the signs around an amount by words and blanks.
var signsAsWords = strings.NewReplacer("/", " per ", "(", " ", ")", " ", "[", " ", "]", " ", "+ ", "plus ")

// ReadPriceUnit reads the texts before and after the number of a price: currencies,
// cents, an interval, and remarks such as "without tax" or "per number".
func ReadPriceUnit(before, after string) (u PriceUnit, ok bool) {
	if strings.HasSuffix(before, "(") || strings.HasSuffix(before, "[") { // an accountant's minus
		return u, false
	}
	var words []string
	for _, text := range []string{before, after} {
		if means := Currencies(text); len(means) > 0 {
			u.restrict(means)
			continue
		}
		text = signsAsWords.Replace(text)
		words = append(words, strings.Fields(withoutTax.ReplaceAllString(text, " "))...)
	}
	var rest []string
	for _, word := range words {
		lower := strings.ToLower(word)
		switch means, minor := minorSigns[lower]; {
		case minor && !u.Minor:
			u.Minor = true
			u.restrict(means)
		case len(Currencies(word)) > 0:
			u.restrict(Currencies(word))
		case slices.Contains([]string{"net", "netto", "ht"}, lower):
		case Normal(word) == "": // a sign without a meaning
			return u, false
		default:
			rest = append(rest, Normal(word))
		}
	}
	left := strings.TrimSpace(perNumber.ReplaceAllString(strings.Join(rest, " "), " "))
	if left != "" {
		u.Interval, ok = ReadInterval(left)
		return u, ok
	}
	return u, u.Currencies == nil || len(u.Currencies) > 0
}

// restrict keeps the currencies that both signs allow.
func (u *PriceUnit) restrict(means []string) {
	if u.Currencies == nil {
		u.Currencies = means
		return
	}
	both := []string{}
	for _, currency := range u.Currencies {
		if slices.Contains(means, currency) {
			both = append(both, currency)
		}
	}
	u.Currencies = both
}

// free are words for a price of zero.
var free = wordSet("free|free of charge|no charge|gratis|kostenlos|kostenfrei|gratuit|gratuite|gratuito|gratuita|sin " +
	"coste|бесплатно")

// IsFree reports whether a text is a word for a price of zero.
func IsFree(text string) bool { return len(text) < 40 && !startsWithDigit(text) && free[Normal(text)] }

func startsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }
