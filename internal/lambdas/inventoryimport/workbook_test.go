package inventoryimport

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/wanttest"
)

// workbookOf returns a workbook with the rows in its first sheet.
func workbookOf(t testing.TB, rows string) string {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range map[string]string{
		"_rels/.rels": `<Relationships><Relationship Id="a" Type="` + office +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Type="` + office + `/worksheet" ` +
			`Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="` + office +
			`/worksheet" Target="worksheets/sheet2.xml"/></Relationships>`,
		"xl/workbook.xml": `<workbook xmlns:r="` + office +
			`"><sheets><sheet name="Offer" r:id="r1"/><sheet name="Old" r:id="r2"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + rows + "</sheetData></worksheet>",
		"xl/worksheets/sheet2.xml": "<worksheet><sheetData>" + sheetRow("number", "package") + sheetRow("+442072220000",
			"standard") + "</sheetData></worksheet>",
	} {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// sheetRow is a row of texts; a cell that begins with # is a number.
func sheetRow(cells ...string) string {
	row := "<row>"
	for _, c := range cells {
		if n, isNumber := strings.CutPrefix(c, "#"); isNumber {
			row += "<c><v>" + n + "</v></c>"
		} else {
			row += `<c t="inlineStr"><is><t>` + c + `</t></is></c>`
		}
	}
	return row + "</row>"
}

// A workbook is read like a CSV with the same content; the report has its rows, and
// can be uploaded again. No file stays on disk.
func TestWorkbook(t *testing.T) {
	w := newImporter(t)
	t.Setenv("TMPDIR", t.TempDir())
	w.profile("old", `{"country_code": "44", "sheet": "old", "delimiter": ";", "encoding": "latin-1", "columns": {}}`)
	file := workbookOf(t, sheetRow("Numbers of Acme")+sheetRow("Start", "End", "Package", "Area")+
		sheetRow("#442071230000", "#4.42071230009E+11", "gold", "Zürich; a, b")+sheetRow("#442071230005", "#442071230006",
		"gold")+`<row r="7">`+sheetRow("x")[5:])
	job := w.drop("a.xlsx", file)
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 3, Applied: 1, Rejected: 2, DIDs: 10})
	w.wantRanges("442071230000-442071230009 gold")
	wanttest.Equal(t, "the sheet that was read", job.Recognised.Workbook, "Offer")
	wanttest.Equal(t, "the sheets that were not", strings.Join(job.Recognised.OtherSheets, " "), "Old")
	wanttest.Equal(t, "lines of the report", fmt.Sprint(w.verdicts(job)),
		"[3 applied added 4 rejected overlap 7 rejected not_data]")
	_, reading := w.reportOf(w.read(job.ReportKey))
	wanttest.Contains(t, "how it was read", reading, "sheet Offer; sheets not read: Old; header in line 2")
	mended := w.drop("a.csv", strings.ReplaceAll(string(w.read(job.ReportKey)), "'442071230005,'442071230006",
		"'442071230010,'442071230011"))
	wanttest.Equal(t, "rows of the mended report that are applied", mended.Applied, 1)
	w.drop("old/a.xlsx", file)
	w.wantRanges("442071230000-442071230009 gold", "442071230010-442071230011 gold", "44207222 set [0] standard")
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "workbook-*"))
	w.must(err)
	wanttest.Equal(t, "files left on disk", len(left), 0)
}
