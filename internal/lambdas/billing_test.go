package lambdas_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/invoicesheet"
	"didpurchase/internal/invoicing"
	"didpurchase/internal/ledger"
	"didpurchase/internal/wanttest"
)

// A customer and the carrier's staff see and change the same billing details; a
// member that was not sent stays, null removes one, and the audit has both.
func TestBillingDetails(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	var details staff.BillingDetails
	w.as("alice", "GET", "/v1/account/billing", "").read(t, &details)
	wanttest.Equal(t, "locale before a choice", details.Locale, "en")
	wanttest.True(t, "notices are sent until they are switched off", *details.Notices.Suspended)
	w.as("alice", "PATCH", "/v1/account/billing",
		`{"legal_name":"Alice Ltd","tax_id":"GB1","address":{"city":"London","country":"GB"},
		"email":"books@example.com","notices":{"invoice":false}}`).read(t, &details)
	w.as("acme-billing", "PATCH", "/v1/customers/alice/billing",
		`{"tax_id":null,"address":{"street":"1 High Street"},"locale":"de"}`).read(t, &details)
	wanttest.Equal(t, "legal name", *details.LegalName, "Alice Ltd")
	wanttest.True(t, "null removes the tax number", details.TaxID == nil)
	wanttest.Equal(t, "city, which the second patch does not have", *details.Address.City, "London")
	wanttest.Equal(t, "street", *details.Address.Street, "1 High Street")
	wanttest.True(t, "a notice that was switched off is not sent", !*details.Notices.Invoice)
	var same staff.BillingDetails
	w.as("alice", "GET", "/v1/account/billing", "").read(t, &same)
	wanttest.Diff(t, "details as the customer reads them", same, details)
	refused(t, "a country that is no code", w.as("alice", "PATCH", "/v1/account/billing", `{"address":{"country":"UK!"}}`),
		422,
		"invalid_request", `"pointer":"/address/country"`)
	refused(t, "a kind of notice that does not exist",
		w.as("alice", "PATCH", "/v1/account/billing", `{"notices":{"poems":true}}`), 422,
		"invalid_request")
	refused(t, "a customer that does not exist", w.as("ada", "GET", "/v1/customers/zoe/billing", ""), 404, "not_found")
	acts := w.as("ada", "GET", "/v1/audit?action=billing.changed&customer=alice", "")
	wanttest.Contains(t, "audit", acts.Body, `"legal_name":"Alice Ltd"`)
	wanttest.Contains(t, "audit", acts.Body, `"locale":"de"`)
}

// The issuer is a part of the carrier's settings.
func TestIssuer(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	var settings staff.Settings
	w.as("ada", "PATCH", "/v1/settings", `{"issuer":{"legal_name":"Acme Telecom `+
		`plc","tax_id":"GB9","payment_days":14,"colour":"#1a4b8c"}}`).read(t, &settings)
	wanttest.Equal(t, "legal name", *settings.Issuer.LegalName, "Acme Telecom plc")
	wanttest.Equal(t, "prefix before a choice", settings.Issuer.InvoicePrefix, "INV")
	wanttest.Equal(t, "payment days", settings.Issuer.PaymentDays, 14)
	w.as("ada", "PATCH", "/v1/settings", `{"aging_days":31}`).read(t, &settings)
	wanttest.Equal(t, "colour after another patch", *settings.Issuer.Colour, "#1a4b8c")
	refused(t, "a colour that is too light", w.as("ada", "PATCH", "/v1/settings", `{"issuer":{"colour":"#ffff00"}}`), 422,
		"invalid_request", `"pointer":"/issuer/colour"`)
	refused(t, "a prefix with blanks", w.as("ada", "PATCH", "/v1/settings", `{"issuer":{"invoice_prefix":"A B"}}`), 422,
		"invalid_request", `"pointer":"/issuer/invoice_prefix"`)
}

// nowhere is an archive that stores nothing.
type nowhere struct{}

func (nowhere) Keep(context.Context, ledger.Invoice, invoicesheet.Sheet) error { return nil }

func (nowhere) KeepXML(context.Context, ledger.Invoice, []byte) error { return nil }

// issue issues alice's invoice with this number in the account.
func (w *carriers) issue(number int) {
	w.t.Helper()
	w.clock = w.clock.Add(time.Minute)
	alice := ledger.Customer{Carrier: "acme", ID: "alice"}
	w.must(invoicing.New(w.store, nowhere{}, w.env.Now).Issue(w.t.Context(), "acme",
		[]ledger.InvoiceRef{{Customer: alice, Number: number}}))
}

// An order's invoice is a draft at first. Once it is issued it has a number, the
// parties of that moment, and a PDF, which only its customer and staff get.
func TestIssuedInvoice(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", 442071230000, 442071230009)
	w.as("alice", "PATCH", "/v1/account/billing", `{"legal_name":"Alice Ltd","locale":"de"}`)
	w.buy("k", "3.00", 442071230000)
	const path = "/v1/invoices/alice-inv-1"
	var shown books.Invoice
	w.as("alice", "GET", path, "").read(t, &shown)
	wanttest.Equal(t, "status before the issue", shown.Status, "draft")
	refused(t, "the PDF of a draft", w.as("alice", "GET", path, "", "accept", "application/pdf"), 409, "illegal_state")
	w.issue(1)
	w.as("alice", "GET", path, "").read(t, &shown)
	wanttest.Equal(t, "status", shown.Status, "paid")
	wanttest.Equal(t, "number", *shown.Number, "INV-2026-000001")
	wanttest.Equal(t, "legal name of the customer", *shown.BilledTo.LegalName, "Alice Ltd")
	wanttest.Contains(t, "page", w.as("alice", "GET", path, "", "accept", "text/html").Body, "Rechnung INV-2026-000001")
	for person, target := range map[string]string{"alice": path, "ada": "/v1/customers/alice/invoices/alice-inv-1"} {
		pdf := w.as(person, "GET", target, "", "accept", "application/pdf")
		wanttest.Equal(t, "status of the PDF asked by "+person, pdf.Status, 303)
		wanttest.True(t, "the URL is of alice's PDF, asked by "+person,
			strings.Contains(pdf.Headers["Location"], "/files/invoices/acme/alice/alice-inv-1.pdf?"))
	}
	refused(t, "the e-invoice of parties without a country", w.as("alice", "GET", path, "", "accept", "application/xml"),
		409, "illegal_state")
	for person, target := range map[string]string{"bob": path, "grace": "/v1/customers/alice/invoices/alice-inv-1"} {
		refused(t, "the PDF asked by "+person, w.as(person, "GET", target, "", "accept", "application/pdf"), 404, "not_found")
	}
}
