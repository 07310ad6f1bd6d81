package workbook

import (
	"archive/zip"
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"

	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

var whole = flag.Bool("whole", false, "convert a workbook of a million rows, each with a text of its own")

// largest is the most memory that a conversion may take from the system, in bytes.
const largest = 128 << 20

// A workbook with the largest number of rows of an import, and as many different
// texts, is converted within the function's memory.
func TestAMillionRows(t *testing.T) {
	rows := 20_000
	if *whole {
		rows = sheet.MaxRows
	}
	path := filepath.Join(t.TempDir(), "large.xlsx")
	writeLarge(t, path, rows)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	debug.FreeOSMemory()
	peak, done := watchMemory()
	begun := time.Now()
	var lines countingLines
	if _, err := Convert(file, info.Size(), "", &lines); err != nil {
		t.Fatal(err)
	}
	close(done)
	held := <-peak
	t.Logf("%d rows, %d bytes packed: %v, at most %d MiB", rows, info.Size(),
		time.Since(begun).Round(time.Millisecond), held>>20)
	wanttest.Equal(t, "lines of the text", int(lines), rows+1)
	if held > largest {
		t.Errorf("the process took %d MiB, more than %d", held>>20, largest>>20)
	}
}

// countingLines counts the lines that are written to it.
type countingLines int

func (n *countingLines) Write(p []byte) (int, error) {
	for _, b := range p {
		if b == '\n' {
			*n++
		}
	}
	return len(p), nil
}

// watchMemory returns the most memory in bytes that the runtime had from the
// system, once done is closed.
func watchMemory() (peak <-chan uint64, done chan struct{}) {
	found, done := make(chan uint64), make(chan struct{})
	go func() {
		most := memory()
		for {
			select {
			case <-done:
				found <- max(most, memory())
				return
			case <-time.After(5 * time.Millisecond):
				most = max(most, memory())
			}
		}
	}()
	return found, done
}

// memory returns the memory that the runtime has from the system, without the part
// that it returned.
func memory() uint64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() - samples[1].Value.Uint64()
}

// writeLarge writes a workbook with a header and rows of a number as text, an area
// that all share, and a price.
func writeLarge(t *testing.T, path string, rows int) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	archive := zip.NewWriter(file)
	part := func(name string, write func(io.Writer)) {
		to, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		buffer := bufio.NewWriter(to)
		write(buffer)
		if err := buffer.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	usual := made{}.all()
	for _, name := range []string{"_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"} {
		part(name, func(w io.Writer) { io.WriteString(w, usual[name]) })
	}
	part("xl/sharedStrings.xml", func(w io.Writer) {
		io.WriteString(w, "<sst><si><t>Number</t></si><si><t>London</t></si>")
		for i := range rows {
			fmt.Fprintf(w, "<si><t>+4420%08d</t></si>", i)
		}
		io.WriteString(w, "</sst>")
	})
	part("xl/worksheets/sheet1.xml", func(w io.Writer) {
		io.WriteString(w, `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>`)
		for i := range rows {
			fmt.Fprintf(w, `<row r="%d"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" t="s"><v>1</v></c><c `+
				`r="C%d"><v>1.5</v></c></row>`, i+2, i+2, i+2, i+2, i+2)
		}
		io.WriteString(w, "</sheetData></worksheet>")
	})
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
