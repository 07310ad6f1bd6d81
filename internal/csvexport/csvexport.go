// Package csvexport writes every CSV file that people download: reports of
// imports, statements, lists. A spreadsheet opens such a file correctly: it
// reads the text as UTF-8 (the file begins with a byte order mark), runs no
// cell as a formula, and keeps telephone numbers as text, digit by digit
// (Guard). The package knows nothing about the content of the cells.
package csvexport

import (
	"bufio"
	"encoding/csv"
	"io"
)

// Mark is the byte order mark at the start of a file. Without it, a spreadsheet
// reads the bytes as its country's old encoding.
const Mark = "\ufeff"

// ContentType is the content type of the files.
const ContentType = "text/csv; charset=utf-8"

// Writer writes rows to one file.
type Writer struct {
	to    *bufio.Writer
	csv   *csv.Writer
	cells []string
	begun bool
}

// NewWriter returns a writer. The file is complete after Flush.
func NewWriter(to io.Writer) *Writer {
	buffer := bufio.NewWriter(to)
	return &Writer{to: buffer, csv: csv.NewWriter(buffer)}
}

// Cell is a value in its written form.
type Cell string

// Text returns a value that a spreadsheet must not change: telephone numbers,
// names, notes.
func Text(s string) Cell { return Cell(Guard(s)) }

// Exact returns a value of our own with which a spreadsheet may calculate:
// amounts, counts, times.
func Exact(s string) Cell { return Cell(s) }

// Write adds a row.
func (w *Writer) Write(cells ...Cell) error {
	w.cells = w.cells[:0]
	for _, c := range cells {
		w.cells = append(w.cells, string(c))
	}
	return w.Copy(w.cells)
}

// Copy adds a row that was read from a file of this package, without a change.
func (w *Writer) Copy(row []string) error {
	if !w.begun {
		w.begun = true
		if _, err := w.to.WriteString(Mark); err != nil {
			return err
		}
	}
	return w.csv.Write(row)
}

// Flush writes buffered data.
func (w *Writer) Flush() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return err
	}
	return w.to.Flush()
}

// NewReader reads a file of this package: the rows as they were written, with
// guards. Rows may differ in length, and each is valid until the next is read.
func NewReader(from io.Reader) *csv.Reader {
	buffer := bufio.NewReader(from)
	if head, _ := buffer.Peek(len(Mark)); string(head) == Mark {
		buffer.Discard(len(Mark))
	}
	rows := csv.NewReader(buffer)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	return rows
}
