package workbook

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"

	"didpurchase/internal/intake/sheet"
)

// Delimiter separates the columns of the text.
const Delimiter = ','

// textWriter writes rows as CSV, each to the line of its number.
type textWriter struct {
	to    *bufio.Writer
	csv   *csv.Writer
	line  int // the last written line
	bytes int
}

func newTextWriter(to io.Writer) *textWriter {
	buffer := bufio.NewWriterSize(to, 64<<10)
	buffer.WriteString(sheet.UTF8BOM)
	return &textWriter{to: buffer, csv: csv.NewWriter(buffer)} // bufio.NewWriter returns the same buffer
}

// oneLine has the characters that would begin a new line in the text.
var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\x00", "\ufffd")

func (w *textWriter) write(line int, cells []string) error {
	for w.line++; w.line < line; w.line++ {
		if err := w.to.WriteByte('\n'); err != nil {
			return err
		}
	}
	for i, text := range cells {
		cells[i] = oneLine.Replace(text)
		w.bytes += len(text) + 1
	}
	if w.bytes += 1; w.bytes > maxText {
		return sheet.Unreadablef("the sheet has more than %d bytes of text", maxText)
	}
	if len(cells) == 0 {
		return w.to.WriteByte('\n')
	}
	return w.csv.Write(cells)
}

func (w *textWriter) flush() error {
	w.csv.Flush()
	if err := w.csv.Error(); err != nil {
		return err
	}
	return w.to.Flush()
}
