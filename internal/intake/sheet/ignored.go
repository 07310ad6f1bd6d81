package sheet

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Ignore removes the roles from the file's columns, so that their texts have no
// effect. With quiet, columns that sound important are not reported.
func (s *Sheet) Ignore(roles []Role, quiet bool) {
	s.Layout.quiet = quiet
	for _, r := range roles {
		if !s.Layout.Has(r) {
			continue
		}
		s.Layout.leave(r)
		delete(s.Columns, r.String())
	}
	s.Ignored, s.Sounding = s.Layout.ignored(s.Header)
}

// ignored returns the headers of unused columns, and sentences about the headers
// that sound important. If a profile names the columns, there are no such
// sentences.
func (l *Layout) ignored(header []string) (list, matter []string) {
	l.names = header
	if l.title != "" && !l.quiet {
		matter = append(matter, l.title)
	}
	for i, name := range header[:min(len(header), maxColumns)] {
		if i >= len(l.used) || l.used[i] || strings.TrimSpace(name) == "" {
			continue
		}
		name = strings.ToValidUTF8(name, "?")
		list = append(list, name)
		if doubt := l.matters(i, name, header); doubt != "" && !l.decided {
			matter = append(matter, doubt)
		}
	}
	return list, matter
}

// plenty are roles that several columns of a file may have without a doubt.
var plenty = []Role{RoleArea, RoleType, RoleFeatures, RoleCountry, RoleLabel, RoleDestination, RoleLength, RoleAreaCode}

// matters returns a sentence about an unused column that sounds important, "" for
// any other.
func (l *Layout) matters(at int, name string, header []string) string {
	if r, again := l.again[at]; again && !slices.Contains(plenty, r) && l.Has(r) {
		used := l.At[r][len(l.At[r])-1]
		return fmt.Sprintf("the column %q seems to mean the same as %q and is not used", name, header[used])
	}
	if kind := soundsLike(name); kind != "" && !l.quiet {
		return fmt.Sprintf("the column %q sounds like %s and is not used", name, kind)
	}
	return ""
}

// Unused returns the positions of the unused columns; none if a profile has
// decided.
func (l *Layout) Unused() (list []int) {
	for i := range min(l.columns, maxColumns) {
		if !l.decided && i < len(l.used) && !l.used[i] {
			list = append(list, i)
		}
	}
	return list
}

// Decided reports whether a profile names the columns.
func (l *Layout) Decided() bool { return l.decided }

// Quiet reports whether unused columns that sound important are not reported.
func (l *Layout) Quiet() bool { return l.quiet }

// Heads reports whether a role's column has the header, in the form of Normal.
func (l *Layout) Heads(r Role, name string) bool {
	at := l.At[r]
	return len(at) == 1 && at[0] < len(l.names) && Normal(l.names[at[0]]) == name
}

// Name returns a column's name for sentences.
func (l *Layout) Name(at int) string {
	if at < len(l.names) && strings.TrimSpace(l.names[at]) != "" {
		return "the column " + strconv.Quote(strings.ToValidUTF8(l.names[at], "?"))
	}
	return "the column " + strconv.Itoa(at+1)
}

// titleMoney is a currency in a title: "All prices in EUR".
var titleMoney = regexp.MustCompile(`(?i)[€£¥₽₹]|US\$|\b(?:EUR|USD|GBP|CHF|CAD|AUD|RUB|euros?)\b`)

// titleOfMoney returns a sentence about a title above the header that names a
// currency, if prices have no currency of their own.
func (l *Layout) titleOfMoney(titles [][]string) string {
	if !l.Has(RoleMonthly) && !l.Has(RoleSetup) || l.Has(RoleCurrency) || l.Units[RoleMonthly].Currency != "" {
		return ""
	}
	for i, row := range titles {
		for _, text := range row {
			if titleMoney.MatchString(text) {
				return fmt.Sprintf("the title %q in row %d names a currency and is not used", strings.ToValidUTF8(text, "?"), i+1)
			}
		}
	}
	return ""
}
