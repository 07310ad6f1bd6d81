package httpapi

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
)

// CustomerBooks has a customer's records for staff: the same that the customer
// sees.
type CustomerBooks interface {
	AccountRecords
	OrderRecords
}

// AllocationRequest has the numbers to rent to a customer, and the confirmed
// total.
type AllocationRequest struct {
	DIDs  []DID `json:"dids" minItems:"1" maxItems:"90"`
	Total Money `json:"total" doc:"Setup and first period of all, with the customer's tax. Another total is refused and nothing is charged; the answer has today's total."`
}

// registerCustomerBooks adds staff's routes for a customer's ledger, DIDs,
// orders and invoices, and for assigning, cancelling and restoring DIDs.
func registerCustomerBooks(r *routes, books CustomerBooks, service AccountService, now func() time.Time) {
	register(r, operation(http.MethodGet, "/v1/customers/{id}/ledger", "list-customer-ledger", tagStaff,
		"List a customer's ledger", "Every entry of the account, newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			Page
		}) (*out[List[LedgerEntry]], error) {
			c, err := known(ctx, books, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return list("ledger", in.Page, wireEntry, func(p shop.Page) ([]ledger.Entry, string, error) { return books.Entries(ctx, c, p) })
		})

	register(r, alsoAs[Statement](operation(http.MethodGet, "/v1/customers/{id}/statement", "get-customer-statement", tagStaff,
		"Show a customer's statement", "As GET /v1/account/statement.", http.StatusBadRequest, http.StatusNotFound), mediaCSV),
		func(ctx context.Context, in *struct {
			CustomerPath
			StatementQuery
		}) (*document, error) {
			return statement(ctx, books, service, now, in.customer(ctx), &in.StatementQuery)
		})

	register(r, operation(http.MethodGet, "/v1/customers/{id}/orders", "list-customer-orders", tagStaff,
		"List a customer's orders", "Newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			Page
		}) (*out[List[Order]], error) {
			c, err := known(ctx, books, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return list("orders", in.Page, wireOrder, func(p shop.Page) ([]shop.Order, string, error) { return books.Orders(ctx, c, p) })
		})

	register(r, operation(http.MethodGet, "/v1/customers/{id}/invoices", "list-customer-invoices", tagStaff,
		"List a customer's invoices", "Newest first.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			Page
		}) (*out[List[InvoiceHeader]], error) {
			c, err := known(ctx, books, in.CustomerPath)
			if err != nil {
				return nil, err
			}
			return listInvoices(ctx, books, c, in.Page)
		})

	register(r, alsoAs[Invoice](operation(http.MethodGet, "/v1/customers/{id}/invoices/{invoice}", "get-customer-invoice", tagStaff,
		"Show a customer's invoice", "As GET /v1/invoices/{invoice}.", http.StatusNotFound), mediaHTML),
		func(ctx context.Context, in *struct {
			CustomerPath
			InvoicePath
		}) (*document, error) {
			return invoice(ctx, books, in.customer(ctx), &in.InvoicePath)
		})

	registerCustomerRentals(r, books, service)
}

func registerCustomerRentals(r *routes, books CustomerBooks, service AccountService) {
	register(r, operation(http.MethodGet, "/v1/customers/{id}/dids", "list-customer-dids", tagStaff,
		"List a customer's DIDs", "Ascending by number.", http.StatusBadRequest, http.StatusNotFound),
		func(ctx context.Context, in *struct {
			CustomerPath
			RentalFilter
		}) (*out[List[Rental]], error) {
			return listRentals(ctx, books, service, in.customer(ctx), &in.RentalFilter)
		})

	allocate := operation(http.MethodPost, "/v1/customers/{id}/dids", "allocate-dids", tagStaff,
		"Rent DIDs to a customer",
		"An order on the customer's behalf, without a cart: all of the DIDs for the confirmed total, or nothing. The same Idempotency-Key returns the same order, and charges once, for 31 days; staff and customer share the keys.",
		http.StatusBadRequest, http.StatusPaymentRequired, http.StatusNotFound, http.StatusConflict)
	allocate.DefaultStatus = http.StatusCreated
	register(r, allocate, func(ctx context.Context, in *struct {
		CustomerPath
		OrderKey
		Body AllocationRequest
	}) (*out[Order], error) {
		numbers := each(in.Body.DIDs, func(d DID) e164.Number { return d.Number })
		return in.order(ctx, in.Body.Total, func(key string, confirmed money.Amount) (shop.Order, error) {
			return service.Allocate(ctx, in.customer(ctx), numbers, key, confirmed)
		})
	})

	cancel := operation(http.MethodDelete, "/v1/customers/{id}/dids/{did}", "cancel-customer-did", tagStaff,
		"Cancel a customer's DID", "On the customer's behalf, as DELETE /v1/dids/{did}.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict)
	cancel.DefaultStatus = http.StatusOK
	register(r, cancel, func(ctx context.Context, in *struct {
		CustomerPath
		DIDPath
	}) (*out[Rental], error) {
		return answerRental(service.Cancel(ctx, in.customer(ctx), in.DID.Number))
	})

	register(r, operation(http.MethodPost, "/v1/customers/{id}/dids/{did}/restore", "restore-customer-did", tagStaff,
		"Take a customer's cancellation back", "On the customer's behalf, as POST /v1/dids/{did}/restore.",
		http.StatusBadRequest, http.StatusNotFound, http.StatusConflict),
		func(ctx context.Context, in *struct {
			CustomerPath
			DIDPath
		}) (*out[Rental], error) {
			return answerRental(service.Restore(ctx, in.customer(ctx), in.DID.Number))
		})
}

// known returns the path's customer, if the carrier has it. Errors:
// shop.ErrNotFound.
func known(ctx context.Context, books CustomerBooks, p CustomerPath) (ledger.Customer, error) {
	account, err := books.Account(ctx, p.customer(ctx))
	return account.Customer, err
}
