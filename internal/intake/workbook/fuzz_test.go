package workbook

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"

	"didpurchase/internal/intake/sheet"
)

// FuzzConvert: with any parts, a workbook is refused in a sentence, or its rows are
// lines of CSV.
func FuzzConvert(f *testing.F) {
	const texts = `<si><t>gold</t></si><si><r><t>Lon</t></r><r><t>don</t></r></si><si><t>a</t><rPh><t>b</t></rPh></si><si><t>_x000D_</t></si>`
	const formats = `<numFmt numFmtId="164" formatCode="&quot;+44 &quot;00 0000 0000"/><numFmt numFmtId="165" ` +
		`formatCode="[$€-407]0.00&quot; a year&quot;"/>`
	const styles = `<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="9"/>`
	for _, rows := range []string{
		`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><r><t>x</t></r></is></c></row>`,
		`<row r="2" hidden="1"><c s="1"><v>2079460000</v></c><c s="2"><v>1.5</v></c><c s="3"><v>46053.5</v></c><c ` +
			`s="4"><v>0.07</v></c></row>`,
		`<row><c t="str"><f>A1&amp;B1</f><v>gold</v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c ` +
			`t="d"><v>2026-01-31T00:00:00</v></c></row>`,
		`<row r="1048576"><c r="ALL1048576"><v>1e308</v></c></row>`, `<row><c><f>A1</f></c></row>`,
		`<row/></sheetData><sheetData><row/>`, `<row r="-1">`,
	} {
		f.Add(rows, texts, formats, styles, "")
	}
	f.Add("", "", "", "", `<workbookPr date1904="1"/><sheets><sheet name="Numbers" state="hidden" r:id="rId1"/></sheets>`)
	f.Fuzz(func(t *testing.T, rows, texts, formats, styles, book string) {
		m := made{rows: rows, shared: texts, formats: formats, styles: styles, workbook: book}
		convertible(t, m.file(t))
	})
}

// FuzzArchive: the same with any bytes in place of a workbook.
func FuzzArchive(f *testing.F) {
	for _, name := range []string{"openpyxl", "xlsxwriter", "bare", "libreoffice"} {
		f.Add(programFile(f, name))
	}
	f.Fuzz(convertible)
}

// convertible checks the text of a file, or its refusal.
func convertible(t *testing.T, file []byte) {
	text, _, err := converted(file, "")
	var unreadable *sheet.Unreadable
	switch {
	case errors.As(err, &unreadable):
		if unreadable.Reason == "" {
			t.Error("refused without a reason")
		}
		return
	case err != nil:
		t.Fatalf("refused by %T %v", err, err)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	for {
		cells, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("the text is no CSV: %v", err)
		}
		if strings.ContainsAny(strings.Join(cells, ""), "\r\n\x00") {
			t.Fatalf("a cell of %q would begin a new line", cells)
		}
	}
}
