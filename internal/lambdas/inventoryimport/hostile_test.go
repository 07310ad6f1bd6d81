package inventoryimport

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/wanttest"
)

// hostile are files that look like a carrier's, with the outcome of every row: the
// line, the outcome, the code, and a part of the sentence.
var hostile = map[string]struct {
	file   string
	rows   []string
	ranges []string
}{
	"reversed": {
		"start,end,package\n+442071230009,+442071230000,gold\n+442071230010,+442071230010,gold\n",
		[]string{"2 rejected reversed: the end +442071230000 comes before the start +442071230009",
			"3 applied added: +442071230010"},
		[]string{"44207123 set [10] gold"},
	},
	"overlapping": {
		"start,end,package\n+442071230000,+442071230009,gold\n+442071230005,+442071230014,gold\n+442071229990," +
			"+442071230000,standard\n",
		[]string{"2 applied added", "3 rejected overlap: overlaps +442071230000 to +442071230009 of line 2",
			"4 rejected overlap: of line 2"},
		[]string{"442071230000-442071230009 gold"},
	},
	"duplicate": {
		"start,end,package\n+442071230000,+442071230009,gold\n+442071230000,+442071230009,gold\n442071230000,+44 20 7123 " +
			"0009,gold\n+442071230000,+442071230009,standard\n",
		[]string{"2 applied added", "3 rejected duplicate_row: duplicates line 2",
			"4 rejected duplicate_row: duplicates line 2", "5 rejected overlap: of line 2"},
		[]string{"442071230000-442071230009 gold"},
	},
	"adjacent, off by one": {
		"start,end,package\n+442071230000,+442071230009,gold\n+442071230010,+442071230019,gold\n+442071230019," +
			"+442071230029,gold\n+442071230021,+442071230029,gold\n+442071230030,+442071230039,standard\n",
		[]string{"2 applied added", "3 applied added", "4 rejected overlap: of line 3", "5 applied added", "6 applied added"},
		[]string{"442071230000-442071230019 gold", "442071230021-442071230029 gold", "442071230030-442071230039 standard"},
	},
	"unknown package": {
		"number,package\n+442071230000,lead\n+442071230001,GOLDEN\n+442071230002,\n",
		[]string{`2 rejected unknown_package: there is no package "lead"`, `3 rejected unknown_package: "GOLDEN"`,
			"4 rejected missing_value: the package is empty"},
		nil,
	},
	"wrong country": {
		"country,number,package\nFR,+442071230000,gold\nGB,020 7123 0000,gold\nXX,1,gold\n,+999071230000,gold\n",
		[]string{"2 rejected wrong_country: +442071230000 is not of +33", "3 applied added: +442071230000",
			`4 rejected wrong_country: "XX"`, "5 rejected not_e164: +999071230000"},
		[]string{"44207123 set [0] gold"},
	},
	"formulas": {
		"number,package,note\n=1+1,gold,x\n+442071230000,gold,\"=cmd|' /C calc'!A0\"\n@SUM(A1),gold,-2\n4.42E+11,gold,\t=1\n",
		[]string{"2 rejected not_e164", "3 applied added", "4 rejected not_e164",
			"5 rejected not_e164: lost its digits to a spreadsheet"},
		[]string{"44207123 set [0] gold"},
	},
	"a NUL": {
		"number,package\n+4420712\x0030000,gold\n+442071230001,gold\n",
		[]string{"2 rejected malformed_row: holds a NUL", "3 applied added"},
		[]string{"44207123 set [1] gold"},
	},
	"half a UTF-16 pair": {
		utf16File("number,package\n+442071230000,go", "\x3d\xd8", "ld\n+442071230001,gold\n"),
		[]string{"2 rejected not_utf16: half a character", "3 applied added"},
		[]string{"44207123 set [1] gold"},
	},
	"broken rows": {
		"start,end,package\n+442071230000\n+442071230000,+442071230001,gold,,\n\"a\" b,c,d\n\n,,\n" + strings.Repeat("9",
			40) + ",+1,gold\n",
		[]string{"2 rejected missing_value", "3 applied added", "4 rejected malformed_row", "6 rejected not_data",
			"7 rejected not_e164"},
		[]string{"442071230000-442071230001 gold"},
	},
}

