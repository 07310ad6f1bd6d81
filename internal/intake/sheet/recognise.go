package sheet

import (
	"bufio"
	"bytes"
	"cmp"
	"didpurchase/internal/numberformat"
	"slices"
	"strconv"
	"strings"
)

// Recognised is the recognised format of a file.
type Recognised struct {
	Compression string            // "gzip", "" = none
	Workbook    string            // the sheet that was read, "" = the file is a text
	OtherSheets []string          // sheets of the workbook that were not read
	HiddenRows  int               // hidden rows of the sheet, which are read like the others
	Encoding    Encoding          // "" = not detected yet
	Delimiter   string            // one of delimiters
	HeaderLine  int               // 0 = the file has no header
	Columns     map[string]string // headers by role, joined by " + "
	CountryCode string            // calling code of national numbers, "" = all are international
	Notation    string            // notation of numbers without a plus: auto, international or national
	Decimal     string            // the decimal separator of the file's prices: "," or ".", "" = unknown
	TwoHeaders  bool              // the header is two rows, HeaderLine the second
	Ignored     []string          // headers of unused columns
	Doubt       string            // a sentence about an Encoding that is likely, but not certain
	Sounding    []string          // the important headers of Ignored, with their reasons
	Sample      []string          // the first rows as they were read, a sentence each
}

// headRows is the largest number of rows before the header: titles, dates.
const headRows = 20

// form is one reading of the head of a file.
type form struct {
	delimiter rune
	titles    int // number of rows before the header, or before the first row of data
	headless  bool
	joined    bool // the header is two rows
	layout    Layout
	header    []string
}

// findForm tries each delimiter on the head of a text and returns the form with
// the most known columns. Errors: *Unreadable, with the reading of the
// likeliest delimiter.
func findForm(head []byte, p *Profile, delimiters []rune) (form, error) {
	best, err := form{}, error(nil)
	for _, d := range delimiters {
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

// possible returns the delimiters that a file may have.
func possible(p *Profile) []rune {
	if p != nil && p.Delimiter != "" {
		return []rune{rune(p.Delimiter[0])}
	}
	return []rune{',', ';', '\t', '|'}
}

// known compares forms by the number of columns with a meaning; of two delimiters
// with equally many, the one that makes more columns is right.
func (f *form) known() (n int) {
	for _, at := range f.layout.At {
		n += len(at) * 1000
	}
	return n + len(f.layout.Units)*500 + len(f.header)
}

// better reports whether a form gives more columns a meaning than another one.
// With equally many, one header row is likelier than two: the upper one is a
// title.
func (f *form) better(than *form) bool {
	if f.joined == than.joined {
		return f.known() > than.known()
	}
	mine, others := f.known()-len(f.header), than.known()-len(than.header)
	return mine > others || mine == others && than.joined
}

// headOf returns the first rows of a text, divided by a delimiter.
func headOf(head []byte, delimiter rune) (rows [][]string) {
	text := newLines(bufio.NewReaderSize(bytes.NewReader(head), 2*MaxRecord), delimiter)
	for len(rows) <= headRows+1 {
		cells, broken, err := text.read()
		if err != nil || broken != nil {
			break
		}
		row := slices.Clone(cells)
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
		return form{}, nil // one long row; reading it returns the fault
	}
	if p != nil && p.Columns.named() {
		return profiledForm(rows, p)
	}
	if best := bestHeader(rows, p); best != nil {
		best.layout.title = best.layout.titleOfMoney(rows[:best.titles])
		return *best, nil
	}
	likely := slices.MaxFunc(rows, func(a, b []string) int { return filled(a) - filled(b) })
	return form{header: likely}, Unreadablef("the header %s %s. A profile can name the columns", Quoted(likely),
		noShape(likely))
}

// noShape returns the reason for a header without the columns of one shape.
func noShape(header []string) string {
	l := standard(named(header), nil)
	var several []string
	for _, r := range numberRoles {
		if l.Has(r) {
			several = append(several, r.String())
		}
	}
	if len(several) > 1 {
		return "names numbers in several ways: " + strings.Join(several, " and ")
	}
	return "names no numbers: start and end or size, prefix and size, or number"
}

// bestHeader returns the row, or the two rows, with the most known columns; nil for
// none. A single text above rows of several cells is a title, even if it is a known
// header.
func bestHeader(rows [][]string, p *Profile) (best *form) {
	widest := 0
	for _, row := range rows {
		widest = max(widest, filled(row))
	}
	try := func(f form) {
		if f.layout.shaped() && (best == nil || f.better(best)) {
			best = &f
		}
	}
	for i, row := range rows[:min(len(rows), headRows+1)] {
		if holdsData(row) {
			continue
		}
		if filled(row) > 1 || widest == 1 {
			try(form{titles: i, layout: standard(named(row), p), header: row})
		}
		if i+1 < len(rows) && filled(row) > 1 && filled(rows[i+1]) > 0 && !holdsData(rows[i+1]) {
			if names := joinedNames(row, rows[i+1]); areHeaders(names) {
				try(form{titles: i + 1, layout: standard(names, p), header: texts(names), joined: true})
			}
		}
	}
	return best
}

func filled(row []string) (n int) {
	for _, cell := range row {
		if cell != "" {
			n++
		}
	}
	return n
}

// holdsData reports whether a cell has five digits or more, which numbers have and
// headers have not.
func holdsData(row []string) bool {
	return slices.ContainsFunc(row, func(cell string) bool {
		digits := 0
		for _, r := range cell {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		return digits >= 5
	})
}

// profiledForm finds the first row that has all columns of the profile.
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

// positions returns the headers that a report gives to the columns of a file
// without headers.
func positions(columns int) []string {
	header := make([]string, columns)
	for i := range header {
		header[i] = strconv.Itoa(i + 1)
	}
	return header
}

// describe returns the recognised format.
func (f *form) describe(line int) Recognised {
	r := Recognised{Delimiter: string(f.delimiter), HeaderLine: line, Columns: map[string]string{}}
	parts := []Role{RoleNPA, RoleNXX, RoleThousands, RoleCode}
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
	if f.layout.Country != nil {
		r.CountryCode = strconv.Itoa(f.layout.Country.Calling)
	}
	r.Notation, r.TwoHeaders = string(cmp.Or(f.layout.Notation, numberformat.Auto)), f.joined
	r.Ignored, r.Sounding = f.layout.ignored(f.header)
	return r
}
