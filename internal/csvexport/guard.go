package csvexport

import (
	"strings"
	"unicode"
)

// A cell that begins with one of these may be run as a formula by a spreadsheet
// that opens the file (OWASP: CSV injection). Spreadsheets of East Asian systems
// take the full-width forms for the same signs.
const formulaStarts = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"

// maxShownDigits is how many digits a spreadsheet shows of a number: more become
// 4.42E+11, and are lost when the file is saved.
const maxShownDigits = 11

// Guard makes a cell safe for spreadsheets: an apostrophe in front makes it
// text. So begins a cell that may be run as a formula, and one whose digits a
// spreadsheet would change: a long number, or one with a leading zero. A cell
// that looks guarded gets one more, so that Unguard(Guard(x)) is x.
func Guard(cell string) string {
	if LooksGuarded(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard takes one guard off, where there is one.
func Unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && LooksGuarded(cell) {
		return cell[1:]
	}
	return cell
}

// LooksGuarded reports whether a cell needs a guard once its apostrophes are
// passed over.
func LooksGuarded(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return startsFormula(rest) || losesDigits(rest)
}

// startsFormula reports whether the cell begins with a sign of a formula, once
// the blanks that some spreadsheets drop are passed over, or with a control
// character, which some drop with what comes before it.
func startsFormula(cell string) bool {
	if cell == "" {
		return false
	}
	if unicode.IsControl(rune(cell[0])) {
		return true
	}
	shown := strings.TrimLeftFunc(cell, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\''
	})
	return strings.IndexAny(shown, formulaStarts) == 0
}

// losesDigits reports whether a spreadsheet that takes the cell for a number
// changes its digits.
func losesDigits(cell string) bool {
	digits := 0
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c != '.' && c != ',' && c != ' ':
			return false
		}
	}
	leadingZero := len(cell) > 1 && cell[0] == '0' && cell[1] != '.' && cell[1] != ','
	return digits > maxShownDigits || leadingZero && digits > 1
}
