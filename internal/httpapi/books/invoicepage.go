package books

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"strconv"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/html"

	"didpurchase/internal/invoicesheet"
)

//go:embed invoice.css
var invoiceCSS string

// invoicePolicy allows the page its own style and nothing else.
var invoicePolicy = "default-src 'none'; style-src 'sha256-" + digest(invoiceCSS) + "'; base-uri 'none'; form-action " +
	"'none'; frame-ancestors 'self'"

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// invoicePage returns an invoice for printing; next is the cursor of lines that it
// lacks. It does not use html/template: that calls methods by name, so the linker
// keeps every method of every client in the binary, whose size would nearly
// double.
func invoicePage(s invoicesheet.Sheet, next *string) ([]byte, error) {
	var page bytes.Buffer
	err := html.Doctype(html.HTML(html.Lang(s.Locale),
		html.Head(
			html.Meta(html.Charset("utf-8")),
			html.Meta(html.Name("viewport"), html.Content("width=device-width, initial-scale=1")),
			html.TitleEl(g.Text(s.Title)),
			html.StyleEl(g.Raw(invoiceCSS)),
		),
		html.Body(
			html.Header(html.H1(g.Text(s.Title)), parties(s), facts(s)),
			continued(s, next),
			table("lines", s.Heads, s.Rows, s.Sums),
			taxes(s),
			g.Map(s.Notes, func(note string) g.Node { return html.P(g.Text(note)) }),
		),
	)).Render(&page)
	return page.Bytes(), err
}

func parties(s invoicesheet.Sheet) g.Node {
	return html.Div(html.Class("parties"), g.Map([]invoicesheet.Block{s.From, s.To}, func(b invoicesheet.Block) g.Node {
		return html.Section(html.H2(g.Text(b.Head)), g.Map(b.Lines, func(line string) g.Node { return html.P(g.Text(line)) }))
	}))
}

func facts(s invoicesheet.Sheet) g.Node {
	return html.Dl(g.Map(s.Facts, func(f invoicesheet.Fact) g.Node {
		return g.Group{html.Dt(g.Text(f.Name)), html.Dd(g.Text(f.Value))}
	}))
}

// continued states that the page lacks lines, so that it is not mistaken for the
// whole invoice.
func continued(s invoicesheet.Sheet, next *string) g.Node {
	if next == nil {
		return nil
	}
	return html.P(g.Textf("These are %d of the invoice's lines. More follow on the next page: cursor %s. The totals are "+
		"of the whole invoice.", len(s.Rows), *next))
}

// taxes returns the table of the sums by rate; earlier invoices have none.
func taxes(s invoicesheet.Sheet) g.Node {
	if len(s.Taxes) == 0 {
		return nil
	}
	return table("taxes", s.TaxHeads, s.Taxes, nil)
}

// table has a header in each row, and sums with a label that spans all columns
// without amounts.
func table(class string, heads []string, rows, sums [][]string) g.Node {
	span := len(heads) - 3
	return html.Table(html.Class(class),
		html.THead(html.Tr(g.Map(heads, func(head string) g.Node { return html.Th(g.Attr("scope", "col"), g.Text(head)) }))),
		html.TBody(g.Map(rows, func(row []string) g.Node { return tableRow(row, 1) })),
		html.TFoot(g.Map(sums, func(row []string) g.Node { return tableRow(row, span) })))
}

func tableRow(texts []string, span int) g.Node {
	return html.Tr(html.Th(g.Attr("scope", "row"), html.ColSpan(strconv.Itoa(span)), g.Text(texts[0])),
		g.Map(texts[1:], func(text string) g.Node { return html.Td(g.Text(text)) }))
}
