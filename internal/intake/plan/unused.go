package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// unusedColumns looks for columns that are not used, although their values are
// statuses of numbers that are not for sale, or prices.
type unusedColumns struct {
	rows  int
	found map[int]string // a sentence by column
}

// looked is the number of rows that are looked at.
const looked = 1000

// maxValue is the length of the longest value that is looked at.
const maxValue = 40

func (u *unusedColumns) see(l *sheet.Layout, rec sheet.Record) {
	if u.rows++; u.rows > looked || rec.Fault != nil || l.Quiet() {
		return
	}
	for _, at := range l.Unused() {
		value := sheet.Cell(rec.Cells, at)
		if _, known := u.found[at]; known || value == "" || len(value) > maxValue {
			continue
		}
		if what := meaningOf(value); what != "" {
			if u.found == nil {
				u.found = map[int]string{}
			}
			u.found[at] = fmt.Sprintf("%s contains %q in line %d, which looks like %s, and is not used", l.Name(at), value,
				rec.Line, what)
		}
	}
}

var (
	// moneyValue is an amount with a currency's sign or code.
	moneyValue = regexp.MustCompile(`^(?:[$€£¥₽₹]|US\$|USD|EUR|GBP) ?[0-9][0-9., ]*$|^[0-9][0-9., ]* ` +
		`?(?:[$€£¥₽₹]|USD|EUR|GBP|руб\.?)$`)
	// vague are words for statuses that have other meanings too.
	vague = strings.Split("no|yes|new|open|ready|as|used|hold|held|blocked|pending|live|active|aktiv|actif|activo|"+
		"connected|protected|reserve|rented|working|taken|operational|effective|busy|inactive|test|internal", "|")
)

// meaningOf returns the meaning of a value that must not be ignored, "" for
// others.
func meaningOf(value string) string {
	if moneyValue.MatchString(value) {
		return "an amount"
	}
	name := sheet.Normal(value)
	if s, known := standings[name]; known && s != forSale && !slices.Contains(vague, name) {
		return "a status"
	}
	return ""
}

// asks returns the sentences about unused columns: columns with headers that sound
// important, and columns with values that look important.
func (u *unusedColumns) asks(r sheet.Recognised) []string {
	asks := slices.Clone(r.Sounding)
	for _, at := range slices.Sorted(maps.Keys(u.found)) {
		name, _, _ := strings.Cut(u.found[at], " contains ")
		if !slices.ContainsFunc(r.Sounding, func(ask string) bool { return strings.HasPrefix(ask, name+" ") }) {
			asks = append(asks, u.found[at])
		}
	}
	return asks
}
