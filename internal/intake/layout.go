package intake

import (
	"slices"
	"strconv"
	"strings"

	"didpurchase/internal/e164"
)

// layout says in which cell (from 0) a row's values are; none where the file
// has no such column.
type layout struct {
	start, end, size, length, pkg, area, status int
	prefix, number                              []int
	national                                    *notation
	accept                                      map[string]bool // statuses in lower case; nil = every one
	defaultPackage                              string
}

const none = -1

// notation is how a profile's national numbers are written.
type notation struct {
	code  string // calling code
	trunk string
}

// The standard headers.
const (
	headStart   = "start"
	headEnd     = "end"
	headPrefix  = "prefix"
	headSize    = "size"
	headNumber  = "number"
	headPackage = "package"
	headArea    = "area"
)

// recognise finds the columns by the head of the file and the profile; a head
// that holds numbers is the first row. Errors: *Unreadable.
func (s *sheet) recognise(head record, p *Profile) error {
	if head.fault != nil {
		return unreadable("line %d, the header: %s", head.line, head.fault.Detail)
	}
	names := make([]string, len(head.cells))
	for i, cell := range head.cells {
		names[i] = strings.Clone(strings.TrimSpace(cell))
	}
	s.header = names
	l, err := newLayout(names, p)
	if err != nil {
		return err
	}
	s.layout = l
	if p != nil && p.Columns.byPosition() && !s.report && l.holdsNumbers(head.cells) {
		s.header, s.first = positions(len(names)), &record{line: head.line, cells: names}
	}
	return nil
}

// positions are the headers that a report gives the columns of a file without.
func positions(columns int) []string {
	header := make([]string, columns)
	for i := range header {
		header[i] = strconv.Itoa(i + 1)
	}
	return header
}

// byPosition says whether no column is found by a header, so that a file may
// have none.
func (c Columns) byPosition() bool {
	named, by := c.named(), true
	c.each(func(_ string, col Column) { by = by && col.Position > 0 })
	return named && by
}

func (l *layout) holdsNumbers(cells []string) bool {
	for _, i := range slices.Concat(l.number, l.prefix, []int{l.start}) {
		if strings.ContainsAny(cell(cells, i), "0123456789") {
			return true
		}
	}
	return false
}

func newLayout(header []string, p *Profile) (layout, error) {
	l := layout{start: none, end: none, size: none, length: none, pkg: none, area: none, status: none}
	var err error
	if p == nil {
		err = l.standard(header)
	} else {
		err = l.profiled(header, p)
	}
	if err == nil && l.pkg == none && l.defaultPackage == "" {
		err = unreadable("the header %s has no column %q", quoted(header), headPackage)
	}
	return l, err
}

// standard finds one of the shapes start,end / prefix,size / number.
func (l *layout) standard(header []string) error {
	l.pkg, l.area = find(header, headPackage), find(header, headArea)
	l.start, l.end, l.size = find(header, headStart), find(header, headEnd), find(header, headSize)
	prefix, number := find(header, headPrefix), find(header, headNumber)
	switch {
	case l.start != none && l.end != none && prefix == none && number == none:
	case prefix != none && l.size != none && l.start == none && number == none:
		l.prefix = []int{prefix}
	case number != none && l.start == none && prefix == none:
		l.number = []int{number}
	default:
		return unreadable("the header %s is none of: start,end,package; prefix,size,package; number,package. A profile can name the columns", quoted(header))
	}
	return nil
}

// profiled finds the columns that the profile names, and the shape by the
// standard headers where it names none.
func (l *layout) profiled(header []string, p *Profile) error {
	calling, _ := strconv.Atoi(p.CountryCode)
	l.national = &notation{code: p.CountryCode, trunk: p.TrunkPrefix}
	if p.TrunkPrefix == "" {
		l.national.trunk = e164.TrunkPrefix(calling)
	}
	l.defaultPackage = p.DefaultPackage
	if !p.Columns.named() {
		if err := l.standard(header); err != nil {
			return err
		}
	}
	return l.name(header, p)
}

func (l *layout) name(header []string, p *Profile) error {
	c := p.Columns
	for _, single := range []struct {
		at  *int
		col *Column
	}{
		{&l.start, c.Start}, {&l.end, c.End}, {&l.size, c.Size}, {&l.length, c.NationalLength},
		{&l.pkg, c.Package}, {&l.area, c.Area}, {&l.status, c.Status},
	} {
		if single.col == nil {
			continue
		}
		at, err := single.col.in(header)
		if err != nil {
			return err
		}
		*single.at = at
	}
	for _, joined := range []struct {
		at   *[]int
		cols Joined
	}{{&l.prefix, c.Prefix}, {&l.number, c.Number}} {
		for _, col := range joined.cols {
			at, err := col.in(header)
			if err != nil {
				return err
			}
			*joined.at = append(*joined.at, at)
		}
	}
	l.acceptOnly(p.AcceptStatus)
	return nil
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
			return none, unreadable("the profile's column %d is not there: the first row has %d columns", c.Position, len(header))
		}
		return c.Position - 1, nil
	}
	at := find(header, c.Header)
	if at == none {
		return none, unreadable("the profile's column %q is not in the header %s", c.Header, quoted(header))
	}
	return at, nil
}

// find is where a header's text is, whatever its case.
func find(header []string, name string) int {
	return slices.IndexFunc(header, func(h string) bool { return strings.EqualFold(h, strings.TrimSpace(name)) })
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
	return unguard(strings.TrimSpace(cells[at]))
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
