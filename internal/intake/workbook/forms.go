package workbook

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"didpurchase/internal/intake/sheet"
)

// form is the effect of a cell's number format on the number's meaning.
type form struct {
	date    bool
	percent bool
	sign    string // the sign of a currency
	words   string // words that the format adds to the number: "per year"
	mask    string // digits and the signs between them, as "+44 "00 0000 0000; "" = none
}

// maxForms limits the number formats and the styles of a workbook.
const maxForms = 65_536

// forms returns the forms of the cells' styles, by the style's number.
func (b *book) forms() ([]form, error) {
	codes := map[int]string{}
	var list []form
	inStyles := false
	err := b.scan(b.partOf("styles"), func(t token) error {
		switch {
		case t.begins("numFmt"):
			id, err := strconv.Atoi(t.attr("numFmtId"))
			if err != nil || len(codes) == maxForms {
				return sheet.Unreadablef("the workbook's number formats can't be read")
			}
			codes[id] = t.attr("formatCode")
		case t.begins("cellXfs"):
			inStyles = true
		case t.ends("cellXfs"):
			inStyles = false
		case inStyles && t.begins("xf"):
			if len(list) == maxForms {
				return sheet.Unreadablef("the workbook has more than %d styles", maxForms)
			}
			id, _ := strconv.Atoi(t.attr("numFmtId"))
			list = append(list, formOf(id, codes))
		}
		return nil
	})
	return list, err
}

// formOf returns the form of a number format: one of the workbook's own, or one
// that every spreadsheet has.
func formOf(id int, codes map[int]string) form {
	if code, own := codes[id]; own {
		return readForm(code)
	}
	switch {
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return form{date: true}
	case id == 9, id == 10:
		return form{percent: true}
	}
	return form{}
}

var (
	// currencyPart is [$€-407] or [$USD]: a currency and where it is used.
	currencyPart = regexp.MustCompile(`\[\$([^\]-]*)[^\]]*\]`)
	brackets     = regexp.MustCompile(`\[[^\]]*\]`)
	literals     = regexp.MustCompile(`"([^"]*)"|\\(.)|[_*].`)
	elapsed      = regexp.MustCompile(`(?i)\[(h+|m+|s+)\]`)
)

// readForm reads a format's code. Its first section is for positive
// numbers.
func readForm(code string) form {
	code = firstSection(code)
	f := form{sign: signIn(code)}
	f.words = wordsIn(code, f.sign)
	bare := literals.ReplaceAllString(currencyPart.ReplaceAllString(code, ""), "")
	f.date = elapsed.MatchString(bare)
	bare = brackets.ReplaceAllString(bare, "")
	f.date = f.date || !strings.EqualFold(bare, "General") && strings.ContainsAny(strings.ToLower(bare), "ymdhs")
	f.percent = strings.Contains(bare, "%")
	if !f.date && isMask(bare) && f.sign == "" && f.words == "" {
		f.mask = brackets.ReplaceAllString(currencyPart.ReplaceAllString(code, ""), "")
	}
	return f
}

// firstSection returns the text before the first semicolon that is not quoted.
func firstSection(code string) string {
	quoted := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\':
			i++
		case c == ';' && !quoted:
			return code[:i]
		}
	}
	return code
}

// signIn returns the currency that a format adds to a number, "" for none.
func signIn(code string) string {
	if m := currencyPart.FindStringSubmatch(code); m != nil && len(sheet.Currencies(m[1])) > 0 {
		return strings.TrimSpace(m[1])
	}
	for _, m := range literals.FindAllStringSubmatch(code, -1) {
		if text := strings.TrimSpace(m[1] + m[2]); len(sheet.Currencies(text)) > 0 {
			return text
		}
	}
	for _, sign := range []string{"€", "£", "¥", "₽", "₹", "$"} {
		if strings.Contains(literals.ReplaceAllString(brackets.ReplaceAllString(code, ""), ""), sign) {
			return sign
		}
	}
	return ""
}

// wordsIn returns the words that a format adds to a number, other than its
// currency: 0.00" per year" is another price than 0.00.
func wordsIn(code, sign string) string {
	text := ""
	for _, m := range literals.FindAllStringSubmatch(code, -1) {
		text += m[1] + m[2]
	}
	text = strings.TrimSpace(strings.Replace(text, sign, "", 1))
	if !strings.ContainsFunc(text, unicode.IsLetter) {
		return ""
	}
	return " " + text
}

// isMask reports whether a code, without its literals, consists of places for
// digits and of signs between the digits of telephone numbers.
func isMask(bare string) bool {
	return strings.ContainsAny(bare, "0#") && strings.Trim(bare, "0#?+-() /") == "" && bare != "0" && bare != "#"
}

// masked puts the digits of a whole number into a mask, the last digit into the
// last place. The first place takes the remaining digits.
//
//	2079460120 in "+44 "00 0000 0000  →  +44 20 7946 0120
func masked(digits, mask string) string {
	var out []string // of pieces, the last first
	places := strings.Count(literals.ReplaceAllString(mask, ""), "0") + strings.Count(literals.ReplaceAllString(mask, ""),
		"#") + strings.Count(literals.ReplaceAllString(mask, ""), "?")
	pieces := maskElements(mask)
	for i := len(pieces) - 1; i >= 0; i-- {
		p := pieces[i]
		switch {
		case !p.place:
			out = append(out, p.text)
			continue
		case places == 1:
			out = append(out, digits)
			if digits == "" && p.text == "0" {
				out = append(out, "0")
			}
		case digits != "":
			out = append(out, digits[len(digits)-1:])
			digits = digits[:len(digits)-1]
		case p.text == "0":
			out = append(out, "0")
		}
		places--
	}
	var b strings.Builder
	for i := len(out) - 1; i >= 0; i-- {
		b.WriteString(out[i])
	}
	return b.String()
}

type maskElement struct {
	text  string
	place bool // for a digit
}

// piecesOf parts a mask into places and literal texts.
func maskElements(mask string) (list []maskElement) {
	for mask != "" {
		if at := literals.FindStringSubmatchIndex(mask); at != nil && at[0] == 0 {
			m := literals.FindStringSubmatch(mask)
			list = append(list, maskElement{text: m[1] + m[2]})
			mask = mask[at[1]:]
			continue
		}
		list = append(list, maskElement{text: mask[:1], place: strings.ContainsAny(mask[:1], "0#?")})
		mask = mask[1:]
	}
	return list
}
