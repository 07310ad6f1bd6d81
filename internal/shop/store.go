package shop

import (
	"context"
	"time"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/catalogue/search"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/rentals"
	"didpurchase/internal/usage"
)

// Store is the database for the shop. All reads are consistent.
//
// The changes that the shop commits: did.Move, Update, ledger.Update,
// ledger.Entry, ledger.Invoice, Order, Part, Waiting and IdempotencyRecord. A ledger.Entry, an
// Order and a ledger.Invoice are written only if there is none; an
// IdempotencyRecord only if there is none or one that expired before its At.
type Store interface {
	commit.Store
	KeyStore
	// Cart returns the customer's cart, empty with Ver 0 if it was never
	// written.
	Cart(context.Context, ledger.Customer) (Cart, error)
	// DIDs returns the stored DIDs, keyed by number; numbers without a record
	// are omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Ranges returns the range of each number that is offered.
	Ranges(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]catalogue.Range, error)
	// PriceList returns the carrier's packages and price rules.
	PriceList(ctx context.Context, carrier string) (search.PriceList, error)
	// Account returns the customer's account. Errors: commit.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Invoice returns one of the customer's invoices. Errors: commit.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// Carrier returns the tenant and its settings. Errors: commit.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// OwnedAfter returns the numbers of at most max of the customer's rentals,
	// with those in quarantine; next is the cursor of the rest. It may be a
	// moment late.
	OwnedAfter(ctx context.Context, c ledger.Customer, after string, max int) (numbers []e164.Number, next string,
		err error)
	// EntriesAt returns the entries of the ledger with these seqs, ascending;
	// missing ones are omitted.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// Order returns one of the customer's orders. Errors: commit.ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (Order, error)
	// Usage returns the usage of numbers, by number; missing ones are omitted.
	Usage(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]usage.Record, error)
	// Coverage returns the days for which the carrier's switches reported usage.
	Coverage(ctx context.Context, carrier string) (usage.Coverage, error)
	// LogRentals tells the copies of the customer's list of rentals of numbers that
	// changed; call it after the numbers are written.
	LogRentals(ctx context.Context, c ledger.Customer, changes []rentals.Change, at time.Time) error
}

// Records has the lists for customers and staff; they may be a moment late. A
// page's cursor is "" at the first and after the last page.
type Records interface {
	// Orders returns orders, newest first.
	Orders(ctx context.Context, c ledger.Customer, p Page) (orders []Order, next string, err error)
	// Entries returns entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p Page) (entries []ledger.Entry, next string, err error)
	// Rentals returns the customer's DIDs from assigned on, ascending by their
	// digits.
	Rentals(ctx context.Context, c ledger.Customer, p Page) (owned []did.DID, next string, err error)
}

// Page is a part of a list.
type Page struct {
	Limit int
	After string // the cursor of the page before
}
