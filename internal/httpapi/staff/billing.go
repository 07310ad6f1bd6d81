package staff

import (
	"context"
	"net/http"

	"didpurchase/internal/carrier"
	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/ledger"
	"didpurchase/internal/party"
)

// BillingService has the billing details of customers; *desk.Service implements
// it, and documents the errors.
type BillingService interface {
	Billing(ctx context.Context, c ledger.Customer) (party.Billing, error)
	ChangeBilling(ctx context.Context, c ledger.Customer, p desk.BillingPatch) (party.Billing, error)
}

// BillingDetails are the customer's details for invoices and mails, on the
// wire.
type BillingDetails struct {
	books.Party
	Email         *string `json:"email" doc:"For invoices and notices; null: none are sent."`
	PurchaseOrder *string `json:"purchase_order" doc:"Printed on each invoice."`
	Locale        string  `json:"locale" enum:"en,de,fr,es" doc:"The language of invoices and notices."`
	Notices       Notices `json:"notices" doc:"The kinds of mail that are sent."`
}

// Notices has the kinds of mail to a customer: true if the kind is sent.
type Notices struct {
	BalanceShort    *bool `json:"balance_short,omitempty" doc:"A charge left less than it took; once until the next payment."`
	PaymentReceived *bool `json:"payment_received,omitempty"`
	OrderReceipt    *bool `json:"order_receipt,omitempty"`
	PastDue         *bool `json:"past_due,omitempty"`
	Suspended       *bool `json:"suspended,omitempty"`
	Cancelled       *bool `json:"cancelled,omitempty"`
	Invoice         *bool `json:"invoice,omitempty"`
	CreditNote      *bool `json:"credit_note,omitempty"`
	OrderWaits      *bool `json:"order_waits,omitempty" doc:"An order waits for an approval; to the customer's owners."`
}

// members returns the place of each kind.
func (n *Notices) members() map[party.Notice]**bool {
	return map[party.Notice]**bool{
		"balance_short": &n.BalanceShort, "payment_received": &n.PaymentReceived, "order_receipt": &n.OrderReceipt,
		"past_due": &n.PastDue, "suspended": &n.Suspended, "cancelled": &n.Cancelled,
		"invoice": &n.Invoice, "credit_note": &n.CreditNote, "order_waits": &n.OrderWaits,
	}
}

// AddressPatch has the changes of an address.
type AddressPatch struct {
	Street     httpapi.Patch[string] `json:"street,omitempty"`
	PostalCode httpapi.Patch[string] `json:"postal_code,omitempty"`
	City       httpapi.Patch[string] `json:"city,omitempty"`
	Region     httpapi.Patch[string] `json:"region,omitempty"`
	Country    httpapi.Patch[string] `json:"country,omitempty" doc:"ISO 3166-1 alpha-2."`
}

// PartyPatch has the changes of a party of invoices.
type PartyPatch struct {
	LegalName httpapi.Patch[string] `json:"legal_name,omitempty"`
	Address   AddressPatch          `json:"address,omitempty"`
	TaxID     httpapi.Patch[string] `json:"tax_id,omitempty"`
}

// BillingPatch has the changes of billing details.
type BillingPatch struct {
	PartyPatch
	Email         httpapi.Patch[string] `json:"email,omitempty" doc:"For invoices and notices; null: none are sent."`
	PurchaseOrder httpapi.Patch[string] `json:"purchase_order,omitempty" doc:"Printed on each invoice."`
	Locale        *string               `json:"locale,omitempty" enum:"en,de,fr,es"`
	Notices       Notices               `json:"notices,omitempty"`
}

// Issuer is the carrier's part of its invoices, on the wire.
type Issuer struct {
	books.Party
	InvoicePrefix string  `json:"invoice_prefix" example:"ACME" doc:"It begins the number of each invoice."`
	PaymentDays   int     `json:"payment_days" doc:"From an invoice's date to its due date."`
	Colour        *string `json:"colour" example:"#1a4b8c" doc:"Of the headings of invoices; null: black."`
}

