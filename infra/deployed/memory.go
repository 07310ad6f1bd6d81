package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// peak is the largest memory of the emulator and its functions so far, in bytes.
type peak struct{ bytes atomic.Int64 }

// watch measures a process group every second until the context ends.
func (p *peak) watch(ctx context.Context, group int) {
	for ctx.Err() == nil {
		p.bytes.Store(max(p.bytes.Load(), residentIn(group)))
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// residentIn returns the resident memory of the processes in a group, in bytes. It
// is 0 on systems without /proc.
func residentIn(group int) (bytes int64) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // the process has ended
		}
		of, pages := groupAndPages(string(text))
		if of == group {
			bytes += pages * int64(os.Getpagesize())
		}
	}
	return bytes
}

// groupAndPages reads the process group and the resident pages of a line of
// /proc/PID/stat: PID (NAME) STATE PARENT GROUP …, the pages are 22 fields after
// the state. A name may contain blanks and brackets.
func groupAndPages(line string) (group int, pages int64) {
	fields := strings.Fields(line[strings.LastIndex(line, ")")+1:])
	if len(fields) < 22 {
		return 0, 0
	}
	group, _ = strconv.Atoi(fields[2])
	pages, _ = strconv.ParseInt(fields[21], 10, 64)
	return group, pages
}
