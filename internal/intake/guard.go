package intake

import "strings"

// A cell that begins with one of these may be run as a formula by a spreadsheet
// that opens the report. (OWASP: CSV injection.)
const formulaStarts = "=+-@\t\r"

// Guard makes a cell safe for spreadsheets: an apostrophe in front makes it
// text. Numbers begin with a plus, so a report is full of them; unguard takes
// it off again when the report, or what a spreadsheet made of it, is imported.
// A cell that looks guarded gets one more, so that unguard(Guard(x)) is x.
func Guard(cell string) string {
	if looksGuarded(cell) {
		return "'" + cell
	}
	return cell
}

// unguard takes one guard off, where there is one.
func unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && looksGuarded(cell) {
		return cell[1:]
	}
	return cell
}

// looksGuarded says whether a formula follows, apostrophes passed over.
func looksGuarded(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.IndexByte(formulaStarts, rest[0]) >= 0
}
