package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/money"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/pricing"
)

// Habit is the file's way to write decimals, as all its prices together prove it.
type Habit struct{ comma, point uint64 }

// see counts the proof in a price: 1,5 and 1.234,50 prove a decimal comma, 1.50 and
// 1,234.50 a decimal point; 1,000 proves nothing.
func (h *Habit) see(text string) {
	w, ok := readWritten(text)
	if !ok {
		return
	}
	switch w.decimal() {
	case ',':
		h.comma++
	case '.':
		h.point++
	}
}

// Decimal returns the decimal separator, "" if nothing proves it or the file uses
// both.
func (h *Habit) Decimal() string {
	switch {
	case h.comma > 0 && h.point == 0:
		return ","
	case h.point > 0 && h.comma == 0:
		return "."
	}
	return ""
}

// written is an amount in the form that the file has.
type written struct {
	before  string // texts around the number, such as a currency or an interval
	behind  string
	whole   string // digits, with their separators
	last    byte   // the last separator, 0 = none
	after   string // the digits after last
	grouped bool   // blanks or apostrophes separate the groups
	minus   bool   // or a plus: prices have no sign
}

var (
	amounts = regexp.MustCompile(`^((?:\pL\.|[^0-9.,+'\x{2019}-])*)([-+]?)([0-9][0-9.,'\x{2019} ` +
		`\x{a0}\x{202f}]*|[.,][0-9]+)([^0-9]*)$`)
	// wholeUnits is an amount without decimals, as it is written in Central Europe
	// and in India: 5,- and 5.-- and 5/-
	wholeUnits = regexp.MustCompile(`([0-9])(?:[.,](?:--?|—)|/-)`)
	groups     = regexp.MustCompile(`^\d{1,3}(?:[ ']\d{3})+$`)
	// thousands are groups of digits with the same sign between them; lakhs are the
	// groups of India's amounts: 12,34,567.
	thousands = regexp.MustCompile(`^\d{1,3}(?:(?:,\d{3})*|(?:\.\d{3})*)$`)
	lakhs     = regexp.MustCompile(`^\d{1,2}(?:,\d{2})*,\d{3}$`)
)

// Replacements of the signs between digits.
var (
	plainGroups  = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'")
	noGroups     = strings.NewReplacer(" ", "", "'", "")
	noSeparators = strings.NewReplacer(".", "", ",", "")
)

// readPlain reads the usual amount: digits with at most one separator.
func readPlain(text string) (w written, ok bool) {
	at := -1
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
		case (c == '.' || c == ',') && at < 0:
			at = i
		default:
			return w, false
		}
	}
	switch {
	case text == "", text == ".", text == ",":
		return w, false
	case at < 0:
		return written{whole: text}, true
	}
	return written{whole: text[:at], last: text[at], after: text[at+1:]}, true
}

// asText returns a price in ASCII characters, without the signs by which a
// spreadsheet marks a text.
func asText(text string) string {
	text = strings.TrimSpace(numberformat.Plain(text))
	text = strings.TrimPrefix(strings.TrimPrefix(text, "'"), "=")
	if n := len(text); n >= 2 && text[0] == '"' && text[n-1] == '"' {
		text = text[1 : n-1]
	}
	return strings.TrimSpace(text)
}

// readWritten splits an amount into its parts.
func readWritten(text string) (w written, ok bool) {
	if sheet.IsFree(text) {
		return written{whole: "0"}, true
	}
	if w, ok := readPlain(text); ok {
		return w, true
	}
	m := amounts.FindStringSubmatch(wholeUnits.ReplaceAllString(asText(text), "$1"))
	if m == nil {
		return w, false
	}
	w.before, w.behind, w.minus = strings.TrimSpace(m[1]), strings.TrimSpace(m[4]), m[2] != ""
	number := plainGroups.Replace(strings.TrimSpace(m[3]))
	w.whole = number
	if at := strings.LastIndexAny(number, ".,"); at >= 0 {
		w.whole, w.last, w.after = number[:at], number[at], number[at+1:]
	}
	if strings.ContainsAny(w.whole, " '") {
		w.grouped = true
		if !groups.MatchString(w.whole) {
			return w, false
		}
		w.whole = noGroups.Replace(w.whole)
	}
	return w, !strings.ContainsAny(w.after, " '")
}

// decimal returns the separator that must be the decimal one, because of its digits
// or because the other one separates the groups; 0 if both are possible.
func (w written) decimal() byte {
	other := '.' + ',' - w.last
	switch {
	case w.last == 0:
		return 0
	case strings.IndexByte(w.whole, other) >= 0:
		return w.last
	case strings.IndexByte(w.whole, w.last) >= 0:
		return other
	case len(w.after) != 3 || w.grouped || len(w.whole) > 3 || w.whole == "" || w.whole[0] == '0':
		return w.last
	}
	return 0
}

