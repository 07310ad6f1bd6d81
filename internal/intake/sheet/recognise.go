package sheet

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
)

// Recognised is what was found out about a file.
type Recognised struct {
	Compression string            // "gzip", "" = none
	Encoding    Encoding          // "" = not looked at yet
	Delimiter   string            // one of delimiters
	HeaderLine  int               // 0 = the file has no header
	Columns     map[string]string // by role, its headers, joined by " + "
	CountryCode string            // calling code of national numbers, "" = all are international
}

// headRows is how many rows may stand before the header: titles, dates.
const headRows = 20

// form is how a file's head is read.
type form struct {
	delimiter rune
	titles    int // rows before the header, or before the first row of data
	headless  bool
	layout    Layout
	header    []string
}

// findForm tries each delimiter on the head of a text and takes the one by
// which the most columns are known. Errors: *Unreadable, with what the likeliest
// delimiter gives.
func findForm(head []byte, p *Profile, report bool) (form, error) {
	best, err := form{}, error(nil)
	for _, d := range possible(p, report) {
		rows := headOf(head, d)
		f, failed := formOf(rows, p)
		f.delimiter = d
		switch {
		case failed == nil && (best.delimiter == 0 || err != nil || f.known() > best.known()):
			best, err = f, nil
		case best.delimiter == 0 || err != nil && len(f.header) > len(best.header):
			best, err = f, failed
		}
	}
	return best, err
}

func possible(p *Profile, report bool) []rune {
	switch {
	case report:
		return []rune{','}
	case p != nil && p.Delimiter != "":
		return []rune{rune(p.Delimiter[0])}
	}
	return []rune{',', ';', '\t', '|'}
}

// known counts the columns that mean something; of two delimiters with as many,
// the one that makes more columns is right.
func (f *form) known() (n int) {
	for _, at := range f.layout.At {
		n += len(at) * 1000
	}
	return n + len(f.header)
}

// headOf is the first rows of a text, as a delimiter parts them.
func headOf(head []byte, delimiter rune) (rows [][]string) {
	r := csv.NewReader(bytes.NewReader(head))
	r.Comma, r.FieldsPerRecord = delimiter, -1
	for len(rows) <= headRows {
		row, err := r.Read()
		if err != nil {
			break
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	return rows
}

// formOf finds the header among the first rows. Errors: *Unreadable.
func formOf(rows [][]string, p *Profile) (form, error) {
	if len(rows) == 0 {
		return form{}, nil // one long row; reading it tells
	}
	if p != nil && p.Columns.named() {
		return profiledForm(rows, p)
	}
	for i, row := range rows {
		if l := Standard(row, p); l.shaped() {
			return form{titles: i, layout: l, header: row}, nil
		}
	}
	return form{header: rows[0]}, Unreadablef("the header %s names no numbers: start and end or size, prefix and size, or number. A profile can name the columns", Quoted(rows[0]))
}

// profiledForm takes the first row that has all that the profile names.
func profiledForm(rows [][]string, p *Profile) (form, error) {
	var first error
	for i, row := range rows {
		l, err := profiled(row, p)
		if err != nil {
			if first == nil {
				first = err
			}
			continue
		}
		f := form{titles: i, layout: l, header: row}
		if p.Columns.byPosition() && l.holdsNumbers(row) {
			f.headless, f.header = true, positions(len(row))
		}
		return f, nil
	}
	return form{header: rows[0]}, first
}

// positions are the headers that a report gives the columns of a file without.
func positions(columns int) []string {
	header := make([]string, columns)
	for i := range header {
		header[i] = strconv.Itoa(i + 1)
	}
	return header
}

// describe says what was found out.
func (f *form) describe(line int) Recognised {
	r := Recognised{Delimiter: string(f.delimiter), HeaderLine: line, Columns: map[string]string{}}
	parts := []Role{roleNPA, roleNXX, roleThousands, roleCode}
	for role := range Role(roles) {
		if !f.layout.Has(role) || slices.Contains(parts, role) {
			continue
		}
		var names []string
		for _, at := range f.layout.At[role] {
			names = append(names, strings.ToValidUTF8(f.header[at], "?"))
		}
		r.Columns[role.String()] = strings.Join(names, " + ")
	}
	if f.layout.National != nil {
		r.CountryCode = f.layout.National.Code
	}
	return r
}
