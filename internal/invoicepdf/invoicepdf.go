// Package invoicepdf prints the sheet of an invoice as a PDF of A4 pages, with
// selectable text in an embedded typeface. The same sheet always gives the same
// bytes. It knows no invoices.
//
// The typeface has the Latin, Greek and Cyrillic scripts; a character of another
// script is printed as a question mark. The library writes no tags, so the HTML
// page of the invoice is better for screen readers.
package invoicepdf

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"didpurchase/internal/invoicesheet"
)

// Sizes of a page, in millimetres.
const (
	margin = 15.0
	width  = 210 - 2*margin
	bottom = 297 - 20.0 // the footer is below
	line   = 4.2        // height of a line of small text
)

const typeface = "Go"

// Sizes of text, in points.
const (
	small  = 8.0
	normal = 9.5
	large  = 17.0
)

// columns are the widths of the table of charges, taxColumns of the table of
// taxes.
var (
	columns    = []float64{31, 28, 22, 43, 18, 17, 21}
	taxColumns = []float64{30, 30, 30}
)

// amounts is the number of columns, from the right, that have amounts.
const amounts = 3

// Print returns the PDF of a sheet, with its time of creation at.
func Print(s invoicesheet.Sheet, at time.Time) ([]byte, error) {
	p := newPrinter(s, at)
	p.head()
	p.charges()
	p.taxes()
	for _, note := range s.Notes {
		p.need(2 * line)
		p.MultiCell(width, line, printable(note), "", "L", false)
	}
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		return nil, fmt.Errorf("invoicepdf: %w", err)
	}
	return out.Bytes(), nil
}

// printer is a document and the sheet that it prints.
type printer struct {
	*fpdf.Fpdf
	sheet invoicesheet.Sheet
}

func newPrinter(s invoicesheet.Sheet, at time.Time) printer {
	p := printer{fpdf.New("P", "mm", "A4", ""), s}
	p.SetCatalogSort(true) // the same sheet gives the same bytes
	p.SetCreationDate(at.UTC())
	p.SetModificationDate(at.UTC())
	p.SetTitle(s.Title, true)
	p.SetLang(s.Locale)
	p.AddUTF8FontFromBytes(typeface, "", goregular.TTF)
	p.AddUTF8FontFromBytes(typeface, "B", gobold.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(false, 0)
	p.AliasNbPages("")
	p.SetFooterFunc(func() {
		p.SetFont(typeface, "", small)
		p.SetXY(margin, 297-12)
		p.CellFormat(width, line, printable(s.Title)+"   "+strconv.Itoa(p.PageNo())+" / {nb}", "", 0, "R", false, 0, "")
	})
	p.AddPage()
	return p
}

// head prints the title, the parties and the facts.
func (p printer) head() {
	p.colour()
	p.SetFont(typeface, "B", large)
	p.MultiCell(width, 9, printable(p.sheet.Title), "", "L", false)
	p.SetTextColor(0, 0, 0)
	top := p.GetY() + 4
	end := max(p.block(p.sheet.From, margin, top), p.block(p.sheet.To, margin+width/2, top))
	p.SetXY(margin, end+4)
	for _, f := range p.sheet.Facts {
		p.SetFont(typeface, "", small)
		p.CellFormat(40, 5, printable(f.Name), "", 0, "L", false, 0, "")
		p.SetFont(typeface, "", normal)
		p.MultiCell(width-40, 5, printable(f.Value), "", "L", false)
	}
	p.SetY(p.GetY() + 5)
}

// colour sets the colour of headings; the sheet's is #rrggbb.
func (p printer) colour() {
	if rgb, err := strconv.ParseUint(strings.TrimPrefix(p.sheet.Colour, "#"), 16, 32); err == nil {
		p.SetTextColor(int(rgb>>16&0xff), int(rgb>>8&0xff), int(rgb&0xff))
	}
}

// block prints a party and returns the end of it.
func (p printer) block(b invoicesheet.Block, x, y float64) float64 {
	p.SetXY(x, y)
	p.SetFont(typeface, "", small)
	p.CellFormat(width/2, 5, printable(b.Head), "", 2, "L", false, 0, "")
	p.SetFont(typeface, "", normal)
	for _, text := range b.Lines {
		p.SetX(x)
		p.MultiCell(width/2-5, 5, printable(text), "", "L", false)
	}
	return p.GetY()
}

// charges prints the table of charges with its sums.
func (p printer) charges() {
	heads := func() { p.row(p.sheet.Heads, columns, "B", "B") }
	heads()
	for _, row := range p.sheet.Rows {
		if p.need(p.heightOf(row, columns)) {
			heads()
		}
		p.row(row, columns, "", "")
	}
	label := 0.0
	for _, w := range columns[:len(columns)-amounts] {
		label += w
	}
	widths := append([]float64{label}, columns[len(columns)-amounts:]...)
	for _, sum := range p.sheet.Sums {
		p.need(p.heightOf(sum, widths))
		p.row(sum, widths, "B", "T")
	}
	p.SetY(p.GetY() + 5)
}

// taxes prints the sums of each rate.
func (p printer) taxes() {
	if len(p.sheet.Taxes) == 0 {
		return
	}
	p.need(float64(len(p.sheet.Taxes)+2) * line * 1.5)
	p.row(p.sheet.TaxHeads, taxColumns, "B", "B")
	for _, row := range p.sheet.Taxes {
		p.row(row, taxColumns, "", "")
	}
	p.SetY(p.GetY() + 4)
}

// need begins a page if there is not enough room on this one, and reports whether
// it did.
func (p printer) need(height float64) bool {
	if p.GetY()+height <= bottom {
		return false
	}
	p.AddPage()
	return true
}

// row prints the texts of a row, each in as many lines as necessary.
func (p printer) row(texts []string, widths []float64, style, border string) {
	height, x, y := p.heightOf(texts, widths), margin, p.GetY()
	p.SetFont(typeface, style, small)
	for i, text := range texts {
		align := "L"
		if i > 0 && i >= len(texts)-amounts {
			align = "R"
		}
		for n, part := range p.SplitText(printable(text), widths[i]-2) {
			p.SetXY(x, y+float64(n)*line)
			p.CellFormat(widths[i], line, part, "", 0, align, false, 0, "")
		}
		x += widths[i]
	}
	switch border {
	case "B":
		p.Line(margin, y+height, x, y+height)
	case "T":
		p.Line(margin, y, x, y)
	}
	p.SetXY(margin, y+height+0.8)
}

// heightOf returns the height of a row.
func (p printer) heightOf(texts []string, widths []float64) float64 {
	p.SetFont(typeface, "B", small) // the wider one
	most := 1
	for i, text := range texts {
		most = max(most, len(p.SplitText(printable(text), widths[i]-2)))
	}
	return float64(most) * line
}

// letters is the typeface, for checking whether it has a character.
var letters = sync.OnceValues(func() (*sfnt.Font, error) { return sfnt.Parse(goregular.TTF) })

// printable replaces characters that the typeface does not have.
func printable(text string) string {
	font, err := letters()
	if err != nil { // it is a part of the program
		panic(err)
	}
	var buffer sfnt.Buffer
	return strings.Map(func(r rune) rune {
		if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
			return '?'
		}
		return r
	}, text)
}
