// Package sheet reads a carrier's file as rows of cells: it finds the
// compression, the encoding, the dialect, the header, and the meaning of the
// columns. It may not know the meaning of the cells, nor the job that reads
// them.
package sheet

import (
	"bufio"
	"bytes"
	"didpurchase/internal/csvexport"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sheet is a file as rows of cells, read as a stream within the limits.
type Sheet struct {
	lines  *lines
	report bool     // the file is one of our reports, corrected and sent again
	header bool     // the file has one, and it was read
	own    int      // number of the original file's columns in a report, -1 = all
	Header []string // the file's own headers, or positions if it has none
	first  *Record  // the first row, if it is not a header
	Rows   int
	Layout Layout
	Recognised
}

// Record is one row of the input. Cells are valid until the next one is read.
type Record struct {
	Line  int // of the file, from 1, where the row begins
	Cells []string
	Fault *Fault // the row's text is broken; cells are the readable part
}

// OpenSheet recognises a file with a known encoding: its delimiter, its header,
// its columns. Errors: *Unreadable, or the reader's.
func OpenSheet(file io.Reader, encoding Encoding, p *Profile) (*Sheet, error) {
	return openSheet(file, encoding, possible(p), p)
}

// OpenTable is OpenSheet for the text that a workbook was turned into: the
// profile's encoding and delimiter don't apply to it.
func OpenTable(text io.Reader, p *Profile) (*Sheet, error) {
	return openSheet(text, UTF8, []rune{','}, p)
}

func openSheet(file io.Reader, encoding Encoding, delimiters []rune, p *Profile) (*Sheet, error) {
	plain, compression, err := Unpacked(file)
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(decoded(plain, encoding), 4*MaxRecord)
	head, err := text.Peek(MaxRecord)
	if looksLikeJSON(head) {
		text = bufio.NewReaderSize(readJSONReport(text), 4*MaxRecord)
		head, err = text.Peek(MaxRecord)
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	report, own := bytes.HasPrefix(head, []byte(ReportColumns+",")), -1
	if report {
		head, own = withoutVerdicts(head)
		delimiters = []rune{','}
	}
	form, failed := findForm(head, p, delimiters)
	comma := form.delimiter
	if comma == 0 {
		comma = ','
	}
	s := &Sheet{lines: newLines(text, comma), report: report, own: own}
	if err := s.skip(&form, failed); err != nil {
		return nil, err
	}
	s.Compression, s.Encoding = compression, encoding
	return s, nil
}

// skip reads up to the header and adopts the form. If the head can't be read at
// all, it returns that error in place of the form's.
func (s *Sheet) skip(f *form, failed error) error {
	var head Record
	for range f.titles + 1 {
		rec, err := s.read()
		if err == io.EOF {
			return Unreadablef("the file is empty")
		}
		if err != nil {
			return err
		}
		head = rec
	}
	if head.Fault != nil {
		return Unreadablef("line %d, the header: %s", head.Line, head.Fault.Detail)
	}
	if failed != nil {
		return failed
	}
	if len(f.header) == 0 {
		return Unreadablef("line %d, the header: the row has no columns", head.Line)
	}
	s.Header = f.header
	line := head.Line
	if f.headless && !s.report {
		cells := slices.Clone(head.Cells)
		for i := range cells {
			cells[i] = strings.Clone(cells[i])
		}
		s.first, line = &Record{Line: head.Line, Cells: cells}, 0
	}
	s.Recognised, s.header = f.describe(line), line > 0
	s.Layout = f.layout
	return nil
}

// withoutVerdicts returns the head of a report without our columns, so that the
// original file is recognised. own is the number of its columns, -1 if the report
// has no ReadingColumn.
func withoutVerdicts(head []byte) (file []byte, own int) {
	var text bytes.Buffer
	r, w := csv.NewReader(bytes.NewReader(head)), csv.NewWriter(&text)
	r.FieldsPerRecord = -1
	for first := true; ; first = false {
		row, err := r.Read()
		if err != nil {
			break
		}
		row = row[min(len(row), ReportColumnCount):]
		if first {
			own = OwnColumns(row)
		}
		row = WithoutReading(row, own)
		for i := range row {
			row[i] = csvexport.Unguard(row[i])
		}
		w.Write(row)
	}
	w.Flush()
	return text.Bytes(), own
}

// Next reads the next row. Errors: io.EOF, *Unreadable for a file beyond the
// limits, or the reader's.
func (s *Sheet) Next() (Record, error) {
	rec, err := s.take()
	if err != nil {
		return Record{}, err
	}
	if s.Rows++; s.Rows > MaxRows {
		return Record{}, Unreadablef("the file has more than %d rows", MaxRows)
	}
	return rec, nil
}

func (s *Sheet) take() (Record, error) {
	if first := s.first; first != nil {
		s.first = nil
		return *first, nil
	}
	return s.read()
}

func (s *Sheet) read() (Record, error) {
	cells, broken, err := s.lines.read()
	rec := Record{Cells: cells, Line: s.lines.rowLine}
	switch {
	case errors.Is(err, errRecordTooLong):
		return rec, Unreadablef("the row in line %d is longer than %d bytes", s.lines.line, MaxRecord)
	case err != nil:
		return rec, err
	case broken != nil && broken.open:
		rec.Fault = Faultf(CodeMalformed, "the row can't be read: the quote in column %d of line %d is never closed",
			broken.column, rec.Line)
	case broken != nil:
		rec.Fault = Faultf(CodeMalformed, "the row can't be read: in column %d of line %d a quote is inside of a cell, or "+
			"not closed", broken.column, rec.Line)
	}
	return s.check(rec)
}

// check compares the cells with the limits and their encoding, and removes a
// report's additions.
func (s *Sheet) check(rec Record) (Record, error) {
	if s.report {
		rec.Cells = WithoutReading(rec.Cells[min(len(rec.Cells), ReportColumnCount):], s.own)
	}
	if rec.Fault == nil {
		rec.Fault = s.tooWide(rec.Cells)
	}
	for i, cell := range rec.Cells {
		if len(cell) > MaxField && rec.Fault == nil {
			return rec, Unreadablef("line %d: column %d is longer than %d bytes", rec.Line, i+1, MaxField)
		}
		if rec.Fault == nil {
			rec.Fault = s.broken(i+1, cell)
		}
		if s.report {
			rec.Cells[i] = csvexport.Unguard(cell)
		}
	}
	return rec, nil
}

// tooWide returns the fault of a row with more cells than the header: one of its
// texts contains the delimiter, so the cells after it are in wrong columns.
//
//	number,setup,monthly
//	+442079460000,0,1,50    the price is not 1
func (s *Sheet) tooWide(cells []string) *Fault {
	if !s.header || len(cells) <= len(s.Header) {
		return nil
	}
	for _, cell := range cells[len(s.Header):] {
		if strings.TrimSpace(cell) != "" {
			return Faultf(CodeMalformed, "the row has %d cells and the header has %d: a text with %q in it must be in quotes",
				len(cells), len(s.Header), s.Delimiter)
		}
	}
	return nil
}

// broken returns the fault of a cell's text.
func (s *Sheet) broken(column int, cell string) *Fault {
	switch {
	case strings.IndexByte(cell, 0) >= 0:
		return Faultf(CodeMalformed, "column %d (%q) holds a NUL", column, cell)
	case !utf8.ValidString(cell):
		return Faultf(CodeNotUTF8, "column %d (%q) is not UTF-8; the profile can say encoding %s", column,
			strings.ToValidUTF8(cell, "?"), Windows1252)
	case strings.ContainsRune(cell, utf8.RuneError) && (s.Encoding == UTF16LE || s.Encoding == UTF16BE):
		return Faultf(CodeNotUTF16, "column %d (%q) has half a character of UTF-16", column, cell)
	}
	return nil
}

// boundedReader stops while reading a row that is too long: encoding/csv itself
// would hold the whole row.
type boundedReader struct {
	r     io.Reader
	given int64 // bytes read so far
	begin int64 // beginning of the current row
}

var errRecordTooLong = errors.New("sheet: row too long")

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.given-b.begin > MaxRecord {
		return 0, errRecordTooLong
	}
	n, err := b.r.Read(p)
	b.given += int64(n)
	return n, err
}
