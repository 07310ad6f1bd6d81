package sheet

import (
	"bufio"
	"bytes"
	"io"
)

// lines divides a text into rows of cells. It reads CSV as programs really write
// it, unlike encoding/csv: rows end at CR, LF or both; blanks around a quoted cell
// don't belong to it; and if a quote is never closed, only its own line is lost.
// For that, it looks ahead up to the length that a row may have:
//
//	5,"London,gold     the quote closes before "a", so line 1 is a broken row
//	6,"Paris",gold     and the next row begins here
type lines struct {
	from    *bufio.Reader // with a buffer of at least MaxRecord bytes
	comma   byte
	line    int // line of the text, from 1, in which the next row begins
	cells   []string
	ends    []int // ends of the cells in text
	text    []byte
	rowLine int
}

func newLines(from *bufio.Reader, comma rune) *lines {
	return &lines{from: from, comma: byte(comma), line: 1}
}

// syntax is a fault of a row's quotes.
type syntax struct {
	column int // from 1
	open   bool
}

// read reads the next row that is not blank. The cells are valid until the next
// call. A *syntax error comes with the cells that could be read; the row is then
// only its first line. Errors: io.EOF, errRecordTooLong, or the reader's.
func (l *lines) read() (cells []string, broken *syntax, err error) {
	for {
		head, whole, err := l.window(1)
		if err != nil {
			return nil, nil, err
		}
		length := lineEnd(head)
		if length == len(head) && !whole { // or only the buffer ends here
			if head, _, err = l.window(MaxRecord + 1); err != nil {
				return nil, nil, err
			}
			length = lineEnd(head)
		}
		l.rowLine = l.line
		switch line := trimEnd(head[:length]); {
		case len(line) > MaxRecord:
			return nil, nil, errRecordTooLong
		case bytes.IndexByte(line, '"') >= 0:
			return l.quoted()
		case len(line) > 0:
			l.split(line)
			return l.cells, nil, l.skip(length, head)
		}
		if err := l.skip(length, head); err != nil {
			return nil, nil, err
		}
	}
}

// window returns at least that many of the next bytes; whole reports whether they
// are all that is left.
func (l *lines) window(least int) (head []byte, whole bool, err error) {
	head, err = l.from.Peek(max(least, l.from.Buffered()))
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	if len(head) == 0 {
		return nil, true, io.EOF
	}
	return head, err == io.EOF, nil
}

// lineEnd returns the length of the first line with its end: CR, LF or both.
func lineEnd(text []byte) int {
	for i, b := range text {
		switch {
		case b == '\n':
			return i + 1
		case b == '\r' && i+1 < len(text) && text[i+1] == '\n':
			return i + 2
		case b == '\r':
			return i + 1
		}
	}
	return len(text)
}

func trimEnd(line []byte) []byte { return bytes.TrimRight(line, "\r\n") }

// split divides a line without quotes into cells.
func (l *lines) split(line []byte) {
	l.cells = l.cells[:0]
	text := string(line)
	for from := 0; ; {
		to := from
		for to < len(text) && text[to] != l.comma {
			to++
		}
		l.cells = append(l.cells, text[from:to])
		if to == len(text) {
			return
		}
		from = to + 1
	}
}

// skip removes the read part and counts its lines.
func (l *lines) skip(length int, head []byte) error {
	for at := 0; at < length; {
		end := lineEnd(head[at:length])
		if last := head[at+end-1]; last == '\n' || last == '\r' {
			l.line++
		}
		at += end
	}
	_, err := l.from.Discard(length)
	return err
}

// quoted reads a row with quotes.
func (l *lines) quoted() ([]string, *syntax, error) {
	head, whole, err := l.window(1)
	if err != nil {
		return nil, nil, err
	}
	length, broken := l.scan(head)
	if length >= len(head) && !whole {
		if head, _, err = l.window(MaxRecord + 1); err != nil {
			return nil, nil, err
		}
		length, broken = l.scan(head)
	}
	if broken != nil {
		length = lineEnd(head)
	}
	text := string(l.text)
	l.cells = l.cells[:0]
	from := 0
	for _, end := range l.ends {
		l.cells = append(l.cells, text[from:end])
		from = end
	}
	return l.cells, broken, l.skip(length, head)
}

// scan copies the cells of the row at the beginning of a text; length is the row's,
// with its end.
func (l *lines) scan(head []byte) (length int, broken *syntax) {
	l.text, l.ends = l.text[:0], l.ends[:0]
	at := 0
	for {
		next, end, fault := l.cell(head, at)
		l.ends = append(l.ends, len(l.text))
		if fault != nil || end {
			return next, fault
		}
		at = next
	}
}

// cell copies one cell. next is where the following cell begins; end reports that
// the row ends before it.
func (l *lines) cell(head []byte, at int) (next int, end bool, broken *syntax) {
	begin := skipBlanks(head, at, l.comma)
	formula := bytes.HasPrefix(head[begin:], []byte(`="`)) // a text as a formula, such as ="+442079460120"
	if formula {
		l.text = append(l.text, `="`...)
		begin++
	}
	if begin < len(head) && head[begin] == '"' {
		if at, broken = l.inQuotes(head, begin+1); broken != nil {
			return at, true, broken
		}
		if formula {
			l.text = append(l.text, '"')
		}
		at = skipBlanks(head, at, l.comma)
		if at < len(head) && head[at] != l.comma && head[at] != '\r' && head[at] != '\n' {
			return at, true, &syntax{column: len(l.ends) + 1}
		}
	} else {
		for at < len(head) && head[at] != l.comma && head[at] != '\r' && head[at] != '\n' {
			if head[at] == '"' {
				return at, true, &syntax{column: len(l.ends) + 1}
			}
			l.text = append(l.text, head[at])
			at++
		}
	}
	switch {
	case at >= len(head):
		return len(head), true, nil
	case head[at] == l.comma:
		return at + 1, false, nil
	case head[at] == '\r' && at+1 < len(head) && head[at+1] == '\n':
		return at + 2, true, nil
	}
	return at + 1, true, nil
}

// inQuotes copies the text from an opening quote to its closing one.
func (l *lines) inQuotes(head []byte, at int) (next int, broken *syntax) {
	for at < len(head) {
		switch {
		case head[at] != '"':
			l.text = append(l.text, head[at])
			at++
		case at+1 < len(head) && head[at+1] == '"':
			l.text = append(l.text, '"')
			at += 2
		default:
			return at + 1, nil
		}
	}
	return at, &syntax{column: len(l.ends) + 1, open: true}
}

// skipBlanks skips spaces and tabs that don't separate columns.
func skipBlanks(head []byte, at int, comma byte) int {
	for at < len(head) && (head[at] == ' ' || head[at] == '\t') && head[at] != comma {
		at++
	}
	return at
}
