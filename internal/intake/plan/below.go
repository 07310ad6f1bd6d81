package plan

import (
	"fmt"
	"strings"
	"unicode"

	"didpurchase/internal/intake/sheet"
)

// belowHeader finds a row near the header that continues it: it has no number, and
// words in the columns of prices. Its words may change the meaning of the prices:
//
//	Number,         Setup,  Recurring
//	,               ,       in arrears, per quarter
//	+442079460000,  0,      12.00
type belowHeader struct {
	rows int
	text string // a sentence, "" for none
}

// nearRows is the number of rows that are near the header.
const nearRows = 3

// see checks a row; read means that its number was read.
func (b *belowHeader) see(l *sheet.Layout, rec sheet.Record, read bool) {
	if b.rows++; b.rows > nearRows || read || rec.Fault != nil || b.text != "" || l.Decided() {
		return
	}
	for _, r := range []sheet.Role{sheet.RoleMonthly, sheet.RoleSetup} {
		if text := l.Cell(rec.Cells, r); isWords(text) {
			b.text = fmt.Sprintf("line %d has %q in the column of the %s price and no number: "+
				"it seems to belong to the header and is not used", rec.Line, clipped(text), r)
			return
		}
	}
}

// isWords reports whether a cell of prices has no amount, but words or a currency's
// sign.
func isWords(text string) bool {
	return !sheet.IsFree(text) && strings.ContainsFunc(text, isSign) && !strings.ContainsFunc(text, unicode.IsDigit)
}

// isSign reports whether a character belongs to a word or is a currency's sign.
func isSign(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }
