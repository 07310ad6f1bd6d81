package sheet

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// reportColumns are the columns that a report puts before the file's own. A
// file that begins with them is a report that was corrected and uploaded again:
// it is read as comma-separated UTF-8 for any profile, without these columns.
const (
	ReportColumns     = "row,outcome,code,detail"
	ReportColumnCount = 4
)

// ReadingColumn is the column that a report puts after the file's own ones: its
// first row describes the reading of the file.
const ReadingColumn = "how_the_file_was_read"

// WithoutReading returns the cells of a report's row, without the report's first
// columns, as in the original file; own is the number of columns in the file's
// header.
func WithoutReading(cells []string, own int) []string {
	if own < 0 || own >= len(cells) {
		return cells
	}
	return append(cells[:own:own], cells[own+1:]...)
}

// WithReading is the opposite of WithoutReading.
func WithReading(cells []string, own int, reading string) []string {
	row := append([]string{}, cells[:min(own, len(cells))]...)
	for len(row) < own {
		row = append(row, "")
	}
	row = append(row, reading)
	return append(row, cells[min(own, len(cells)):]...)
}

// OwnColumns returns the number of the original file's columns in a report's
// header, which has no first columns of the report any more; -1 if the report has
// no ReadingColumn.
func OwnColumns(header []string) int { return slices.Index(header, ReadingColumn) }

// looksLikeJSON reports whether a text is a report as JSON that was corrected and
// uploaded again, and not a list with a header.
func looksLikeJSON(head []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) }

// jsonReport reads a report as JSON like the CSV with the same content, row by
// row.
type jsonReport struct {
	from  *json.Decoder
	bound *boundedReader
	line  bytes.Buffer // not read yet
	to    *csv.Writer
	begun bool
	ended error // the error that next returned instead of a row
}

func readJSONReport(text *bufio.Reader) io.Reader {
	bound := &boundedReader{r: text}
	j := &jsonReport{from: json.NewDecoder(bound), bound: bound}
	j.to = csv.NewWriter(&j.line)
	return j
}

// Read returns the next bytes of the CSV. Errors: io.EOF, *Unreadable, or the
// reader's.
func (j *jsonReport) Read(p []byte) (int, error) {
	for j.line.Len() == 0 {
		if j.ended != nil {
			return 0, j.ended
		}
		row, err := j.next()
		if err != nil {
			j.ended = j.blame(err)
			continue
		}
		if row == nil {
			j.ended = io.EOF
			continue
		}
		if err := j.to.Write(row); err != nil {
			return 0, err
		}
		j.to.Flush()
		j.bound.begin = j.from.InputOffset()
	}
	return j.line.Read(p)
}

// next returns the next row, the header first; nil after the last.
func (j *jsonReport) next() ([]string, error) {
	if !j.begun {
		j.begun = true
		columns, err := j.head()
		return append(strings.Split(ReportColumns, ","), columns...), err
	}
	if !j.from.More() {
		_, err := j.from.Token() // the end of the list
		return nil, err
	}
	var row struct {
		Row                   int
		Outcome, Code, Detail string
		Cells                 []string
	}
	err := j.from.Decode(&row)
	return append([]string{strconv.Itoa(row.Row), row.Outcome, row.Code, row.Detail}, row.Cells...), err
}

// head reads the text before the first row.
func (j *jsonReport) head() (columns []string, err error) {
	if _, err := j.from.Token(); err != nil {
		return nil, err
	}
	for j.from.More() {
		name, err := j.from.Token()
		if err != nil {
			return nil, err
		}
		switch name {
		case "columns":
			err = j.from.Decode(&columns)
		case "rows":
			if begin, err := j.from.Token(); err != nil || begin != json.Delim('[') {
				return nil, cmp.Or(err, Unreadablef(`the file is JSON, but its "rows" are not a list; a report of an import is `+
					`the only JSON that is read`))
			}
			return columns, nil
		default:
			err = j.from.Decode(new(json.RawMessage))
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, Unreadablef(`the file is JSON without "rows"; a report of an import is the only JSON that is read`)
}

// blame distinguishes a text that is not a report from one that could not be
// read.
func (j *jsonReport) blame(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.Is(err, errRecordTooLong):
		return Unreadablef("a row of the report as JSON is longer than %d bytes", MaxRecord)
	case errors.As(err, &syntax), errors.As(err, &kind), errors.Is(err, io.ErrUnexpectedEOF), err == io.EOF:
		return Unreadablef("the report as JSON is broken after byte %d: %v", j.bound.begin, err)
	}
	return err
}
