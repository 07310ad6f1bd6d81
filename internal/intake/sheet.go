package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"didpurchase/internal/csvexport"
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
	Recognised
}

// record is one row of the input. Cells are valid until the next one is read.
type record struct {
	line  int // of the file, from 1, where the row begins
	cells []string
	fault *Fault // the row's text is broken; cells are what could be read
}

// openSheet recognises a file whose encoding is known: its delimiter, its
// header, its columns. Errors: *Unreadable, or the reader's.
func openSheet(file io.Reader, encoding Encoding, p *Profile) (*sheet, error) {
	plain, compression, err := unpacked(file)
	if err != nil {
		return nil, err
	}
	text := bufio.NewReaderSize(decoded(plain, encoding), MaxRecord)
	head, err := text.Peek(MaxRecord)
	if looksLikeJSON(head) {
		text = bufio.NewReaderSize(readJSONReport(text), MaxRecord)
		head, err = text.Peek(MaxRecord)
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	report := bytes.HasPrefix(head, []byte(reportColumns+","))
	if report {
		head = withoutVerdicts(head)
	}
	form, failed := findForm(head, p, report)
	bound := &boundedReader{r: text}
	s := &sheet{csv: csv.NewReader(bound), bound: bound, report: report}
	s.csv.FieldsPerRecord, s.csv.ReuseRecord = -1, true
	if form.delimiter != 0 {
		s.csv.Comma = form.delimiter
	}
	if err := s.skip(&form, failed); err != nil {
		return nil, err
	}
	s.Compression, s.Encoding = compression, encoding
	return s, nil
}

// skip reads up to the header and takes the form. A head that can't be read at
// all says so in place of the form's failure.
func (s *sheet) skip(f *form, failed error) error {
	var head record
	for range f.titles + 1 {
		rec, err := s.read()
		if err == io.EOF {
			return unreadable("the file is empty")
		}
		if err != nil {
			return err
		}
		head = rec
	}
	if head.fault != nil {
		return unreadable("line %d, the header: %s", head.line, head.fault.Detail)
	}
	if failed != nil {
		return failed
	}
	if len(f.header) == 0 {
		return unreadable("line %d, the header: the row has no columns", head.line)
	}
	s.header, s.layout = f.header, f.layout
	line := head.line
	if f.headless && !s.report {
		cells := slices.Clone(head.cells)
		for i := range cells {
			cells[i] = strings.Clone(cells[i])
		}
		s.first, line = &record{line: head.line, cells: cells}, 0
	}
	s.Recognised = f.describe(line)
	return nil
}

// suits says whether the columns are enough for what the job does. Errors:
// *Unreadable.
func (s *sheet) suits(job Job) error {
	named := job.Package != "" || job.Profile != nil && job.Profile.DefaultPackage != ""
	if job.Action.needsPackage() && !named && !s.layout.has(rolePackage) && !s.layout.has(roleMonthly) {
		return unreadable("the header %s has no column %q, nor prices, and no profile names a package", quoted(s.header), rolePackage)
	}
	if job.Action == Adopt {
		for _, r := range []role{roleNumber, roleCustomer, rolePaidUntil} {
			if !s.layout.has(r) {
				return unreadable("the header %s has no column %q", quoted(s.header), r)
			}
		}
	}
	return nil
}

// withoutVerdicts is the head of a report without the columns that we put in
// front: what is recognised is the file that it is about.
func withoutVerdicts(head []byte) []byte {
	var own bytes.Buffer
	r, w := csv.NewReader(bytes.NewReader(head)), csv.NewWriter(&own)
	r.FieldsPerRecord = -1
	for {
		row, err := r.Read()
		if err != nil {
			break
		}
		row = row[min(len(row), reportColumnCount):]
		for i := range row {
			row[i] = csvexport.Unguard(row[i])
		}
		w.Write(row)
	}
	w.Flush()
	return own.Bytes()
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

// check holds the cells to the limits and to their encoding, and drops what a
// report put in front of and into them.
func (s *sheet) check(rec record) (record, error) {
	if s.report {
		rec.cells = rec.cells[min(len(rec.cells), reportColumnCount):]
	}
	for i, cell := range rec.cells {
		if len(cell) > MaxField {
			return rec, unreadable("line %d: column %d is longer than %d bytes", rec.line, i+1, MaxField)
		}
		if rec.fault == nil {
			rec.fault = s.broken(i+1, cell)
		}
		if s.report {
			rec.cells[i] = csvexport.Unguard(cell)
		}
	}
	return rec, nil
}

// broken is what is wrong with a cell's text.
func (s *sheet) broken(column int, cell string) *Fault {
	switch {
	case strings.IndexByte(cell, 0) >= 0:
		return faultf(CodeMalformed, "column %d (%q) holds a NUL", column, cell)
	case !utf8.ValidString(cell):
		return faultf(CodeNotUTF8, "column %d (%q) is not UTF-8; the profile can say encoding %s", column, strings.ToValidUTF8(cell, "?"), Latin1)
	case strings.ContainsRune(cell, utf8.RuneError) && s.Encoding != UTF8 && s.Encoding != Latin1:
		return faultf(CodeNotUTF16, "column %d (%q) has half a character of UTF-16", column, cell)
	}
	return nil
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
