package books

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// InvoiceHeader is an invoice in a list.
type InvoiceHeader struct {
	ID      string        `json:"id" example:"alice-inv-7"`
	Number  *string       `json:"number" example:"ACME-2026-000123" doc:"In the carrier's series, which has no gaps; null until it is issued. Invoices from before there were series have none."`
	Status  string        `json:"status" enum:"draft,open,paid,void" doc:"draft: not issued yet, further charges may be added. Money pays the oldest charge first. void: credited whole. A credit note is paid: its amount is in the balance."`
	Kind    string        `json:"kind" enum:"order,renewals,month,credit_note" doc:"One for each order and one for each day with renewals, or one for all charges of a month. A credit note corrects one of them: its amounts are 0 or less."`
	OrderID *string       `json:"order_id"`
	Period  *string       `json:"period" example:"2026-11" doc:"The month or the day of its charges; null for an order."`
	At      time.Time     `json:"at" doc:"Of the first charge."`
	Issued  *time.Time    `json:"issued_at"`
	Due     *time.Time    `json:"due_at"`
	Net     httpapi.Money `json:"net"`
	Tax     httpapi.Money `json:"tax"`
	Gross   httpapi.Money `json:"gross"`

	Rounding *httpapi.Money `json:"rounding" doc:"The part of the tax that no line has: where the carrier rounds by total, the sum of the lines' taxes is corrected. null: nothing."`
	EInvoice bool           `json:"e_invoice" doc:"Accept: application/xml has the e-invoice."`
	Credited *httpapi.Money `json:"credited" doc:"By credit notes, with tax; null: nothing."`

	Corrects *Correction `json:"corrects" doc:"Of a credit note: the invoice that it corrects; null of an invoice."`
}

// Correction names the invoice that a credit note corrects.
type Correction struct {
	Invoice string `json:"invoice" example:"alice-inv-7" doc:"Its id."`
	Number  string `json:"number" example:"ACME-2026-000123"`
	Reason  string `json:"reason"`
}

// Invoice is an invoice on the wire.
type Invoice struct {
	InvoiceHeader
	Carrier  Named         `json:"carrier"`
	Customer Named         `json:"customer"`
	Lines    []InvoiceLine `json:"lines" doc:"At most limit lines."`

	Issuer        *Party     `json:"issuer" doc:"The carrier as it was when the invoice was issued; null before."`
	BilledTo      *Party     `json:"billed_to" doc:"You as you were when the invoice was issued; null before."`
	PurchaseOrder *string    `json:"purchase_order"`
	Taxes         []TaxTotal `json:"taxes" doc:"The sums by rate and treatment. Invoices from before these were stored have none."`

	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next lines; null after the last one."`
}

// TaxTotal is the tax of an invoice's charges with one rate and treatment.
type TaxTotal struct {
	Percent   string        `json:"percent" example:"20"`
	Treatment string        `json:"treatment" enum:"taxable,reverse_charge,exempt" doc:"reverse_charge: the customer owes the tax."`
	Reason    *string       `json:"reason" doc:"Of an exemption."`
	Net       httpapi.Money `json:"net"`
	Tax       httpapi.Money `json:"tax" doc:"Of the sum, where the carrier rounds by total: it can differ from the sum of the lines."`
}

// InvoiceLine is a charge on an invoice.
type InvoiceLine struct {
	Line       int                 `json:"line" doc:"The position on the invoice, from 1. A credit note takes lines by it."`
	Credited   bool                `json:"credited" doc:"A credit note took back this line."`
	DID        *httpapi.DID        `json:"did" doc:"null of a charge for many numbers, of an order of more than 90 (GET /v1/orders/{id}/lines lists them), and of a credit note's amount."`
	Display    string              `json:"display" doc:"The number in its country's grouping, or how many numbers." example:"+44 20 7123 4567"`
	Count      int                 `json:"count" doc:"How many numbers are charged; 0 of a credit note's amount." example:"1"`
	Kind       string              `json:"kind" enum:"setup,recurring,proration,credit_note"`
	Package    *httpapi.PackageRef `json:"package"`
	PeriodFrom *time.Time          `json:"period_from" doc:"The charged period; null for a setup charge."`
	PeriodTo   *time.Time          `json:"period_to"`
	Net        httpapi.Money       `json:"net"`
	Tax        httpapi.Money       `json:"tax"`
	Gross      httpapi.Money       `json:"gross"`
}

