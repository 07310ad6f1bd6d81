// Package xlsxexport writes a table as a workbook (.xlsx), row by row, in bounded
// memory. The same rows give the same bytes. It writes the few parts of Office Open
// XML that a table needs; excelize's stream writer keeps a sheet in a temporary
// file and adds 6 MB to a binary. The package knows nothing about the content of the
// cells.
package xlsxexport

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"
)

// ContentType is the content type of a workbook.
const ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// Type is the type of a column.
type Type int

// The types. An empty cell is empty in each.
const (
	Text   Type = iota
	Number      // a plain decimal, written digit by digit
	Date        // 2026-11-30
	Time        // RFC 3339 in UTC
)

// Column is a column of the table.
type Column struct {
	Name string
	Type Type
}

// maxRows is the number of rows that a sheet can have, with its header. The rest
// goes to further sheets.
const maxRows = 1_048_576

// The numbers of the styles, in the order of cellXfs in stylesXML.
var styles = map[Type]string{Date: "1", Time: "2"}

// Writer writes one workbook.
type Writer struct {
	zip     *zip.Writer
	sheet   *bufio.Writer // nil before the first row
	columns []Column
	limit   int
	sheets  int
	rows    int // of the sheet
}

// NewWriter returns a writer. The file is complete after Close.
func NewWriter(to io.Writer, columns []Column) *Writer {
	return &Writer{zip: zip.NewWriter(to), columns: columns, limit: maxRows}
}

// Write adds a row, with a cell for each column. Errors: an invalid Number, Date or
// Time.
func (w *Writer) Write(cells []string) error {
	if w.sheet == nil || w.rows == w.limit {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if len(cells) != len(w.columns) {
		return fmt.Errorf("xlsxexport: row has %d cells, want %d", len(cells), len(w.columns))
	}
	w.beginRow()
	for i, cell := range cells {
		if err := w.cell(w.columns[i].Type, cell); err != nil {
			return fmt.Errorf("xlsxexport: column %s: %w", w.columns[i].Name, err)
		}
	}
	_, err := w.sheet.WriteString("</row>")
	return err
}

// Close writes the rest of the file.
func (w *Writer) Close() error {
	if w.sheet == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	if err := w.end(); err != nil {
		return err
	}
	for _, part := range w.parts() {
		f, err := w.zip.Create(part.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, xml.Header+part.text); err != nil {
			return err
		}
	}
	return w.zip.Close()
}

func (w *Writer) begin() error {
	if w.sheet != nil {
		if err := w.end(); err != nil {
			return err
		}
	}
	w.sheets++
	f, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", w.sheets))
	if err != nil {
		return err
	}
	w.sheet, w.rows = bufio.NewWriterSize(f, 64<<10), 0
	w.sheet.WriteString(xml.Header + `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView workbookViewId="0">` +
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`)
	w.beginRow()
	for _, c := range w.columns {
		if err := w.cell(Text, c.Name); err != nil {
			return err
		}
	}
	_, err = w.sheet.WriteString("</row>")
	return err
}

func (w *Writer) beginRow() {
	w.rows++
	w.sheet.WriteString(`<row r="` + strconv.Itoa(w.rows) + `">`)
}

// end ends a sheet. A write that failed before is reported by Flush.
func (w *Writer) end() error {
	w.sheet.WriteString("</sheetData></worksheet>")
	return w.sheet.Flush()
}

// cell writes a cell. Cells have no reference: each is after the one before.
func (w *Writer) cell(t Type, text string) error {
	if text == "" {
		w.sheet.WriteString("<c/>")
		return nil
	}
	if t == Text {
		w.sheet.WriteString(`<c t="inlineStr"><is><t xml:space="preserve">`)
		if err := xml.EscapeText(w.sheet, []byte(text)); err != nil {
			return err
		}
		_, err := w.sheet.WriteString("</t></is></c>")
		return err
	}
	value, err := valueOf(t, text)
	if err != nil {
		return err
	}
	w.sheet.WriteString("<c")
	if style := styles[t]; style != "" {
		w.sheet.WriteString(` s="` + style + `"`)
	}
	_, err = w.sheet.WriteString("><v>" + value + "</v></c>")
	return err
}

// epoch is day 0 of a workbook's days.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

func valueOf(t Type, text string) (string, error) {
	switch t {
	case Date:
		day, err := time.Parse(time.DateOnly, text)
		return strconv.Itoa(int(day.Sub(epoch) / (24 * time.Hour))), err
	case Time:
		at, err := time.Parse(time.RFC3339, text)
		return strconv.FormatFloat(float64(at.Sub(epoch)/time.Second)/(24*60*60), 'f', 9, 64), err
	default:
		_, err := strconv.ParseFloat(text, 64)
		return text, err
	}
}
