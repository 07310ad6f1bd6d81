package main

import (
	"strings"
	"testing"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

func TestImportArguments(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]importOptions{
		"a.csv --carrier acme --data d": {file: "a.csv", carrier: "acme", data: "d"},
		"--carrier acme --data d a.csv": {file: "a.csv", carrier: "acme", data: "d"},
		"--carrier=acme a.csv --data d --dry-run --profile p": {file: "a.csv", carrier: "acme", data: "d", dryRun: true,
			profile: "p"},
		"a.csv -carrier acme -data d -replace -now": {file: "a.csv", carrier: "acme", data: "d", replace: true,
			now: true},
		"a.csv --carrier globex --data d --all-or-nothing": {file: "a.csv", carrier: "globex", data: "d", strict: true},
	} {
		if got, err := parseImport(strings.Fields(line)); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", line, got, err, want)
		}
	}
	for line, want := range map[string]string{
		"":                                     "which file",
		"--carrier acme":                       "which file",
		"a.csv b.csv --carrier acme":           `"b.csv" is one file too many`,
		"a.csv":                                `--carrier ""`,
		"a.csv --carrier initech":              `--carrier "initech" is not a carrier of this machine`,
		"a.csv --carrier acme --now":           "--now is for --replace",
		"a.csv --carrier acme --port 1":        "-port",
		"a.csv --carrier acme --data /no/such": "nothing runs on /no/such",
	} {
		if err := importFile(t.Context(), strings.Fields(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", line, err, want)
		}
	}
}

func TestBar(t *testing.T) {
	t.Parallel()
	for want, j := range map[string]client.Import{
		"queued          [..............................] 0 rows read, 0 applied, 0 left": {Status: "queued"},
		"running         [##########....................] 9 rows read, 3 applied, 6 left": {Status: "running", RowsRead: 9,
			RowsApplied: 3, RowsLeft: 6},
		"completed       [##############################] 9 rows read, 0 applied, 0 left": {Status: "completed",
			RowsRead: 9},
		"failed          [..............................] 12 rows read, 0 applied, 0 left": {Status: "failed", RowsRead: 12},
	} {
		if got := strings.TrimSpace(bar(j)); got != want {
			t.Errorf("bar %q, want %q", got, want)
		}
	}
}

func TestRejectionsAreCounted(t *testing.T) {
	t.Parallel()
	counts, examples, err := countRejections(strings.NewReader(
		"row,outcome,code,detail,number\n2,applied,,,1\n3,rejected,not_e164,too short,2\n4,rejected,not_e164,too long,3\n"))
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "rejected rows by code", counts, map[string]int{"not_e164": 2})
	wanttest.Diff(t, "first row of each code", examples, map[string]string{"not_e164": "line 3: too short"})
	if _, _, err = countRejections(strings.NewReader("row,outcome,code,detail\n2,applied\n")); err == nil {
		t.Fatal("a line that is cut off is taken")
	}
	wanttest.Equal(t, "error of a line that is cut off", err.Error(), "line 2 has 2 columns: at least 4 are wanted")
}
