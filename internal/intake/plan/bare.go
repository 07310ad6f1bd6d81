package plan

import (
	"fmt"
	"strings"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/numberformat"
)

// bareNumbers counts the rows of a file without a country whose numbers begin
// without a plus and without 00: rows that can be read as international numbers,
// and rows that can't. If most can't, the others are probably national numbers that
// happen to begin like a calling code:
//
//	370 000 of Britain is read as the beginning of Lithuania's +370
type bareNumbers struct{ read, unread uint64 }

// leastUnread is the number of unreadable rows from which on the others are
// doubted.
const leastUnread = 10

// see counts a row.
func (b *bareNumbers) see(l *sheet.Layout, rec sheet.Record, read bool) {
	if rec.Fault != nil || l.Country != nil || l.Has(sheet.RoleCountry) || l.Notation == numberformat.International {
		return
	}
	for _, r := range []sheet.Role{sheet.RoleNumber, sheet.RolePrefix, sheet.RoleStart, sheet.RoleRange} {
		text := strings.TrimLeft(l.Cell(rec.Cells, r), "'\"=( ")
		if text == "" || text[0] < '0' || text[0] > '9' || strings.HasPrefix(text, "00") {
			continue
		}
		if read {
			b.read++
		} else {
			b.unread++
		}
		return
	}
}

// String returns a sentence, "" if there is no doubt.
func (b *bareNumbers) String() string {
	if b.read == 0 || b.unread < leastUnread || b.unread <= b.read {
		return ""
	}
	return fmt.Sprintf("%d rows have numbers without a plus that are not international, and %d were read as if they "+
		"were: name the country, or say that numbers are international", b.unread, b.read)
}
