package books

import (
	"context"
	"net/http"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// registerForStaff adds staff's routes for a customer's ledger, statements, orders
// and invoices.
func registerForStaff(r *httpapi.Routes, b Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/ledger", "list-customer-ledger",
		httpapi.TagStaff,
		"List a customer's ledger", "Every entry of the account, newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[LedgerEntry]], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("ledger", in.Page, wireEntry,
				func(p shop.Page) ([]ledger.Entry, string, error) { return b.Records.Entries(ctx, c, p) })
		})

	httpapi.Register(r, httpapi.AlsoAs[Statement](httpapi.Operation(http.MethodGet, "/v1/customers/{id}/statement",
		"get-customer-statement", httpapi.TagStaff,
		"Show a customer's statement", "As GET /v1/account/statement.", http.StatusBadRequest, http.StatusNotFound),
		httpapi.MediaCSV),
		func(ctx context.Context, in *struct {
			CustomerPath
			StatementQuery
		}) (*httpapi.Representation, error) {
			return b.statement(ctx, in.Customer(ctx), &in.StatementQuery)
		})

	registerDocumentsForStaff(r, b)
}

// registerDocumentsForStaff adds staff's routes of a customer's orders and
// invoices.
func registerDocumentsForStaff(r *httpapi.Routes, b Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/orders", "list-customer-orders",
		httpapi.TagStaff,
		"List a customer's orders", "Newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[Order]], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return httpapi.AnswerPage("orders", in.Page, WireOrderForStaff,
				func(p shop.Page) ([]shop.Order, string, error) { return b.Records.Orders(ctx, c, p) })
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/customers/{id}/invoices", "list-customer-invoices",
		httpapi.TagStaff,
		"List a customer's invoices", "Newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			httpapi.Page
		}) (*httpapi.Out[httpapi.List[InvoiceHeader]], error) {
			c, err := known(ctx, b.Records, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return listInvoices(ctx, b.Records, c, in.Page)
		})

	httpapi.Register(r, httpapi.AlsoAs[Invoice](httpapi.Operation(http.MethodGet, "/v1/customers/{id}/invoices/{invoice}",
		"get-customer-invoice", httpapi.TagStaff,
		"Show a customer's invoice", "As GET /v1/invoices/{invoice}.", http.StatusNotFound, http.StatusConflict),
		httpapi.MediaHTML, httpapi.MediaPDF, httpapi.MediaXML),
		func(ctx context.Context, in *struct {
			CustomerPath
			InvoicePath
		}) (*httpapi.Representation, error) {
			return b.invoice(ctx, in.Customer(ctx), &in.InvoicePath)
		})
}

// registerRentalsForStaff adds staff's routes for cancelling and restoring a
// customer's DIDs.
func registerRentalsForStaff(r *httpapi.Routes, b Rentals) {
	cancel := httpapi.Operation(http.MethodDelete, "/v1/customers/{id}/dids/{did}", "cancel-customer-did",
		httpapi.TagStaff,
		"Cancel a customer's DID", "On the customer's behalf, as DELETE /v1/dids/{did}.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict)
	cancel.DefaultStatus = http.StatusOK
	httpapi.Register(r, cancel, func(ctx context.Context, in *struct {
		CustomerPath
		httpapi.DIDPath
	}) (*httpapi.Out[Rental], error) {
		return answerRental(b.Service.Cancel(ctx, in.Customer(ctx), in.DID.Number))
	})

	httpapi.Register(r, httpapi.Operation(http.MethodPost, "/v1/customers/{id}/dids/{did}/restore", "restore-customer-did",
		httpapi.TagStaff,
		"Take a customer's cancellation back", "On the customer's behalf, as POST /v1/dids/{did}/restore.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			CustomerPath
			httpapi.DIDPath
		}) (*httpapi.Out[Rental], error) {
			return answerRental(b.Service.Restore(ctx, in.Customer(ctx), in.DID.Number))
		})
}

// accounts has the accounts of customers.
type accounts interface {
	// Account returns the customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
}

// known returns the path's customer, if the carrier has it. Errors:
// commit.ErrNotFound.
func known(ctx context.Context, records accounts, p CustomerPath) (ledger.Customer, error) {
	account, err := records.Account(ctx, p.Customer(ctx))
	return account.Customer, err
}

// CustomerPath is the path's customer, one of the caller's carrier.
type CustomerPath struct {
	ID string `path:"id" example:"alice"`
}

func (p CustomerPath) Customer(ctx context.Context) ledger.Customer {
	return ledger.Customer{Carrier: httpapi.Caller(ctx).Carrier, ID: p.ID}
}
