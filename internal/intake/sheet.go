package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sheet is a file as rows of cells, read as a stream within the limits.
type sheet struct {
	csv    *csv.Reader
	bound  *boundedReader
	report bool     // the file is one of our reports, fixed and sent again
	header []string // the file's own headers; positions where it has none
	first  *record  // the first row, where it turned out not to be a header
	rows   int
	layout layout
}

// record is one row of the input. Cells are valid until the next one is read.
type record struct {
	line  int // of the file, from 1, where the row begins
	cells []string
	fault *Fault // the row's text is broken; cells are what could be read
}

// openSheet recognises the file: encoding, delimiter, header, columns. Errors:
// *Unreadable, or the reader's.
func openSheet(file io.Reader, p *Profile) (*sheet, error) {
	raw := bufio.NewReaderSize(file, MaxRecord)
	report := startsAsReport(raw)
	text := bufio.NewReaderSize(decoded(raw, p, report), MaxRecord)
	bound := &boundedReader{r: text}
	s := &sheet{csv: csv.NewReader(bound), bound: bound, report: report}
	s.csv.Comma = delimiter(text, p, report)
	s.csv.FieldsPerRecord = -1
	s.csv.ReuseRecord = true
	head, err := s.read()
	if err == io.EOF {
		return nil, unreadable("the file is empty")
	}
	if err != nil {
		return nil, err
	}
	return s, s.recognise(head, p)
}

// startsAsReport looks for a report's own headers at the begin.
func startsAsReport(raw *bufio.Reader) bool {
	start, _ := raw.Peek(len(utf8BOM) + len(reportColumns) + 1)
	return bytes.HasPrefix(bytes.TrimPrefix(start, []byte(utf8BOM)), []byte(reportColumns+","))
}

const utf8BOM = "\ufeff"

// decoded is the file as UTF-8 without a byte order mark. What is not UTF-8
// though it should be stays as it is: its rows are rejected by themselves.
func decoded(raw io.Reader, p *Profile, report bool) io.Reader {
	var from transform.Transformer = encoding.Nop.NewDecoder()
	if p != nil && p.Encoding == Latin1 && !report {
		from = charmap.ISO8859_1.NewDecoder()
	}
	return transform.NewReader(raw, unicode.BOMOverride(from))
}

// delimiter is the profile's, else whichever of comma and semicolon the first
// line has more of.
func delimiter(text *bufio.Reader, p *Profile, report bool) rune {
	if report {
		return ','
	}
	if p != nil && p.Delimiter != "" {
		return rune(p.Delimiter[0])
	}
	line, _ := text.Peek(MaxRecord)
	line, _, _ = bytes.Cut(line, []byte("\n"))
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		return ';'
	}
	return ','
}

// next reads the next row. Errors: io.EOF, *Unreadable for a file beyond the
// limits, or the reader's.
func (s *sheet) next() (record, error) {
	rec, err := s.take()
	if err != nil {
		return record{}, err
	}
	if s.rows++; s.rows > MaxRows {
		return record{}, unreadable("the file has more than %d rows", MaxRows)
	}
	return rec, nil
}

func (s *sheet) take() (record, error) {
	if first := s.first; first != nil {
		s.first = nil
		return *first, nil
	}
	return s.read()
}

func (s *sheet) read() (record, error) {
	cells, err := s.csv.Read()
	rec := record{cells: cells}
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		rec.line = parse.StartLine
		rec.fault = faultf(CodeMalformed, "the row can't be read: %v in column %d of line %d", parse.Err, parse.Column, parse.Line)
	case errors.Is(err, errRecordTooLong):
		return rec, unreadable("the row after line %d is longer than %d bytes; is a quote not closed?", s.bound.line, MaxRecord)
	case err != nil:
		return rec, err
	default:
		rec.line, _ = s.csv.FieldPos(0)
	}
	s.bound.begin = s.csv.InputOffset()
	s.bound.line = rec.line
	return s.check(rec)
}

// check holds the cells to the limits and to UTF-8, and drops what a report put
// in front of and into them.
func (s *sheet) check(rec record) (record, error) {
	if s.report {
		rec.cells = rec.cells[min(len(rec.cells), reportColumnCount):]
	}
	for i, cell := range rec.cells {
		if len(cell) > MaxField {
			return rec, unreadable("line %d: column %d is longer than %d bytes", rec.line, i+1, MaxField)
		}
		if !utf8.ValidString(cell) && rec.fault == nil {
			rec.fault = faultf(CodeNotUTF8, "column %d (%q) is not UTF-8; the profile can say encoding %s", i+1, strings.ToValidUTF8(cell, "?"), Latin1)
		}
		if s.report {
			rec.cells[i] = unguard(cell)
		}
	}
	return rec, nil
}

// boundedReader ends a row that is too long while it is read: encoding/csv
// itself would gather it whole.
type boundedReader struct {
	r     io.Reader
	given int64 // bytes read so far
	begin int64 // where the current row begins
	line  int   // of the row before
}

var errRecordTooLong = errors.New("intake: row too long")

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.given-b.begin > MaxRecord {
		return 0, errRecordTooLong
	}
	n, err := b.r.Read(p)
	b.given += int64(n)
	return n, err
}
