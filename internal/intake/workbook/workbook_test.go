package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake/sheet"
)

// made is a workbook with the parts that differ between tests; the usual parts are
// added.
type made struct {
	rows     string            // of the first sheet
	shared   string            // <si> of the texts
	formats  string            // <numFmt>
	styles   string            // <xf>, from style 1 on
	workbook string            // attributes and children of workbook.xml, in place of the usual
	parts    map[string]string // more parts, or replacements
}

const relationships = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

func (m made) file(t testing.TB) []byte {
	t.Helper()
	return zipOf(t, m.all())
}

// all returns the texts of all parts, by their names.
func (m made) all() map[string]string {
	rel := func(id, kind, target string) string {
		return fmt.Sprintf(`<Relationship Id=%q Type="%s/%s" Target=%q/>`, id, relationships, kind, target)
	}
	workbook := m.workbook
	if workbook == "" {
		workbook = `<sheets><sheet name="Numbers" sheetId="1" r:id="rId1"/><sheet name="Notes" sheetId="2" ` +
			`r:id="rId2"/></sheets>`
	}
	parts := map[string]string{
		"[Content_Types].xml": "<Types/>",
		"_rels/.rels":         "<Relationships>" + rel("a", "officeDocument", "/xl/workbook.xml") + "</Relationships>",
		"xl/_rels/workbook.xml.rels": "<Relationships>" + rel("rId1", "worksheet", "worksheets/sheet1.xml") + rel("rId2",
			"worksheet", "worksheets/sheet2.xml") +
			rel("rId3", "chartsheet", "chartsheets/sheet1.xml") + rel("s", "sharedStrings", "sharedStrings.xml") + rel("f",
			"styles", "styles.xml") + "</Relationships>",
		"xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8"?><workbook xmlns:r="` + relationships + `">` +
			workbook + "</workbook>",
		"xl/sharedStrings.xml": "<sst>" + m.shared + "</sst>",
		"xl/styles.xml": "<styleSheet><numFmts>" + m.formats + `</numFmts><cellStyleXfs><xf ` +
			`numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>` + m.styles + "</cellXfs></styleSheet>",
		"xl/worksheets/sheet1.xml": "<worksheet><sheetData>" + m.rows + "</sheetData></worksheet>",
		"xl/worksheets/sheet2.xml": `<worksheet><sheetData><row r="1"><c r="A1" ` +
			`t="inlineStr"><is><t>note</t></is></c></row></sheetData></worksheet>`,
	}
	for name, text := range m.parts {
		parts[name] = text
	}
	return parts
}

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for name, text := range parts {
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
	return out.Bytes()
}

func converted(file []byte, want string) (text string, info Info, err error) {
	var out bytes.Buffer
	info, err = Convert(bytes.NewReader(file), int64(len(file)), want, &out)
	return strings.TrimPrefix(out.String(), sheet.UTF8BOM), info, err
}

// The meaning of a cell does not depend on how the writing program stores it.
func TestCells(t *testing.T) {
	t.Parallel()
	const styles = `<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf ` +
		`numFmtId="167"/><xf numFmtId="168"/><xf numFmtId="9"/><xf numFmtId="169"/><xf numFmtId="22"/><xf numFmtId="170"/>`
	const formats = `<numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/><numFmt numFmtId="165" formatCode="#,##0.00\ ` +
		`&quot;€&quot;"/><numFmt numFmtId="166" formatCode="[$$-409]#,##0.00"/>` +
		`<numFmt numFmtId="167" formatCode="00000000000"/><numFmt numFmtId="168" formatCode="&quot;+44 &quot;00\ 0000\ ` +
		`0000"/><numFmt numFmtId="169" formatCode="(000) 000\-0000"/><numFmt numFmtId="170" ` +
		`formatCode="[Red]#,##0.00&quot; each day&quot;"/>`
	for name, test := range map[string]struct{ cell, want string }{
		"a shared text":                   {`<c r="A1" t="s"><v>0</v></c>`, "+44 20 7946 0000"},
		"of pieces, and how it is spoken": {`<c r="A1" t="s"><v>1</v></c>`, "Zürich West"},
		"with a line break":               {`<c r="A1" t="s"><v>2</v></c>`, "two lines"},
		"an inline text":                  {`<c r="A1" t="inlineStr"><is><r><t>go</t></r><r><t>ld</t></r></is></c>`, "gold"},
		"a formula's text":                {`<c r="A1" t="str"><f>A2</f><v>gold</v></c>`, "gold"},
		"a number":                        {`<c r="A1"><v>442079460000</v></c>`, "442079460000"},
		"in exponent form":                {`<c r="A1"><v>4.4207946E+11</v></c>`, "442079460000"},
		"with a decimal zero":             {`<c r="A1" t="n"><v>442079460000.0</v></c>`, "442079460000"},
		"a price":                         {`<c r="A1"><v>2.5</v></c>`, "2.5"},
		"a sum of prices":                 {`<c r="A1"><f>A2*3</f><v>0.30000000000000004</v></c>`, "0.3"},
		"three decimals":                  {`<c r="A1"><v>1.234</v></c>`, "1.2340"},
		"a day":                           {`<c r="A1" s="1"><v>46053</v></c>`, "2026-01-31"},
		"a day in another form":           {`<c r="A1" s="2"><v>46053</v></c>`, "2026-01-31"},
		"a day and a time":                {`<c r="A1" s="9"><v>46053.5</v></c>`, "2026-01-31 12:00:00"},
		"an ISO day":                      {`<c r="A1" t="d"><v>2026-01-31T00:00:00</v></c>`, "2026-01-31"},
		"euros":                           {`<c r="A1" s="3"><v>5</v></c>`, "€5"},
		"dollars":                         {`<c r="A1" s="4"><v>1234.5</v></c>`, "$1234.5"},
		"a leading zero":                  {`<c r="A1" s="5"><v>2079460000</v></c>`, "02079460000"},
		"a calling code":                  {`<c r="A1" s="6"><v>2079460000</v></c>`, "+44 20 7946 0000"},
		"an American number":              {`<c r="A1" s="8"><v>2125550100</v></c>`, "(212) 555-0100"},
		"a percentage":                    {`<c r="A1" s="7"><v>0.05</v></c>`, "5%"},
		"a colour and a text":             {`<c r="A1" s="10"><v>5</v></c>`, "5 each day"},
		"true":                            {`<c r="A1" t="b"><v>1</v></c>`, "TRUE"},
		"an error":                        {`<c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c>`, "#DIV/0!"},
		"a comma":                         {`<c r="A1" t="inlineStr"><is><t>a,b</t></is></c>`, `"a,b"`},
		"no value":                        {`<c r="A1" s="1"/>`, ""},
		"without references":              {`<c><v>1</v></c><c t="inlineStr"><is><t>x</t></is></c>`, "1,x"},
		"a gap":                           {`<c r="A1"><v>1</v></c><c r="D1"><v>4</v></c>`, "1,,,4"},
	} {
		m := made{rows: `<row r="1">` + test.cell + "</row>", styles: styles, formats: formats,
			shared: `<si><t>+44 20 7946 0000</t></si><si><r><t>Zürich</t></r><r><t xml:space="preserve"> West</t></r><rPh ` +
				`sb="0" eb="1"><t>ZUE</t></rPh></si><si><t>two_x000D_` + "\n" + `lines</t></si>`}
		got, _, err := converted(m.file(t), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(test.want+"\n", got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Days count from 1904 in workbooks of old Macs.
func TestDaysOf1904(t *testing.T) {
	t.Parallel()
	m := made{rows: `<row r="1"><c r="A1" s="1"><v>44591</v></c></row>`, styles: `<xf numFmtId="14"/>`,
		workbook: `<workbookPr date1904="1"/><sheets><sheet name="Numbers" r:id="rId1"/></sheets>`}
	got, _, err := converted(m.file(t), "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("2026-01-31\n", got); diff != "" {
		t.Errorf("the day (-want +got):\n%s", diff)
	}
}

func TestRowsKeepTheirLines(t *testing.T) {
	t.Parallel()
	m := made{rows: `<row r="2"><c r="A2"><v>1</v></c></row><row r="3"/><row r="5" hidden="1"><c ` +
		`r="B5"><v>2</v></c></row><row><c><v>3</v></c></row>`}
	got, info, err := converted(m.file(t), "")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("\n1\n\n\n,2\n3\n", got); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(Info{Sheet: "Numbers", Others: []string{"Notes"}, Hidden: 1}, info); diff != "" {
		t.Errorf("recognised (-want +got):\n%s", diff)
	}
}

func TestWhichSheet(t *testing.T) {
	t.Parallel()
	const three = `<sheets><sheet name="Chart" r:id="rId3"/><sheet name="Old" state="hidden" r:id="rId1"/><sheet ` +
		`name="Offer" r:id="rId2"/></sheets>`
	for name, test := range map[string]struct{ workbook, want, text, failure string }{
		"the first":                   {text: "1\n"},
		"the first that isn't hidden": {workbook: three, text: "note\n"},
		"by name":                     {want: "notes ", text: "note\n"},
		"a hidden one by name":        {workbook: three, want: "Old", text: "1\n"},
		"one that is not there": {want: "Prices",
			failure: `the profile's sheet "Prices" is not in the workbook, which has "Numbers,Notes"`},
		"none": {workbook: "<sheets/>", failure: "the workbook has no sheet that is not hidden"},
	} {
		m := made{rows: `<row r="1"><c r="A1"><v>1</v></c></row>`, workbook: test.workbook}
		got, _, err := converted(m.file(t), test.want)
		if test.failure == "" && (err != nil || got != test.text) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.text)
		}
		if test.failure != "" && (err == nil || err.Error() != test.failure) {
			t.Errorf("%s: error %v, want %s", name, err, test.failure)
		}
	}
}

// A file that is not a workbook, or is a broken one, is refused in a sentence: no
// row is lost without notice.
func TestBrokenWorkbooks(t *testing.T) {
	t.Parallel()
	whole := made{rows: `<row r="1"><c r="A1"><v>1</v></c></row>`}
	sheetOf := func(xml string) []byte {
		return made{parts: map[string]string{"xl/worksheets/sheet1.xml": xml}}.file(t)
	}
	row := func(xml string) []byte { return made{rows: xml}.file(t) }
	rels := func(target string) string {
		return `<Relationships><Relationship Id="a" Type="` + relationships + `/officeDocument" Target="` + target +
			`"/></Relationships>`
	}
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"cut off": {whole.file(t)[:200], "broken ZIP archive"},
		"a ZIP archive": {zipOf(t, map[string]string{"a.csv": "number\n"}),
			"the file is a ZIP archive, not a workbook"},
		"LibreOffice": {zipOf(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
			"content.xml": "<x/>"}), "a workbook of LibreOffice (.ods)"},
		"a binary workbook": {zipOf(t, map[string]string{"_rels/.rels": rels("xl/workbook.bin")}),
			"a binary workbook (.xlsb)"},
		"a document": {zipOf(t, map[string]string{"_rels/.rels": rels("word/document.xml")}),
			"a document of an office program"},
		"XML that ends early": {sheetOf(`<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>`),
			`the sheet "Numbers" of the workbook ends in the middle`},
		"malformed XML": {sheetOf(`<worksheet><sheetData><row r="1"><c r=A1>`),
			"the part xl/worksheets/sheet1.xml of the workbook is broken"},
		"rows out of order":     {row(`<row r="2"/><row r="1"/>`), `the sheet's row "1" comes after row 2`},
		"a row beyond the last": {row(`<row r="2000000"/>`), "2000000"},
		"cells out of order": {row(`<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>`),
			`the cell "A1" out of order`},
		"too many columns": {row(`<row r="1"><c r="XFD1"><v>1</v></c></row>`), "beyond 1000 columns"},
		"a text that isn't there": {row(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`),
			"refers to a text that is not in the workbook"},
		"a formula unsaved": {row(`<row r="1"><c r="A1"><f>A2+1</f></c></row>`),
			"row 1, column 1 of the sheet is a formula without a stored value"},
		"a huge cell": {row(`<row r="1"><c r="A1" t="inlineStr"><is><t>` + strings.Repeat("x",
			2<<20) + `</t></is></c></row>`), "a piece of more than 1048576 bytes"},
		"huge texts": {made{shared: strings.Repeat("<si><t>"+strings.Repeat("x", 1<<20-100)+"</t></si>",
			50)}.file(t), "different texts"},
	} {
		_, _, err := converted(test.file, "")
		var unreadable *sheet.Unreadable
		if !errors.As(err, &unreadable) || !strings.Contains(unreadable.Reason, test.want) {
			t.Errorf("%s: error %.300v, want %q", name, err, test.want)
		}
	}
}

// A sheet is read as a stream: 90 MB of it take a few MB of memory.
func TestMemoryIsBounded(t *testing.T) {
	row := `<row><c t="inlineStr"><is><t>` + strings.Repeat("0", 30_000) + `</t></is></c></row>`
	file := made{rows: strings.Repeat(row, 3_000)}.file(t)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Convert(bytes.NewReader(file), int64(len(file)), "", io.Discard); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if held := after.Sys - before.Sys; held > 32<<20 {
		t.Errorf("a workbook of %d bytes took %d MiB more", len(file), held>>20)
	}
}