// InvoicePath selects the invoice and its form.
type InvoicePath struct {
	Invoice string `path:"invoice" example:"alice-inv-7"`
	Limit   int    `query:"limit" minimum:"1" maximum:"1000" default:"500" doc:"The number of lines to return."`
	Cursor  string `query:"cursor" doc:"next_cursor of the previous page."`
	Accept  string `header:"Accept"`
}

func registerInvoices(r *httpapi.Routes, b Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/invoices", "list-invoices", httpapi.TagAccount,
		"List invoices", "Your invoices, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[InvoiceHeader]], error) {
			return listInvoices(ctx, b.Records, httpapi.Customer(ctx), *in)
		})

	httpapi.Register(r, httpapi.AlsoAs[Invoice](httpapi.Operation(http.MethodGet, "/v1/invoices/{invoice}", "get-invoice",
		httpapi.TagAccount,
		"Show an invoice", "One of your invoices with its lines: JSON, or a page made for printing (Accept: text/html). "+
			"Both have at most limit lines; the totals are of the whole invoice. Accept: application/pdf redirects to "+
			"the PDF that was archived when the invoice was issued, and application/xml to the e-invoice (UBL 2.1 by "+
			"EN 16931).", http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		httpapi.MediaHTML, httpapi.MediaPDF, httpapi.MediaXML),
		func(ctx context.Context, in *InvoicePath) (*httpapi.Representation, error) {
			return b.invoice(ctx, httpapi.Customer(ctx), in)
		})
}

func listInvoices(ctx context.Context, records InvoiceRecords, c ledger.Customer,
	page httpapi.Page) (*httpapi.Out[httpapi.List[InvoiceHeader]], error) {
	account, err := records.Account(ctx, c)
	if err != nil {
		return nil, err
	}
	return httpapi.AnswerPage("invoices", page, headerFor(account), func(p shop.Page) ([]ledger.Invoice, string, error) {
		return records.Invoices(ctx, c, p)
	})
}

// invoice reads the header, and a page of lines from the header's entries.
func (b Routes) invoice(ctx context.Context, c ledger.Customer, in *InvoicePath) (*httpapi.Representation, error) {
	header, err := b.Records.Invoice(ctx, c, in.Invoice)
	if err != nil {
		return nil, err
	}
	form := httpapi.Preferred(in.Accept, httpapi.MediaHTML, httpapi.MediaPDF, httpapi.MediaXML)
	switch form {
	case httpapi.MediaPDF:
		return b.document(ctx, header)
	case httpapi.MediaXML:
		return b.eInvoice(ctx, header)
	}
	return httpapi.Represented(shownInvoice(ctx, b.Records, header, form, in))
}

// documentWithin is the time for which the URL of a PDF is valid.
const documentWithin = 5 * time.Minute

// document redirects to the archived PDF.
func (b Routes) document(ctx context.Context, i ledger.Invoice) (*httpapi.Representation, error) {
	if !i.HasDocument() {
		return nil, httpapi.NewProblem(http.StatusConflict, httpapi.CodeIllegalState,
			"this invoice has no PDF: a draft gets one within minutes of its issue, and invoices from before the "+
				"carrier's series began have none")
	}
	url, err := b.Files.Get(ctx, i.DocumentKey(), i.Issued.Number+".pdf", documentWithin)
	return &httpapi.Representation{Status: http.StatusSeeOther, Location: url, Vary: "Accept"}, err
}

// eInvoice redirects to the archived e-invoice.
func (b Routes) eInvoice(ctx context.Context, i ledger.Invoice) (*httpapi.Representation, error) {
	if !i.HasXML {
		return nil, httpapi.NewProblem(http.StatusConflict, httpapi.CodeIllegalState,
			"this invoice has no e-invoice: that needs an issued invoice of at most 5,000 lines, the countries of both "+
				"parties, the carrier's tax number and, for reverse charge, the customer's")
	}
	url, err := b.Files.Get(ctx, i.XMLKey(), i.Issued.Number+".xml", documentWithin)
	return &httpapi.Representation{Status: http.StatusSeeOther, Location: url, Vary: "Accept"}, err
}

