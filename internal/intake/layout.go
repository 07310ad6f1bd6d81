package intake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/e164"
)

// layout says in which cells (from 0) a row's values are, and how they are
// written. The texts of several cells are joined.
type layout struct {
	at       [roles][]int
	national *notation       // of numbers without a country of their own
	accept   map[string]bool // statuses in lower case; nil = every one
	columns  int             // of the header
}

// notation is how national numbers are written.
type notation struct {
	code   string // calling code
	trunk  string
	strict bool // a number of another country is a fault
}

func (l *layout) has(r role) bool { return l.at[r] != nil }

// cell is a row's text for a role, "" where the file has no such column.
func (l *layout) cell(cells []string, r role) string { return joined(cells, l.at[r]) }

// numberRoles are those of which one makes a row's shape.
var numberRoles = []role{roleNumber, rolePrefix, roleStart, roleRange}

// shaped says whether the columns make one shape: number; prefix, with or
// without size; start with end or size; range.
func (l *layout) shaped() bool {
	shapes := 0
	for _, r := range numberRoles {
		if l.has(r) {
			shapes++
		}
	}
	return shapes == 1 && (!l.has(roleStart) || l.has(roleEnd) || l.has(roleSize))
}

// inService are the statuses of numbers that may be offered, where a file has a
// status and no profile says which.
var inService = []string{
	"in service", "in-service", "active", "available", "allocated", "assigned", "as", "open", "free", "live", "working", "yes",
	"effectif", "actif", "aktiv", "verfügbar", "действует", "активен", "свободен", "в эксплуатации",
}

// standard finds the columns by their headers alone.
func standard(header []string, p *Profile) layout {
	l := layout{columns: len(header)}
	for i, name := range header {
		if r, known := roleOf(name); known && !l.has(r) {
			l.at[r] = []int{i}
		}
	}
	l.joinParts()
	if l.has(roleStatus) {
		l.acceptOnly(inService)
	}
	l.follow(p)
	return l
}

// joinParts makes prefixes of NPA and NXX, and puts an area code in front of
// the numbers. Both say which country's they are.
func (l *layout) joinParts() {
	if l.has(roleNPA) && l.has(roleNXX) {
		l.at[rolePrefix] = slices.Concat(l.at[roleNPA], l.at[roleNXX], l.at[roleThousands])
		l.national = &notation{code: "1", trunk: "1"}
	}
	if !l.has(roleCode) {
		return
	}
	l.national = &notation{code: "7", trunk: "8"}
	for _, r := range []role{roleStart, roleEnd, roleNumber, rolePrefix} {
		if l.has(r) {
			l.at[r] = slices.Concat(l.at[roleCode], l.at[r])
		}
	}
}

// follow takes from the profile what is not about columns.
func (l *layout) follow(p *Profile) {
	if p == nil {
		return
	}
	calling, _ := strconv.Atoi(p.CountryCode)
	l.national = &notation{code: p.CountryCode, trunk: p.TrunkPrefix}
	if p.TrunkPrefix == "" {
		l.national.trunk = e164.TrunkPrefix(calling)
	}
	l.acceptOnly(p.AcceptStatus)
}

// profiled finds the columns that the profile names, and no others. Errors:
// *Unreadable.
func profiled(header []string, p *Profile) (layout, error) {
	l := layout{columns: len(header)}
	var missing error
	p.Columns.each(func(r role, _ string, col Column) {
		at, err := col.in(header)
		if missing == nil {
			missing = err
		}
		l.at[r] = append(l.at[r], at)
	})
	l.follow(p)
	return l, missing
}

func (l *layout) acceptOnly(statuses []string) {
	if len(statuses) == 0 {
		return
	}
	l.accept = map[string]bool{}
	for _, s := range statuses {
		l.accept[strings.ToLower(strings.TrimSpace(s))] = true
	}
}

// in is where the column is. Errors: *Unreadable.
func (c Column) in(header []string) (int, error) {
	if c.Position > 0 {
		if c.Position > len(header) {
			return 0, unreadable("the profile's column %d is not there: the first row has %d columns", c.Position, len(header))
		}
		return c.Position - 1, nil
	}
	at := slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), strings.TrimSpace(c.Header)) })
	if at < 0 {
		return 0, unreadable("the profile's column %q is not in the header %s", c.Header, quoted(header))
	}
	return at, nil
}

// holdsNumbers says whether a row has digits where its number is.
func (l *layout) holdsNumbers(cells []string) bool {
	return slices.ContainsFunc(numberRoles, func(r role) bool {
		return strings.ContainsAny(l.cell(cells, r), "0123456789")
	})
}

// date is how a file writes the day it was made on.
var date = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$`)

// isTitle says whether a row is none of data: empty, or one lonely text or date
// in a file of more columns.
func (l *layout) isTitle(cells []string) bool {
	filled, only := 0, ""
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			filled, only = filled+1, c
		}
	}
	switch {
	case filled == 0:
		return true
	case filled > 1 || l.columns < 2:
		return false
	}
	return date.MatchString(only) || l.columns > 2 && strings.Trim(only, "+0123456789 -.()/'\u00a0") != ""
}

// quoted is the header for a sentence, cut where it is long.
func quoted(header []string) string {
	text := strings.ToValidUTF8(strings.Join(header, ","), "?")
	if runes := []rune(text); len(runes) > 200 {
		text = string(runes[:200]) + "…"
	}
	return strconv.Quote(text)
}

// cell is a value of a row, trimmed, without a spreadsheet guard; "" where the
// row has no such cell.
func cell(cells []string, at int) string {
	if at < 0 || at >= len(cells) {
		return ""
	}
	return csvexport.Unguard(strings.TrimSpace(cells[at]))
}

// joined is the text of several cells without anything between.
func joined(cells []string, at []int) string {
	if len(at) == 1 {
		return cell(cells, at[0])
	}
	var b strings.Builder
	for _, i := range at {
		b.WriteString(cell(cells, i))
	}
	return b.String()
}
