package xlsxexport

import (
	"fmt"
	"strings"
)

const (
	mainSpace     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	officeSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relationSpace = "http://schemas.openxmlformats.org/package/2006/relationships"
	typeSpace     = "http://schemas.openxmlformats.org/package/2006/content-types"
	workbookType  = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
	sheetType     = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
	stylesType    = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
)

// stylesXML has the three formats of cells: as they are, a day, a time.
const stylesXML = `<styleSheet xmlns="` + mainSpace +
	`"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>` +
	`<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
	`<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

type part struct{ name, text string }

// parts returns the parts of the workbook besides its sheets.
func (w *Writer) parts() []part {
	var types, list, relations strings.Builder
	for n := 1; n <= w.sheets; n++ {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%s"/>`, n, sheetType)
		fmt.Fprintf(&list, `<sheet name="Report %d" sheetId="%d" r:id="rId%d"/>`, n, n, n)
		fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n,
			officeSpace, n)
	}
	fmt.Fprintf(&relations, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, w.sheets+1, officeSpace)
	return []part{
		{"[Content_Types].xml", `<Types xmlns="` + typeSpace + `"><Default Extension="rels" ` +
			`ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + workbookType + `"/>` +
			`<Override PartName="/xl/styles.xml" ContentType="` + stylesType + `"/>` + types.String() + `</Types>`},
		{"_rels/.rels", `<Relationships xmlns="` + relationSpace + `"><Relationship Id="rId1" Type="` + officeSpace +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="` + mainSpace + `" xmlns:r="` + officeSpace + `"><sheets>` + list.String() +
			`</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + relationSpace + `">` + relations.String() +
			`</Relationships>`},
		{"xl/styles.xml", stylesXML},
	}
}