// number returns the amount with a decimal point; decimal is the decimal separator.
// Amounts that are indian may have lakhs.
func (w written) number(decimal byte, indian bool) (string, bool) {
	whole, after := w.whole, w.after
	if w.last != 0 && w.last != decimal {
		whole, after = whole+string(w.last)+after, ""
	}
	if strings.ContainsAny(whole, ".,") {
		grouped := thousands.MatchString(whole) || indian && lakhs.MatchString(whole)
		if !grouped || strings.IndexByte(whole, decimal) >= 0 {
			return "", false
		}
	}
	digits := noSeparators.Replace(whole)
	if digits == "" {
		digits = "0"
	}
	if after != "" {
		digits += "." + after
	}
	return digits, true
}

// readAmount reads a price as people write it: with a currency's sign or code, in
// cents, with an interval, with a decimal point or comma, with separated groups.
// every is the interval in its text, zero for none.
func (p *Packages) readAmount(r sheet.Role, text, currency string,
	minor bool) (amount money.Amount, every pricing.Interval, fault *sheet.Fault) {
	w, ok := readWritten(text)
	if !ok || w.minus {
		return amount, every, sheet.Faultf(CodeBadPrice, "the %s price %q is not an amount of %s", r, text, currency)
	}
	unit, fault := unitOf(r, w, text, currency)
	if fault != nil {
		return amount, every, fault
	}
	decimal, fault := p.decimalOf(r, w, text, currency)
	if fault != nil {
		return amount, every, fault
	}
	number, ok := w.number(decimal, sheet.IsRupee(currency))
	if ok {
		number, ok = scaled(number, currency, minor || unit.Minor)
	}
	amount, err := money.Parse(number, currency)
	if !ok || err != nil {
		return amount, every, sheet.Faultf(CodeBadPrice, "the %s price %q is not an amount of %s, which has %d decimals", r,
			text, currency, money.Decimals(currency))
	}
	return amount, unit.Interval, nil
}

// unitOf reads the texts around a price's number. A setup price has no interval.
func unitOf(r sheet.Role, w written, text, currency string) (sheet.PriceUnit, *sheet.Fault) {
	if w.before+w.behind == "" {
		return sheet.PriceUnit{}, nil
	}
	unit, ok := sheet.ReadPriceUnit(w.before, w.behind)
	switch {
	case !ok:
		return unit, sheet.Faultf(CodeBadPrice, "the %s price %q has %q, which is neither a currency nor an interval", r,
			text, strings.TrimSpace(w.before+" "+w.behind))
	case unit.Currencies != nil && !slices.Contains(unit.Currencies, currency):
		return unit, sheet.Faultf(CodeBadPrice, "the %s price %q is in %s, the row in %s", r, text,
			strings.Join(unit.Currencies, " or "), currency)
	case r == sheet.RoleSetup && unit.Interval != (pricing.Interval{}):
		return unit, sheet.Faultf(CodeBadPrice, "the %s price %q is every %s, but a setup is paid once", r, text,
			unit.Interval)
	}
	return unit, nil
}

// decimalOf returns the decimal separator of an amount: from the amount, or else
// from the file's habit. In a currency without decimals each separator separates
// groups.
func (p *Packages) decimalOf(r sheet.Role, w written, text, currency string) (byte, *sheet.Fault) {
	if w.last == 0 {
		return '.', nil
	}
	if d := w.decimal(); d != 0 {
		return d, nil
	}
	other := '.' + ',' - w.last
	if money.Decimals(currency) == 0 {
		return other, nil
	}
	switch p.habit.Decimal() {
	case ",":
		return ',', nil
	case ".":
		return '.', nil
	}
	return 0, sheet.Faultf(CodeAmbiguousAmount,
		"the %s price %q is %s or %s: no price in the file shows its decimal separator", r, text, w.whole+"."+w.after,
		w.whole+w.after)
}

// scaled returns a number without the zeros beyond a currency's decimals; an amount
// of cents is returned in whole units.
func scaled(number, currency string, minor bool) (string, bool) {
	most := money.Decimals(currency)
	whole, after, _ := strings.Cut(number, ".")
	if minor {
		if strings.Trim(after, "0") != "" {
			return "", false
		}
		whole = fmt.Sprintf("%0*s", most+1, whole)
		whole = strings.Repeat("0", max(0, most+1-len(whole))) + whole
		whole, after = whole[:len(whole)-most], whole[len(whole)-most:]
	}
	if len(after) > most {
		if strings.Trim(after[most:], "0") != "" {
			return "", false
		}
		after = after[:most]
	}
	if after == "" {
		return whole, true
	}
	return whole + "." + after, true
}