// IssuerPatch has the changes of an issuer.
type IssuerPatch struct {
	PartyPatch
	InvoicePrefix httpapi.Patch[string] `json:"invoice_prefix,omitempty" doc:"1 to 10 capital letters and digits; null: INV."`
	PaymentDays   *int                  `json:"payment_days,omitempty" doc:"0 to 365."`
	Colour        httpapi.Patch[string] `json:"colour,omitempty" doc:"#rrggbb, dark enough to be read on white; null: black."`
}

func registerBilling(r *httpapi.Routes, service BillingService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/billing", "get-billing", httpapi.TagAccount,
		"Show the billing details", "The name, address and tax number on your invoices, and the mails that you get."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[BillingDetails], error) {
			return answerBilling(service.Billing(ctx, httpapi.Customer(ctx)))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/account/billing", "edit-billing", httpapi.TagAccount,
		"Change the billing details", "A merge patch: missing members stay unchanged. Invoices that were issued keep the "+
			"details of their day."),
		func(ctx context.Context, in *struct{ Body BillingPatch }) (*httpapi.Out[BillingDetails], error) {
			return answerBilling(service.ChangeBilling(ctx, httpapi.Customer(ctx), in.Body.read()))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/billing", "get-customer-billing",
		httpapi.TagStaff,
		"Show a customer's billing details", "As GET /v1/account/billing.", http.StatusNotFound),
		func(ctx context.Context, in *books.CustomerPath) (*httpapi.Out[BillingDetails], error) {
			return answerBilling(service.Billing(ctx, in.Customer(ctx)))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/customers/{id}/billing", "edit-customer-billing",
		httpapi.TagStaff,
		"Change a customer's billing details", "As PATCH /v1/account/billing.", http.StatusNotFound),
		func(ctx context.Context, in *struct {
			books.CustomerPath
			Body BillingPatch
		}) (*httpapi.Out[BillingDetails], error) {
			return answerBilling(service.ChangeBilling(ctx, in.Customer(ctx), in.Body.read()))
		})
}

func answerBilling(b party.Billing, err error) (*httpapi.Out[BillingDetails], error) {
	if err != nil {
		return nil, err
	}
	details := BillingDetails{
		Party: books.WireParty(b.Party), Email: httpapi.Optional(b.Email), PurchaseOrder: httpapi.Optional(b.PurchaseOrder),
		Locale: b.Language(),
	}
	for kind, member := range details.Notices.members() {
		wanted := b.Wants(kind)
		*member = &wanted
	}
	return httpapi.Answer(details, nil)
}

func wireIssuer(i carrier.Issuer) Issuer {
	return Issuer{
		Party: books.WireParty(i.Party), InvoicePrefix: i.NumberPrefix(), PaymentDays: i.PaymentDays,
		Colour: httpapi.Optional(i.Colour),
	}
}

func (p BillingPatch) read() desk.BillingPatch {
	patch := desk.BillingPatch{
		PartyPatch: p.PartyPatch.read(), Email: sent(p.Email), PurchaseOrder: sent(p.PurchaseOrder), Locale: p.Locale,
		Notices: map[party.Notice]bool{},
	}
	for kind, member := range p.Notices.members() {
		if *member != nil {
			patch.Notices[kind] = **member
		}
	}
	return patch
}

func (p PartyPatch) read() desk.PartyPatch {
	return desk.PartyPatch{
		LegalName: sent(p.LegalName), TaxID: sent(p.TaxID), Street: sent(p.Address.Street),
		PostalCode: sent(p.Address.PostalCode),
		City:       sent(p.Address.City), Region: sent(p.Address.Region), Country: sent(p.Address.Country),
	}
}

func (p IssuerPatch) read() *desk.IssuerPatch {
	return &desk.IssuerPatch{
		PartyPatch: p.PartyPatch.read(), Prefix: sent(p.InvoicePrefix), PaymentDays: p.PaymentDays, Colour: sent(p.Colour),
	}
}

// sent returns the value of a member, nil if it was not sent.
func sent[T any](p httpapi.Patch[T]) *T {
	if !p.Sent {
		return nil
	}
	return &p.Value
}
