package numberformat

import (
	"regexp"
	"strings"
)

// written is a text reduced to its digits and their marks.
type written struct {
	plus     bool
	digits   string
	brackets [][2]int // of digits: from, to
}

// maxText is the length of the longest text that is read.
const maxText = 200

// clean reduces a text to its digits. More than one result means that its end
// can be decimals or digits ("212555.0000"). It skips:
//
//	invisible characters, blanks, dashes, dots, brackets, one slash
//	="…" and ="+…" of a spreadsheet, quotes and apostrophes around it
//	tel: and its parameters (RFC 3966), without an extension
//	decimals that are zeros, and commas between groups of three digits
func clean(text string) ([]written, *Reason) {
	if len(text) > maxText {
		return nil, reasonf(NotANumber, "%q is too long for a telephone number", shortened(text))
	}
	body := unwrap(plainly(text))
	if body == "" {
		return nil, reasonf(Empty, "the number is empty")
	}
	if isSimple(body) {
		w, reason := lex(text, body)
		if reason != nil {
			return nil, reason
		}
		return []written{w}, nil
	}
	body, reason := fromURI(text, body)
	if reason != nil {
		return nil, reason
	}
	switch {
	case exponent.MatchString(strings.ReplaceAll(body, " ", "")):
		return nil, reasonf(LostDigits, "%q lost its digits to a spreadsheet; format the column as text", text)
	case extension.MatchString(body):
		return nil, reasonf(HasExtension, "%q has an extension; a number for sale has none", text)
	}
	var list []written
	for _, form := range withoutDecimals(body) {
		w, reason := lex(text, form)
		if reason != nil {
			return nil, reason
		}
		list = append(list, w)
	}
	return list, nil
}

// isSimple reports whether a text has only digits and signs that can't belong to a
// URI, decimals, an extension or groups of thousands.
func isSimple(body string) bool {
	for i := range len(body) {
		if c := body[i]; (c < '0' || c > '9') && c != '+' && c != ' ' && c != '-' && c != '(' && c != ')' {
			return false
		}
	}
	return true
}

var (
	// exponent is a spreadsheet's form of a long number: 4.42E+11.
	exponent = regexp.MustCompile(`^[+-]?\d+([.,]\d*)?[eE][+-]?\d+$`)
	// extension is a number within a company, after the telephone number.
	extension = regexp.MustCompile(`(?i)\d[\s.,;:(/-]*(x|ext|extn|extension|доб|int|poste|durchwahl|anexo|ramal|` +
		`#)[\s.:=]*\d{1,8}\)?$`)
	// thousands is a number with commas between groups of three digits.
	thousands = regexp.MustCompile(`^\d{1,3}(,\d{3})+(\.0+)?$`)
	// decimals is an end of zeros after a comma, or after the only dot.
	decimals = regexp.MustCompile(`^([^,]*\d),0+$|^([^.,]*\d)\.(0+)$`)
)

// unwrap removes blanks and the signs that spreadsheets put around a text.
func unwrap(text string) string {
	for {
		inner := strings.Trim(strings.TrimSpace(text), "'")
		if rest, ok := strings.CutPrefix(inner, "="); ok {
			inner = rest
		}
		if n := len(inner); n >= 2 && inner[0] == '"' && inner[n-1] == '"' {
			inner = inner[1 : n-1]
		}
		if inner == text {
			return text
		}
		text = inner
	}
}

// withoutDecimals returns the texts without a spreadsheet's decimals.
// "49301234.0" and "49301234.00" have decimals. "212555.0000" and "20 7946.00"
// can also have a dot between groups of digits: for these it returns both
// texts.
func withoutDecimals(body string) []string {
	if thousands.MatchString(body) {
		whole, _, _ := strings.Cut(strings.ReplaceAll(body, ",", ""), ".")
		return []string{whole}
	}
	m := decimals.FindStringSubmatch(body)
	switch {
	case m == nil:
		return []string{body}
	case m[1] != "":
		return []string{m[1]}
	case len(m[3]) <= 2 && strings.Trim(m[2], "+0123456789") == "":
		return []string{m[2]}
	}
	return []string{m[2], body}
}

// minAfterSlash is the least number of digits after a slash within one number.
// Fewer are the end of another number: 1234567/8.
const minAfterSlash = 4

// lex skips the characters that people write between digits.
func lex(text, body string) (w written, reason *Reason) {
	var digits []byte
	open, slash := -1, -1
	for _, r := range body {
		switch {
		case r >= '0' && r <= '9':
			digits = append(digits, byte(r))
		case r == ' ', r == '-', r == '.':
		case r == '(' && open < 0:
			open = len(digits)
		case r == ')' && open >= 0:
			w.brackets = append(w.brackets, [2]int{open, len(digits)})
			open = -1
		case r == '/' && slash < 0:
			slash = len(digits)
		case r == '+' && len(digits) == 0 && !w.plus:
			w.plus = true
		default:
			return written{}, reasonf(NotANumber, "%q has %q, which is not part of a telephone number", text, r)
		}
	}
	w.digits = string(digits)
	switch {
	case w.digits == "":
		return written{}, reasonf(NotANumber, "%q has no digits", text)
	case slash >= 0 && len(digits)-slash < minAfterSlash:
		return written{}, reasonf(NotANumber, "%q seems to be several numbers: few digits follow the slash", text)
	}
	return w, nil
}

func shortened(text string) string {
	if runes := []rune(strings.ToValidUTF8(text, "?")); len(runes) > 60 {
		return string(runes[:60]) + "…"
	}
	return text
}
