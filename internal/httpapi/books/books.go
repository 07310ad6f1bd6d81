// Package books has the routes of a customer's books: rentals, the account, its
// statements and invoices. The customer's users and the carrier's staff read the
// same records through them: the function rentals serves the rentals, and the
// function account the rest. Other groups of routes use some of its wire types too,
// such as an order and a coming charge.
package books

import (
	"context"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// AccountRecords has the records that the account's routes read.
type AccountRecords interface {
	InvoiceRecords
	// Entries returns entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Entry, string, error)
}

// InvoiceRecords has the records of an invoice.
type InvoiceRecords interface {
	accounts
	// Carrier returns a tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Invoice returns one of the customer's invoices. Errors: commit.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// Invoices returns the customer's invoices, newest first.
	Invoices(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Invoice, string, error)
	// EntriesAt returns the entries with these seqs, ascending; missing ones
	// are omitted.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// PackagesOf returns the highest versions of packages, by id; missing ones are
	// omitted.
	PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error)
}

// AccountService has the use cases of the account's routes; *shop.Service
// implements it, and documents the errors.
type AccountService interface {
	Statement(ctx context.Context, c ledger.Customer, from, to time.Time, p shop.StatementPage) (s ledger.Statement,
		next int, err error)
	Forecast(ctx context.Context, c ledger.Customer, days int, p shop.Page) (f shop.Forecast, next string, err error)
}

// CustomerBooks has a customer's records for staff: the same that the customer
// sees.
type CustomerBooks interface {
	AccountRecords
	OrderRecords
}

// Documents has the archived PDFs of invoices.
type Documents interface {
	// Get returns a URL of the object, saved as filename, until it expires.
	Get(ctx context.Context, key, filename string, expires time.Duration) (string, error)
}

// Routes has the routes of the caller's identity and of a customer's books: the
// account, statements and invoices. Staff have the same for each of their
// customers.
type Routes struct {
	Records CustomerBooks
	Files   Documents
	Service AccountService
	Now     func() time.Time
}

// Register implements httpapi.Group.
func (b Routes) Register(r *httpapi.Routes) {
	registerMe(r, b.Records)
	registerAccount(r, b)
	registerStatement(r, b)
	registerInvoices(r, b)
	registerForStaff(r, b)
}
