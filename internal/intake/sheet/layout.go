package sheet

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/numberformat"
)

// Layout has the places (from 0) of a row's values, and the way in which they are
// written. The texts of several cells are joined.
type Layout struct {
	At       [roles][]int
	Units    map[Role]Unit         // units of amounts, from their headers
	Through  bool                  // a day in "paid through" is itself paid
	Country  *numberformat.Country // country of numbers without one
	Notation numberformat.Notation // notation of numbers without a plus
	Accept   map[string]bool       // statuses in lower case; nil = the profile names none
	Area     bool                  // the last cell of a number has an area code in cells before it
	used     []bool                // used columns
	again    map[int]Role          // columns with the same meaning as an earlier one
	columns  int                   // number of columns of the header
	names    []string              // the header
	title    string                // a sentence about a title that names a currency
	decided  bool                  // a profile names the columns
	quiet    bool                  // unused columns that sound important are not reported
}

func (l *Layout) Has(r Role) bool { return l.At[r] != nil }

// Last returns the text of the last of a role's cells.
func (l *Layout) Last(cells []string, r Role) string { return Cell(cells, l.At[r][len(l.At[r])-1]) }

// Cell returns a row's text for a role, "" if the file has no such column.
func (l *Layout) Cell(cells []string, r Role) string { return joined(cells, l.At[r]) }

// numberRoles are the roles with a row's numbers; a row has one of them.
var numberRoles = []Role{RoleNumber, RolePrefix, RoleStart, RoleRange, RoleNPANXX}

// shaped reports whether the columns make one shape: number; prefix, with or
// without size; start with end or size; range.
func (l *Layout) shaped() bool {
	shapes := 0
	for _, r := range numberRoles {
		if l.Has(r) {
			shapes++
		}
	}
	return shapes == 1 && (!l.Has(RoleStart) || l.Has(RoleEnd) || l.Has(RoleSize))
}

// maxColumns is the number of columns that are searched for a meaning.
const maxColumns = 200

// standard finds the columns by their headers only.
func standard(header []name, p *Profile) Layout {
	l := Layout{columns: len(header), used: make([]bool, len(header)), Units: map[Role]Unit{}, again: map[int]Role{}}
	for i, name := range header[:min(len(header), maxColumns)] {
		r, unit, known := name.role()
		switch {
		case !known:
			continue
		case l.Has(r):
			l.again[i] = r
			continue
		}
		l.take(r, i, unit)
		l.Through = l.Through || r == RolePaidUntil && includesDay(name.whole)
	}
	l.price(header)
	l.joinParts()
	l.choose()
	l.follow(p)
	return l
}

// take gives a role a column.
func (l *Layout) take(r Role, at int, unit Unit) {
	l.At[r], l.used[at] = []int{at}, true
	if unit != (Unit{}) {
		l.Units[r] = unit
	}
}

// leave takes all columns from a role.
func (l *Layout) leave(r Role) {
	for _, at := range l.At[r] {
		l.used[at] = false
	}
	l.At[r] = nil
}

// price makes a column "price" the recurring one, if another column has its
// interval.
func (l *Layout) price(header []name) {
	if l.Has(RoleMonthly) || !l.Has(RoleInterval) {
		return
	}
	for i, name := range header[:min(len(header), maxColumns)] {
		if unit, is := barePrice(name.whole); is && !l.used[i] {
			l.take(RoleMonthly, i, unit)
			return
		}
	}
}

// includesDay reports whether a header means that its day is itself paid.
func includesDay(header string) bool {
	name := Normal(header)
	return slices.ContainsFunc([]string{"through", "inclusive", "incl", "einschliesslich", "einschließlich", "inklusive",
		"inclus", "inclusive", "включительно"}, func(word string) bool { return strings.Contains(name, word) })
}

// follow copies the settings other than columns from the profile.
func (l *Layout) follow(p *Profile) {
	if p == nil {
		return
	}
	calling, _ := strconv.Atoi(p.CountryCode)
	l.Country = &numberformat.Country{Calling: calling, Trunk: p.TrunkPrefix}
	l.Notation = p.Notation
	l.acceptOnly(p.AcceptStatus)
}

