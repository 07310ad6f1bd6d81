package host

import (
	"bytes"
	"fmt"
	"io"
	"sync"
)

// lines writes whole lines of one function to a writer that functions share.
type lines struct {
	mu     *sync.Mutex // of the writer
	out    io.Writer
	prefix string
	rest   []byte
}

const longestLine = 256 << 10 // Lambda's limit on a log event

func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found && len(l.rest) < longestLine {
			return len(p), nil
		}
		l.print(line)
		l.rest = rest
	}
}

// flush writes a last line without a line end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.print(l.rest)
		l.rest = nil
	}
}

func (l *lines) print(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintf(l.out, "%-16s | %s\n", l.prefix, line)
}
