package lambdas_test

import (
	"testing"

	"didpurchase/internal/httpapi/staff"
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
	w.as("alice", "PATCH", "/v1/account/billing", `{"legal_name":"Alice Ltd","tax_id":"GB1","address":{"city":"London","country":"GB"},
		"email":"books@example.com","notices":{"invoice":false}}`).read(t, &details)
	w.as("acme-billing", "PATCH", "/v1/customers/alice/billing", `{"tax_id":null,"address":{"street":"1 High Street"},"locale":"de"}`).read(t, &details)
	wanttest.Equal(t, "legal name", *details.LegalName, "Alice Ltd")
	wanttest.True(t, "null removes the tax number", details.TaxID == nil)
	wanttest.Equal(t, "city, which the second patch does not have", *details.Address.City, "London")
	wanttest.Equal(t, "street", *details.Address.Street, "1 High Street")
	wanttest.True(t, "a notice that was switched off is not sent", !*details.Notices.Invoice)
	var same staff.BillingDetails
	w.as("alice", "GET", "/v1/account/billing", "").read(t, &same)
	wanttest.Diff(t, "details as the customer reads them", same, details)
	refused(t, "a country that is no code", w.as("alice", "PATCH", "/v1/account/billing", `{"address":{"country":"UK!"}}`), 422,
		"invalid_request", `"pointer":"/address/country"`)
	refused(t, "a kind of notice that does not exist", w.as("alice", "PATCH", "/v1/account/billing", `{"notices":{"poems":true}}`), 422,
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
	w.as("ada", "PATCH", "/v1/settings", `{"issuer":{"legal_name":"Acme Telecom plc","tax_id":"GB9","payment_days":14,"colour":"#1a4b8c"}}`).read(t, &settings)
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
