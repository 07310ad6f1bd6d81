package notice

import (
	"strings"
	"time"

	"didpurchase/internal/event"
)

// writing returns a language's way to write amounts and days.
type writing struct {
	language string
	zone     *time.Location
	toStaff  bool
}

// notation is a language's form of amounts and days.
type notation struct {
	thousands, point string
	day              string // of a month, with its blanks
	months           string
}

var notations = map[string]notation{
	"en": {",", ".", "{day} {month} {year}",
		"January February March April May June July August September October November December"},
	"de": {".", ",", "{day}. {month} {year}",
		"Januar Februar März April Mai Juni Juli August September Oktober November Dezember"},
	"fr": {"\u202f", ",", "{day} {month} {year}",
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre"},
	"es": {".", ",", "{day} de {month} de {year}",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"},
}

// amount writes 1234.5 USD as "1,234.50 USD", or in the language's form.
func (w writing) amount(a event.Amount) string {
	n := notations[w.language]
	whole, part, _ := strings.Cut(strings.TrimPrefix(a.Amount, "-"), ".")
	var b strings.Builder
	if strings.HasPrefix(a.Amount, "-") {
		b.WriteString("-")
	}
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(n.thousands)
		}
		b.WriteRune(digit)
	}
	if part != "" {
		b.WriteString(n.point + part)
	}
	return b.String() + " " + a.Currency
}

// day writes the day of a moment in the carrier's time zone.
func (w writing) day(t time.Time) string {
	n := notations[w.language]
	t = t.In(w.zone)
	return fill(n.day, words{"day": t.Format("2"), "month": strings.Fields(n.months)[t.Month()-1],
		"year": t.Format("2006")})
}

// fill puts the words into the blanks of a text, such as {day}.
func fill(text string, w words) string {
	pairs := make([]string, 0, 2*len(w))
	for name, value := range w {
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