// profiled finds the columns that the profile names, and no others. Errors:
// *Unreadable.
func profiled(header []string, p *Profile) (Layout, error) {
	l := Layout{columns: len(header), used: make([]bool, len(header)), Units: map[Role]Unit{}, decided: true}
	var missing error
	p.Columns.each(func(r Role, _ string, col Column) {
		at, err := col.in(header)
		if missing == nil {
			missing = err
		}
		l.At[r] = append(l.At[r], at)
		if err == nil {
			l.used[at] = true
			if _, unit, known := moneyMeaning(header[at]); known && (r == RoleSetup || r == RoleMonthly) {
				l.Units[r] = unit
			}
		}
	})
	l.follow(p)
	return l, missing
}

func (l *Layout) acceptOnly(statuses []string) {
	if len(statuses) == 0 {
		return
	}
	l.Accept = map[string]bool{}
	for _, s := range statuses {
		l.Accept[strings.ToLower(strings.TrimSpace(s))] = true
	}
}

// in returns the place of the column in a header. Errors: *Unreadable.
func (c Column) in(header []string) (int, error) {
	if c.Position > 0 {
		if c.Position > len(header) {
			return 0, Unreadablef("the profile's column %d is not there: the first row has %d columns", c.Position, len(header))
		}
		return c.Position - 1, nil
	}
	at := slices.IndexFunc(header, func(h string) bool {
		return strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(c.Header))
	})
	if at < 0 {
		return 0, Unreadablef("the profile's column %q is not in the header %s", c.Header, Quoted(header))
	}
	return at, nil
}

// holdsNumbers reports whether a row has digits where its number is.
func (l *Layout) holdsNumbers(cells []string) bool {
	return slices.ContainsFunc(numberRoles, func(r Role) bool {
		return strings.ContainsAny(l.Cell(cells, r), "0123456789")
	})
}

// date is the day on which a file was made, in the forms that files use.
var date = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$`)

// IsTitle reports whether a row has no data: it is empty, or has one text or date
// in a file of several columns.
func (l *Layout) IsTitle(cells []string) bool {
	filled, only := 0, ""
	for _, c := range cells {
		if c = strings.Trim(c, " \t\r\u00a0\x1a"); c != "" {
			filled, only = filled+1, c
		}
	}
	switch {
	case filled == 0, l.isNote(cells):
		return true
	case filled > 1 || l.columns < 2:
		return false
	}
	return date.MatchString(only) || l.columns > 2 && strings.Trim(only, "+0123456789 -.()/'\u00a0") != ""
}

// isNote reports whether a row is a total or a comment: it has such a word in place
// of the number.
func (l *Layout) isNote(cells []string) bool {
	for _, r := range numberRoles {
		if !l.Has(r) {
			continue
		}
		text := l.Last(cells, r)
		if text == "" || strings.IndexByte("0123456789+=@", text[0]) >= 0 {
			return false
		}
		return strings.HasPrefix(text, "#") || strings.HasPrefix(text, "//") || strings.Trim(text, "-=_*|: ") == "" ||
			totals.MatchString(Normal(text))
	}
	return false
}

var totals = regexp.MustCompile(`^(?:(?:grand |sub|sub ` +
	`)?totals?|sum|summe|gesamt|gesamtsumme|zwischensumme|somme|suma|totale|итого|всего|total general)(?: [0-9 ]*)?$`)

// zeroDecimals are decimals that a spreadsheet adds: the area code 20.0 is 20.
var zeroDecimals = regexp.MustCompile(`[.,]0+$`)

// Quoted returns the header for a sentence, shortened if it is long.
func Quoted(header []string) string {
	text := strings.ToValidUTF8(strings.Join(header, ","), "?")
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	return strconv.Quote(text)
}

// Cell returns a value of a row, trimmed, without a spreadsheet guard; "" if the
// row has no such cell.
func Cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return csvexport.Unguard(strings.TrimSpace(cells[at]))
}

// joined returns the texts of several cells without separators.
func joined(cells []string, at []int) string {
	switch len(at) {
	case 0:
		return ""
	case 1:
		return Cell(cells, at[0])
	}
	var b strings.Builder
	for _, i := range at[:len(at)-1] {
		b.WriteString(zeroDecimals.ReplaceAllString(Cell(cells, i), ""))
	}
	b.WriteString(Cell(cells, at[len(at)-1]))
	return b.String()
}
