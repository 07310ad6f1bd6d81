package shop

import (
	"context"

	"didpurchase/internal/carrier"
	"didpurchase/internal/catalogue"
	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
)

// Store is what the shop needs of the database. All reads are consistent.
//
// The changes that it commits: did.Move, Update, ledger.Update, ledger.Entry,
// ledger.Invoice, Order and IdempotencyRecord. A ledger.Entry, an Order and a
// ledger.Invoice are written only where there is none; an IdempotencyRecord
// only where there is none or one that expired before its At.
type Store interface {
	commit.Store
	// Cart is the customer's cart, empty at Ver 0 when never written.
	Cart(context.Context, ledger.Customer) (Cart, error)
	// DIDs are the items of those of the numbers that have one.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Ranges are the ranges that offer those of the numbers that are offered.
	Ranges(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]catalogue.Range, error)
	// PackageVersions are all versions of the carrier's packages.
	PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error)
	// Account is the customer's account. Errors: ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Carrier is the tenant and its settings. Errors: ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// OwnedAfter are the numbers of at most max of the customer's rentals, those in
	// quarantine included; next is the cursor of the rest. It may lag by a moment.
	OwnedAfter(ctx context.Context, c ledger.Customer, after string, max int) (numbers []e164.Number, next string, err error)
	// EntriesAt are those of the entries of the ledger that there are, ascending
	// by seq.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// Order is one of the customer's orders. Errors: ErrNotFound.
	Order(ctx context.Context, c ledger.Customer, id string) (Order, error)
	// Idempotency is the record of a key. Errors: ErrNotFound.
	Idempotency(ctx context.Context, c ledger.Customer, key string) (IdempotencyRecord, error)
}

// Records is what customers and staff read; its lists may lag behind by a
// moment. A page's cursor is "" at the first and after the last page.
type Records interface {
	// Orders, newest first.
	Orders(ctx context.Context, c ledger.Customer, p Page) (orders []Order, next string, err error)
	// Entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p Page) (entries []ledger.Entry, next string, err error)
	// Rentals are the customer's DIDs from assigned on, ascending by number.
	// Only those in the state, unless it is did.None, and whose digits contain
	// the given ones.
	Rentals(ctx context.Context, c ledger.Customer, state did.State, digits string, p Page) (rentals []did.DID, next string, err error)
}

// Page is a part of a list.
type Page struct {
	Limit int
	After string // the cursor of the page before
}