// utf16File is a file in UTF-16 with some bytes between.
func utf16File(before, raw, after string) string {
	file := []byte("\xff\xfe")
	wide := func(text string) {
		for _, unit := range utf16.Encode([]rune(text)) {
			file = append(file, byte(unit), byte(unit>>8))
		}
	}
	wide(before)
	file = append(file, raw...)
	wide(after)
	return string(file)
}

func TestHostileRows(t *testing.T) {
	t.Parallel()
	for name, test := range hostile {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newImporter(t)
			job := w.drop("a.csv", test.file)
			wanttest.Equal(t, "status", job.Status, intake.Completed)
			wanttest.Equal(t, "rows read", int(job.Read), len(test.rows))
			wanttest.Equal(t, "rows with an outcome", job.Applied+job.Unchanged+job.Rejected, job.Read)
			w.wantRanges(test.ranges...)
			w.wantRows(job, test.rows)
		})
	}
}

// wantRows compares both reports with the wanted rows.
func (w *importer) wantRows(job intake.Job, want []string) {
	w.Helper()
	rows := w.report(job)[1:]
	var asJSON struct{ Rows []intake.ReportRow }
	w.must(json.Unmarshal(w.read(job.JSONReportKey()), &asJSON))
	if len(rows) != len(want) || len(asJSON.Rows) != len(want) {
		w.Fatalf("%d rows in the report, %d in that of JSON, want %d", len(rows), len(asJSON.Rows), len(want))
	}
	for i, row := range rows {
		verdict, part, _ := strings.Cut(want[i], ": ")
		if got := strings.Join(row[:3], " "); got != verdict || !strings.Contains(row[3], part) {
			w.Errorf("row is %q, want %s", row[:4], want[i])
		}
		r := asJSON.Rows[i]
		wanttest.Equal(w, "row in JSON and CSV", fmt.Sprint(r.Row), row[0])
		wanttest.Equal(w, "outcome in JSON and CSV", string(r.Outcome), row[1])
		wanttest.Equal(w, "code in JSON and CSV", string(r.Code), row[2])
		wanttest.Equal(w, "detail in JSON and CSV", r.Detail, row[3])
		wanttest.Diff(w, "cells in JSON and CSV", r.Cells, row[4:])
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				w.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
}

// Files beyond the limits fail with a clear problem and leave the inventory
// unchanged. The limit of rows is tested in package plan.
func TestFilesBeyondTheLimits(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.drop("before.csv", block)
	const good = "number,package\n+442072000000,gold\n"
	for name, test := range map[string]struct{ file, want string }{
		"1000 to 1": {zipped(good + strings.Repeat("0", 64<<20)), "unpacks to more than 200 times its size"},
		"1000 to 1, in rows": {zipped(good + strings.Repeat("+442072000001,gold\n", 900_000)),
			"unpacks to more than 200 times its size"},
		"a long field": {good + strings.Repeat("4", sheet.MaxField+1) + ",gold\n",
			"line 3: column 1 is longer than 4096 bytes"},
		"a line of 8 MB": {strings.Repeat("number,", 8<<20/7), "longer than"},
		"a broken gzip":  {zipped(good)[:40], "gzip is broken"},
	} {
		job := w.drop("a.csv", test.file)
		wanttest.Equal(t, name+": status", job.Status, intake.Failed)
		wanttest.Contains(t, name+": error", job.Error, test.want)
		wanttest.Equal(t, name+": report", job.ReportKey, "")
		wanttest.Equal(t, name+": rows applied", job.Applied, 0)
		w.wantRanges("442071230000-442071239999 gold")
	}
}

func zipped(text string) string {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(text)) // writing to a buffer never fails
	_ = w.Close()
	return out.String()
}
