package books

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"time"

	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/html"
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

// invoicePage returns an invoice for printing, with days in a time zone. It
// does not use html/template: that calls methods by name, so the linker keeps
// every method of every client in the binary, whose size would nearly double.
func invoicePage(i Invoice, loc *time.Location) ([]byte, error) {
	title := "Invoice " + i.ID
	var page bytes.Buffer
	err := html.Doctype(html.HTML(html.Lang("en"),
		html.Head(
			html.Meta(html.Charset("utf-8")),
			html.Meta(html.Name("viewport"), html.Content("width=device-width, initial-scale=1")),
			html.TitleEl(g.Text(title)),
			html.StyleEl(g.Raw(invoiceCSS)),
		),
		html.Body(
			html.Header(html.H1(g.Text(title)), invoiceTerms(i, loc)),
			continued(i),
			html.Table(html.THead(invoiceHeads(i)),
				html.TBody(g.Map(i.Lines, func(l InvoiceLine) g.Node { return invoiceRow(l, loc) })), html.TFoot(invoiceTotals(i))),
		),
	)).Render(&page)
	return page.Bytes(), err
}

func invoiceTerms(i Invoice, loc *time.Location) g.Node {
	why := "Renewals"
	if i.OrderID != nil {
		why = "Order " + *i.OrderID
	}
	return html.Dl(
		html.Dt(g.Text("From")), html.Dd(g.Text(i.Carrier.Name)),
		html.Dt(g.Text("To")), html.Dd(g.Textf("%s (%s)", i.Customer.Name, i.Customer.ID)),
		html.Dt(g.Text("Date")), html.Dd(g.Text(day(i.At, loc))),
		html.Dt(g.Text("For")), html.Dd(g.Text(why)),
	)
}

// continued states that the page lacks lines, so that nobody takes it for the
// whole invoice.
func continued(i Invoice) g.Node {
	if i.NextCursor == nil {
		return nil
	}
	return html.P(g.Textf("These are %d of the invoice's lines. More follow on the next page: cursor %s. The totals are "+
		"of the whole invoice.", len(i.Lines), *i.NextCursor))
}

func day(t time.Time, loc *time.Location) string { return t.In(loc).Format(time.DateOnly) }

func invoiceHeads(i Invoice) g.Node {
	heads := []string{"Number", "Package", "For", "Period", "Net", "Tax", "Gross " + i.Gross.Currency}
	return html.Tr(g.Map(heads, func(head string) g.Node { return html.Th(g.Attr("scope", "col"), g.Text(head)) }))
}

func invoiceRow(l InvoiceLine, loc *time.Location) g.Node {
	var bought, period string
	if l.Package != nil {
		bought = l.Package.Name
	}
	if l.PeriodFrom != nil {
		period = day(*l.PeriodFrom, loc) + " – " + day(*l.PeriodTo, loc)
	}
	return html.Tr(html.Th(g.Attr("scope", "row"), g.Text(l.Display)),
		cells(bought, l.Kind, period, l.Net.Amount, l.Tax.Amount, l.Gross.Amount))
}

func invoiceTotals(i Invoice) g.Node {
	return html.Tr(html.Th(g.Attr("scope", "row"), html.ColSpan("4"), g.Text("Total")),
		cells(i.Net.Amount, i.Tax.Amount, i.Gross.Amount))
}

func cells(texts ...string) g.Node {
	return g.Map(texts, func(text string) g.Node { return html.Td(g.Text(text)) })
}
