package edits

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"didpurchase/internal/csvexport"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/validate"
)

// Clear is the cell that removes a value. An empty cell leaves it as it is.
const Clear = "-"

// columns are the columns of a file; the first is required.
var columns = []string{"number", "destination", "label", "tags"}

// ReadFile reads a file of edits: a header with the names of columns in any order,
// then a row for each number. The columns are separated by commas, semicolons or
// tabs, as the header is. A row is rejected if its number can't be read or is
// repeated, or if no number may have its values; the other rows are not affected.
// Errors: *validate.Invalid if the file has no such header or too many rows.
func ReadFile(file []byte) ([]Row, error) {
	r, place, err := openFile(file)
	if err != nil {
		return nil, err
	}
	var rows []Row
	seen := map[e164.Number]int{}
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		line, _ := r.FieldPos(0)
		var malformed *csv.ParseError
		if err != nil && !errors.As(err, &malformed) {
			return nil, err
		}
		if malformed != nil {
			line = malformed.StartLine
		}
		if len(rows) == MaxNumbers {
			return nil, invalidFile("it has more than %d rows; split it", MaxNumbers)
		}
		rows = append(rows, readRow(line, cells, place, malformed, seen))
	}
	if len(rows) == 0 {
		return nil, invalidFile("it has a header and no rows")
	}
	return rows, nil
}

// openFile reads the header, and returns the place of each column.
func openFile(file []byte) (r *csv.Reader, place map[string]int, err error) {
	file = bytes.TrimPrefix(file, []byte(csvexport.Mark))
	first, _, _ := bufio.NewReaderSize(bytes.NewReader(file), 4096).ReadLine()
	r = csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1
	for _, delimiter := range ",;\t" {
		if bytes.ContainsRune(first, delimiter) {
			r.Comma = delimiter
			break
		}
	}
	header, err := r.Read()
	if err != nil {
		return nil, nil, invalidFile("its first line must name the columns: %s", strings.Join(columns, ", "))
	}
	place = map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := place[name]; twice || !slices.Contains(columns, name) {
			return nil, nil, invalidFile("column %d is %q; the columns are %s, each once", i+1, header[i],
				strings.Join(columns, ", "))
		}
		place[name] = i
	}
	if _, has := place["number"]; !has || len(place) == 1 {
		return nil, nil, invalidFile("it must have the column number and at least one of destination, label and tags")
	}
	return r, place, nil
}

func invalidFile(format string, args ...any) error {
	var f validate.Faults
	f.Add("", "the file can't be read: "+format, args...)
	return f.Err()
}

// readRow reads a row; seen has the lines of the numbers before it.
func readRow(line int, cells []string, place map[string]int, malformed *csv.ParseError, seen map[e164.Number]int) Row {
	row := Row{Line: line}
	if malformed != nil {
		return row.rejected("malformed_row", malformed.Err.Error())
	}
	if len(cells) != len(place) {
		return row.rejected("malformed_row", fmt.Sprintf("it has %d cells; the header has %d", len(cells), len(place)))
	}
	cell := func(name string) string {
		if i, has := place[name]; has {
			return strings.TrimSpace(csvexport.Unguard(cells[i]))
		}
		return ""
	}
	row.Text = cell("number")
	n, err := numberformat.Read(row.Text, numberformat.Context{}).Number()
	var why *numberformat.Reason
	if errors.As(err, &why) {
		return row.rejected(string(why.Code), why.Detail)
	}
	if first, twice := seen[n]; twice {
		return row.rejected("duplicate", fmt.Sprintf("duplicates line %d", first))
	}
	seen[n] = line
	row.Number, row.Text = n, ""
	change := Change{Destination: valueOf(cell("destination")), Label: valueOf(cell("label"))}
	if tags := cell("tags"); tags != "" {
		change.Tags = tagsOf(tags)
	}
	return row.checked(change)
}

// checked returns the row with its change, rejected if no number may have it, and
// unchanged if it has none.
func (r Row) checked(change Change) Row {
	r.Change = &change
	if !change.editsSettings() {
		r.Outcome = Unchanged
		return r
	}
	settings := change.apply(did.Settings{})
	_, err := settings.Checked(e164.Span{Start: r.Number, End: r.Number}, did.Settings{})
	if err != nil {
		r.Change = nil
		return r.rejected(codeOf(err), reason(err, did.DID{}))
	}
	return r
}

// valueOf returns the value of a cell; nil for an empty one.
func valueOf(cell string) *string {
	switch cell {
	case "":
		return nil
	case Clear:
		cell = ""
	}
	return &cell
}

// tagsOf returns the tags of a cell, which are separated by commas.
func tagsOf(cell string) *[]string {
	tags := []string{}
	if cell == Clear {
		return &tags
	}
	for tag := range strings.SplitSeq(cell, ",") {
		if tag = strings.TrimSpace(tag); tag != "" && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return &tags
}
