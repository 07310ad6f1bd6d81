package csvexport

import (
	"strings"
	"unicode"
)

// A cell that begins with one of these may be run as a formula by a spreadsheet
// that opens the file (OWASP: CSV injection). Spreadsheets of East Asian systems
// take the full-width forms for the same signs.
const formulaStarts = "=+-@\uff1d\uff0b\uff0d\uff20\u2212"

// maxShownDigits is the most digits of a number that a spreadsheet shows. It
// shows more as 4.42E+11, and loses them when the file is saved.
const maxShownDigits = 11

// Guard makes a cell safe for spreadsheets: an apostrophe at the start makes it
// text. It guards cells that may be run as a formula, and cells with digits
// that a spreadsheet would change: long numbers, and numbers with a leading
// zero. A cell that looks guarded gets one more apostrophe, so that
// Unguard(Guard(x)) is x.
func Guard(cell string) string {
	if LooksGuarded(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard removes one guard, if there is one.
func Unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && LooksGuarded(cell) {
		return cell[1:]
	}
	return cell
}

// LooksGuarded reports whether a cell would need a guard without its leading
// apostrophes.
func LooksGuarded(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return startsFormula(rest) || losesDigits(rest)
}

// startsFormula reports whether the cell begins with a sign of a formula, after
// blanks, which some spreadsheets drop, or with a control character, which some
// drop too.
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

// losesDigits reports whether a spreadsheet that reads the cell as a number
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
	return digits > maxShownDigits || digits > 1 && hasLeadingZero(cell)
}

// hasLeadingZero reports whether a number begins with a zero that a spreadsheet
// drops: 007, but not 0.7.
func hasLeadingZero(cell string) bool {
	return len(cell) > 1 && cell[0] == '0' && cell[1] != '.' && cell[1] != ','
}
