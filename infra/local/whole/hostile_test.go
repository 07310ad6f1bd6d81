package whole_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// maxResident is the most memory that an import's process may use.
const maxResident = 128 << 20

// huge are files that are made while they are sent: their size in bytes, and
// the import's message.
var huge = []struct {
	name  string
	bytes int64
	file  func(io.Writer)
	error string
	rows  int
	added bool
}{
	{name: "a-line-of-1-GiB.csv", bytes: 1 << 30, file: endless,
		error: "the file has 1073741824 bytes, more than 536870912"},
	{name: "a-line-of-500-MB.csv", bytes: 500 << 20, file: endless, error: "is longer than 65536 bytes"},
	{name: "packed-1000-to-1.csv", file: packed, error: "unpacks to more than 200 times its size"},
	{name: "a-row-too-many.csv", bytes: sizeOf(1_000_001, "standard"), file: rowsOf(1_000_001, "standard"),
		error: "more than 1000000 rows"},
	{name: "a-million-rows.csv", bytes: sizeOf(1_000_000, "standard"), file: rowsOf(1_000_000, "standard"),
		rows: 1_000_000, added: true},
	{name: "a-million-overlaps.csv", bytes: sizeOf(1_000_000, "gold"), file: rowsOf(1_000_000, "gold"), rows: 1_000_000},
}

// endless is a line without an end.
func endless(to io.Writer) {
	part := bytes.Repeat([]byte("44207123,"), 8192)
	for {
		if _, err := to.Write(part); err != nil {
			return
		}
	}
}

// packed is a line of 1 GiB in about 1 MB.
func packed(to io.Writer) {
	w := gzip.NewWriter(to)
	zeros := make([]byte, 1<<20)
	for range 1 << 10 {
		if _, err := w.Write(zeros); err != nil {
			return
		}
	}
	_ = w.Close() // the reader notices the missing end
}

const header = "number,package\n"

// sizeOf is the number of bytes that rowsOf makes.
func sizeOf(n int64, pkg string) int64 {
	return int64(len(header)) + n*int64(len("+442080000000,"+pkg+"\n"))
}

// rowsOf makes scattered numbers, in no order.
func rowsOf(n int, pkg string) func(io.Writer) {
	return func(to io.Writer) {
		w := bufio.NewWriter(to)
		fmt.Fprint(w, header)
		for i := range n {
			fmt.Fprintf(w, "+44208%07d,%s\n", i*7_368_787%9_999_991, pkg)
		}
		_ = w.Flush() // the reader notices the missing end
	}
}

// Files beyond the limits fail with a clear problem, one at the limit is
// imported, and none of them takes much memory.
func TestHugeFilesTakeLittleMemory(t *testing.T) {
	running.onlyLocal(t, "it looks at the processes of the local world")
	for _, test := range huge {
		key := "inventory/acme/" + test.name
		running.stream(t, key, test.bytes, test.file)
		job := running.imported(t, "ada", key, 1)
		said := ""
		if job.Error != nil {
			said = *job.Error
		}
		at := fmt.Sprintf("%s is %s, %d applied", test.name, job.Status, job.RowsApplied)
		wanttest.Contains(t, at+": the message shown", said, test.error)
		wanttest.Equal(t, at+": the job is completed", job.Status == "completed", test.error == "")
		wanttest.True(t, at+": a refused file applies nothing", test.error == "" || job.RowsApplied+job.DIDsAdded == 0)
		if test.rows > 0 && (job.RowsRead != test.rows || job.RowsApplied+job.RowsUnchanged+job.RowsRejected != test.rows ||
			(job.DIDsAdded > 0) != test.added) {
			t.Errorf("%s: %+v", test.name, job)
		}
		peak := running.resident(t, "inventory-import")
		t.Logf("%s: %s, %d applied, %d MiB resident at most", test.name, job.Status, job.RowsApplied, peak>>20)
		if peak > maxResident {
			t.Errorf("%s took %d bytes of memory, more than %d", test.name, peak, maxResident)
		}
	}
}

// stream puts an object while its content is made; with 0 bytes, all of the
// content.
func (s *system) stream(t *testing.T, key string, size int64, fill func(io.Writer)) {
	t.Helper()
	from, to := io.Pipe()
	go func() {
		fill(to)
		to.Close()
	}()
	defer from.Close()
	body := io.LimitReader(from, size)
	if size == 0 {
		whole, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		body, size = bytes.NewReader(whole), int64(len(whole))
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, s.S3+"/"+s.Bucket+"/"+key, body)
	if err != nil {
		t.Fatal(err)
	}
	req.ContentLength = size
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(res.Body)
		t.Fatalf("PUT %s: %s %s", key, res.Status, said)
	}
}

// processesOf returns the ids of a function's running processes. The kernel lists
// them in /proc, if there is one.
func (s *system) processesOf(t *testing.T, function string) (ids []int) {
	t.Helper()
	programs, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil || len(programs) == 0 {
		t.Skip("no /proc, so the processes of functions are not known")
	}
	for _, program := range programs {
		binary, err := os.Readlink(program)
		if err != nil || filepath.Base(strings.TrimSuffix(binary, " (deleted)")) != function ||
			!strings.HasPrefix(binary, s.data) {
			continue // another's process, or one that has just ended
		}
		if id, err := strconv.Atoi(filepath.Base(filepath.Dir(program))); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// resident returns the largest memory of any process of a function, in bytes.
func (s *system) resident(t *testing.T, function string) (peak int64) {
	t.Helper()
	ids := s.processesOf(t, function)
	for _, id := range ids {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(status)) {
			if text, isPeak := strings.CutPrefix(line, "VmHWM:"); isPeak {
				kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(text), " kB"), 10, 64)
				if err != nil {
					t.Fatal(err)
				}
				peak = max(peak, kilobytes<<10)
			}
		}
	}
	if len(ids) == 0 {
		t.Fatalf("no process of %s", function)
	}
	return peak
}