// shownInvoice returns the invoice with a page of its lines, as JSON or HTML.
func shownInvoice(ctx context.Context, records InvoiceRecords, header ledger.Invoice, form string,
	in *InvoicePath) (*httpapi.Representation, error) {
	c := header.Customer
	lines, first, next, err := invoiceLines(ctx, records, header, in)
	if err != nil {
		return nil, err
	}
	account, err := records.Account(ctx, c)
	if err != nil {
		return nil, err
	}
	of, err := records.Carrier(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	names, err := namesOfPackages(ctx, records, c.Carrier, lines)
	if err != nil {
		return nil, err
	}
	shown := wireInvoice(header, account, of)
	shown.Lines = wireLines(header, lines, first, names)
	shown.NextCursor = next
	if form == httpapi.MediaHTML {
		return printed(invoicesheet.Source{
			Invoice: header, Lines: lines, Packages: names, Carrier: of.Name, Customer: account.Name,
		}, of, shown.NextCursor)
	}
	return &httpapi.Representation{Vary: "Accept", Body: shown}, nil
}

// namesOfPackages returns the names, by id, of the packages that lines have.
func namesOfPackages(ctx context.Context, records PackageNames, carrier string,
	lines []ledger.InvoiceLine) (map[string]string, error) {
	ids := map[string]bool{}
	for _, l := range lines {
		if l.Package != "" {
			ids[l.Package] = true
		}
	}
	packages, err := records.PackagesOf(ctx, carrier, slices.Sorted(maps.Keys(ids)))
	names := map[string]string{}
	for id, p := range packages {
		names[id] = p.Name
	}
	return names, err
}

// entriesAtOnce is the number of entries in one read; each has at most 90
// lines.
const entriesAtOnce = 4

// invoiceLines reads a page of an invoice's lines; first is the position of its
// first line, from 1. Its cursor is the number of an entry among the invoice's and
// the number of a line within it, both from 0, and the page's first position.
func invoiceLines(ctx context.Context, records InvoiceRecords, of ledger.Invoice,
	in *InvoicePath) (lines []ledger.InvoiceLine, first int, next *string, err error) {
	list := "invoice " + of.ID
	entry, line, first, err := lineOf(list, in.Cursor)
	if err != nil {
		return nil, 0, nil, err
	}
	for ; entry < len(of.Entries) && len(lines) < in.Limit; entry += entriesAtOnce {
		seqs := of.Entries[entry:min(entry+entriesAtOnce, len(of.Entries))]
		entries, err := records.EntriesAt(ctx, of.Customer, seqs)
		if err != nil {
			return nil, 0, nil, err
		}
		for i, e := range entries {
			read, err := ledger.Lines([]ledger.Entry{e})
			if err != nil {
				return nil, 0, nil, err
			}
			read = read[min(line, len(read)):]
			room := in.Limit - len(lines)
			if len(read) > room {
				next = httpapi.EncodeCursor(list, fmt.Sprintf("%d/%d/%d", entry+i, line+room, first+in.Limit))
				return append(lines, read[:room]...), first, next, nil
			}
			lines, line = append(lines, read...), 0
		}
	}
	if entry < len(of.Entries) {
		next = httpapi.EncodeCursor(list, fmt.Sprintf("%d/0/%d", entry, first+len(lines)))
	}
	return lines, first, next, nil
}

// lineOf reads a cursor of invoiceLines.
func lineOf(list, cursor string) (entry, line, first int, err error) {
	place, err := httpapi.DecodeCursor(list, cursor)
	if err != nil || place == "" {
		return 0, 0, 1, err
	}
	parts := strings.Split(place, "/")
	if len(parts) != 3 {
		return 0, 0, 0, httpapi.BadCursor()
	}
	var numbers [3]int
	for i, part := range parts {
		if numbers[i], err = strconv.Atoi(part); err != nil || numbers[i] < 0 {
			return 0, 0, 0, httpapi.BadCursor()
		}
	}
	return numbers[0], numbers[1], numbers[2], nil
}

func printed(s invoicesheet.Source, of carrier.Carrier, next *string) (*httpapi.Representation, error) {
	var err error
	if s.Loc, err = of.Location(); err != nil {
		return nil, err
	}
	page, err := invoicePage(invoicesheet.Of(s), next)
	return &httpapi.Representation{ContentType: httpapi.MediaHTML + "; charset=utf-8", Policy: invoicePolicy,
		Vary: "Accept", Body: page}, err
}

// headerFor returns the header of an invoice of the account on the wire.
func headerFor(account ledger.Account) func(ledger.Invoice) InvoiceHeader {
	return func(i ledger.Invoice) InvoiceHeader {
		status, err := account.StatusOf(i)
		if err != nil { // an account has one currency; a wrong state must not be shown
			panic(err)
		}
		header := InvoiceHeader{
			ID: i.ID, Number: httpapi.Optional(i.Issued.Number), Status: string(status), Kind: kindOf(i),
			OrderID: httpapi.Optional(i.OrderID), Period: httpapi.Optional(i.Period), At: i.At.UTC(),
			Issued: httpapi.OptionalTime(i.Issued.At), Due: httpapi.OptionalTime(i.Issued.DueAt),
			Net: httpapi.WireMoney(i.Net), Tax: httpapi.WireMoney(i.Tax), Gross: httpapi.WireMoney(i.Gross),
			Credited: httpapi.OptionalMoney(i.Credited), Rounding: httpapi.OptionalMoney(i.Rounding), EInvoice: i.HasXML,
		}
		if i.IsCreditNote() {
			header.Corrects = &Correction{i.Corrects.Invoice, i.Corrects.Number, i.Corrects.Reason}
		}
		return header
	}
}

func kindOf(i ledger.Invoice) string {
	switch {
	case i.IsCreditNote():
		return "credit_note"
	case i.OrderID != "":
		return "order"
	case len(i.Period) == len("2026-01"):
		return "month"
	default:
		return "renewals"
	}
}

// wireInvoice returns the invoice without its lines.
func wireInvoice(i ledger.Invoice, account ledger.Account, of carrier.Carrier) Invoice {
	shown := Invoice{
		InvoiceHeader: headerFor(account)(i), Carrier: Named{of.ID, of.Name}, Customer: Named{account.Customer.ID,
			account.Name},
		Taxes: httpapi.Each(i.Taxes, wireTaxTotal),
	}
	if said := i.Issued; said.Number != "" || i.IsCreditNote() {
		from, to := WireParty(said.From), WireParty(said.To)
		shown.Issuer, shown.BilledTo, shown.PurchaseOrder = &from, &to, httpapi.Optional(said.PurchaseOrder)
		shown.Carrier.Name, shown.Customer.Name = said.FromName, said.ToName
	}
	return shown
}

func wireTaxTotal(t ledger.TaxTotal) TaxTotal {
	return TaxTotal{
		Percent: t.Rate.String(), Treatment: string(t.Treatment), Reason: httpapi.Optional(t.Reason),
		Net: httpapi.WireMoney(t.Net), Tax: httpapi.WireMoney(t.Tax),
	}
}

func wireInvoiceLine(l ledger.InvoiceLine, packages map[string]string) InvoiceLine {
	line := InvoiceLine{
		DID: &httpapi.DID{Number: l.Number}, Display: e164.Display(l.Number), Count: 1, Kind: string(l.Kind),
		PeriodFrom: httpapi.OptionalTime(l.From), PeriodTo: httpapi.OptionalTime(l.To),
		Net: httpapi.WireMoney(l.Net), Tax: httpapi.WireMoney(l.Tax), Gross: httpapi.WireMoney(l.Gross),
	}
	if l.Number == 0 {
		line.DID, line.Display, line.Count = nil, fmt.Sprintf("%d numbers", l.Count), l.Count
	}
	if l.Kind == ledger.CreditNote {
		line.Display = "An amount"
	}
	if l.Package != "" {
		line.Package = &httpapi.PackageRef{ID: l.Package, Name: packages[l.Package]}
		if line.Package.Name == "" {
			line.Package.Name = l.Package
		}
	}
	return line
}
