package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/carrier"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// InvoiceHeader is an invoice in a list.
type InvoiceHeader struct {
	ID      string    `json:"id" example:"alice-7"`
	Kind    string    `json:"kind" enum:"order,renewals" doc:"One for each order, and one for each day of renewals."`
	OrderID *string   `json:"order_id"`
	At      time.Time `json:"at"`
	Net     Money     `json:"net"`
	Tax     Money     `json:"tax"`
	Gross   Money     `json:"gross"`
}

// Invoice is an invoice on the wire.
type Invoice struct {
	InvoiceHeader
	Carrier  Named         `json:"carrier"`
	Customer Named         `json:"customer"`
	Lines    []InvoiceLine `json:"lines"`
}

// InvoiceLine is a charge on an invoice.
type InvoiceLine struct {
	DID        DID         `json:"did"`
	Display    string      `json:"display" example:"+44 20 7123 4567"`
	Kind       string      `json:"kind" enum:"setup,recurring,proration"`
	Package    *PackageRef `json:"package"`
	PeriodFrom *time.Time  `json:"period_from" doc:"The period that is paid; null for a setup."`
	PeriodTo   *time.Time  `json:"period_to"`
	Net        Money       `json:"net"`
	Tax        Money       `json:"tax"`
	Gross      Money       `json:"gross"`
}

// TransformSchema is huma's question for corrections.
func (InvoiceLine) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "package")
}

// InvoicePath is which invoice, and in which form.
type InvoicePath struct {
	Invoice string `path:"invoice" example:"alice-7"`
	Accept  string `header:"Accept"`
}

func registerInvoices(r *routes, records InvoiceRecords) {
	register(r, operation(http.MethodGet, "/v1/invoices", "list-invoices", tagAccount,
		"List invoices", "Your invoices, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[InvoiceHeader]], error) {
			return listInvoices(ctx, records, customer(ctx), *in)
		})

	register(r, alsoAs[Invoice](operation(http.MethodGet, "/v1/invoices/{invoice}", "get-invoice", tagAccount,
		"Show an invoice", "One of your invoices with its lines: JSON, or a page made for printing (Accept: text/html).", http.StatusNotFound), mediaHTML),
		func(ctx context.Context, in *InvoicePath) (*document, error) {
			return invoice(ctx, records, customer(ctx), in)
		})
}

func listInvoices(ctx context.Context, records InvoiceRecords, c ledger.Customer, page Page) (*out[List[InvoiceHeader]], error) {
	return list("invoices", page, wireInvoiceHeader, func(p shop.Page) ([]ledger.Invoice, string, error) {
		return records.Invoices(ctx, c, p)
	})
}

// invoice reads the header, and the lines out of the entries that it names.
func invoice(ctx context.Context, records InvoiceRecords, c ledger.Customer, in *InvoicePath) (*document, error) {
	header, err := records.Invoice(ctx, c, in.Invoice)
	if err != nil {
		return nil, err
	}
	entries, err := records.EntriesAt(ctx, c, header.Entries)
	if err != nil {
		return nil, err
	}
	lines, err := ledger.Lines(entries)
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
	packages, err := records.Packages(ctx, c.Carrier)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for id, p := range packages {
		names[id] = p.Name
	}
	shown := Invoice{
		InvoiceHeader: wireInvoiceHeader(header), Carrier: Named{of.ID, of.Name}, Customer: Named{c.ID, account.Name},
		Lines: each(lines, func(l ledger.InvoiceLine) InvoiceLine { return wireInvoiceLine(l, names) }),
	}
	if prefers(in.Accept, mediaHTML) {
		return printed(shown, of)
	}
	return &document{Vary: "Accept", Body: shown}, nil
}

func printed(i Invoice, of carrier.Carrier) (*document, error) {
	loc, err := of.Location()
	if err != nil {
		return nil, err
	}
	page, err := invoicePage(i, loc)
	return &document{ContentType: mediaHTML + "; charset=utf-8", Policy: invoicePolicy, Vary: "Accept", Body: page}, err
}

func wireInvoiceHeader(i ledger.Invoice) InvoiceHeader {
	kind := "renewals"
	if i.OrderID != "" {
		kind = "order"
	}
	return InvoiceHeader{
		ID: i.ID, Kind: kind, OrderID: optional(i.OrderID), At: i.At.UTC(),
		Net: wireMoney(i.Net), Tax: wireMoney(i.Tax), Gross: wireMoney(i.Gross),
	}
}

func wireInvoiceLine(l ledger.InvoiceLine, packages map[string]string) InvoiceLine {
	line := InvoiceLine{
		DID: DID{l.Number}, Display: e164.Display(l.Number), Kind: string(l.Kind),
		PeriodFrom: optionalTime(l.From), PeriodTo: optionalTime(l.To),
		Net: wireMoney(l.Net), Tax: wireMoney(l.Tax), Gross: wireMoney(l.Gross),
	}
	if l.Package != "" {
		line.Package = &PackageRef{ID: l.Package, Name: packages[l.Package]}
		if line.Package.Name == "" {
			line.Package.Name = l.Package
		}
	}
	return line
}
