package workbook

import (
	"encoding/xml"
	"strconv"
	"strings"

	"didpurchase/internal/intake/sheet"
)

const (
	maxLine    = 1_048_576 // rows that a sheet can have
	maxColumns = 1_000
)

// rows reads a sheet's rows and writes each as a line.
type rows struct {
	texts     *shared
	forms     []form
	since1904 bool
	to        *textWriter
	hidden    int
	ended     bool // the last row was read

	inData bool
	line   int // the row that is being read
	cells  []string
	cell   cell
	inCell bool
	inside string // v, f or is, within the cell
	text   inline
}

// cell is a cell of the sheet.
type cell struct {
	at      int // column, from 0
	kind    string
	style   int
	value   []byte
	has     bool // it has a value
	formula bool
}

func (r *rows) read(t token) error {
	switch {
	case t.begins("sheetData"):
		r.inData = true
	case t.ends("sheetData"):
		r.inData, r.ended = false, true
	case !r.inData:
	case t.begins("row"):
		return r.beginRow(t)
	case t.ends("row"):
		return r.to.write(r.line, r.cells)
	case t.begins("c"):
		return r.beginCell(t)
	case t.ends("c"):
		r.inCell = false
		return r.endCell()
	case r.inCell:
		r.within(t)
	}
	return nil
}

func (r *rows) beginRow(t token) error {
	line := r.line + 1
	if text := t.attr("r"); text != "" {
		var err error
		if line, err = strconv.Atoi(text); err != nil || line <= r.line || line > maxLine {
			return sheet.Unreadablef("the sheet's row %q comes after row %d", text, r.line)
		}
	}
	if isTrue(t.attr("hidden")) {
		r.hidden++
	}
	r.line, r.cells, r.cell = line, r.cells[:0], cell{at: -1}
	return nil
}

func (r *rows) beginCell(t token) error {
	at := r.cell.at + 1
	if text := t.attr("r"); text != "" {
		at = columnOf(text)
	}
	if at < len(r.cells) || at >= maxColumns {
		return sheet.Unreadablef("the sheet's row %d has the cell %q out of order, or beyond %d columns", r.line,
			t.attr("r"), maxColumns)
	}
	style, _ := strconv.Atoi(t.attr("s"))
	r.cell = cell{at: at, kind: t.attr("t"), style: style, value: r.cell.value[:0]}
	r.inCell, r.inside = true, ""
	return nil
}

// columnOf returns the column of a reference, from 0: C5 is 2.
func columnOf(reference string) int {
	at := 0
	for _, c := range strings.ToUpper(reference) {
		if c < 'A' || c > 'Z' {
			break
		}
		if at = at*26 + int(c-'A') + 1; at > maxColumns {
			break
		}
	}
	return at - 1
}

// within reads the content of a cell: its value, its formula, or its own text.
func (r *rows) within(t token) {
	switch {
	case t.begins("v"), t.begins("is"):
		r.inside, r.cell.has = t.Token.(xml.StartElement).Name.Local, true
	case t.begins("f"):
		r.cell.formula, r.inside = true, "f"
	case t.ends("is"):
		r.cell.value = append(r.cell.value, r.text.take()...)
		r.inside = ""
	case t.ends("v"), t.ends("f"):
		r.inside = ""
	case r.inside == "is":
		r.text.see(t)
	case r.inside == "v":
		if text, ok := t.Token.(xml.CharData); ok {
			r.cell.value = append(r.cell.value, text...)
		}
	}
}

// endCell adds the cell's text to the row.
func (r *rows) endCell() error {
	c := &r.cell
	if !c.has || len(c.value) == 0 {
		if c.formula && c.kind != "str" {
			return sheet.Unreadablef("row %d, column %d of the sheet is a formula without a stored value; open the workbook "+
				"in a spreadsheet program and save it", r.line, c.at+1)
		}
		return nil
	}
	text, err := r.textOf(c)
	if err != nil {
		return err
	}
	for len(r.cells) < c.at {
		r.cells = append(r.cells, "")
	}
	r.cells = append(r.cells, text)
	return nil
}
