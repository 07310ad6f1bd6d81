package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/ledger"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// AccountRecords is what the account's routes read.
type AccountRecords interface {
	RentalRecords
	InvoiceRecords
	// Entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Entry, string, error)
}

// InvoiceRecords is what an invoice is made of.
type InvoiceRecords interface {
	// Account is the customer's account. Errors: shop.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Carrier is a tenant and its settings. Errors: shop.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Invoice is one of the customer's. Errors: shop.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// Invoices of the customer, newest first.
	Invoices(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Invoice, string, error)
	// EntriesAt are those of the entries that there are, ascending by seq.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// Packages are the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
}

// AccountService is what the account's routes do; *shop.Service is one, and says
// the errors.
type AccountService interface {
	RentalService
	Statement(ctx context.Context, c ledger.Customer, from, to time.Time) (ledger.Statement, error)
	Forecast(ctx context.Context, c ledger.Customer, days int, p shop.Page) (f shop.Forecast, next string, err error)
}

// Account serves who I am, my rentals and my money.
func Account(records AccountRecords, service AccountService, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerAccount(r, records, service, now) })
}

// Me is who asks.
type Me struct {
	User     User   `json:"user"`
	Carrier  Named  `json:"carrier"`
	Customer *Named `json:"customer" doc:"null for the carrier's staff."`
}

// User is a person who signs in.
type User struct {
	ID    string      `json:"id"`
	Name  *string     `json:"name"`
	Roles []auth.Role `json:"roles" example:"buyer"`
}

// Named is an id and its name for people.
type Named struct {
	ID   string `json:"id" example:"acme"`
	Name string `json:"name" example:"Acme Telecom"`
}

// AccountView is the account on the wire.
type AccountView struct {
	Balance     Money  `json:"balance"`
	CreditLimit Money  `json:"credit_limit" doc:"How far below zero the balance may go."`
	Available   Money  `json:"available" doc:"Balance and credit limit: what can be spent."`
	TaxPercent  string `json:"tax_percent" doc:"On top of every charge." example:"20"`
	Status      string `json:"status" enum:"active,closed"`
}

// Forecast is what a page of the rentals will cost, on the wire.
type Forecast struct {
	DIDs int `json:"dids" doc:"How many of your DIDs this page adds up."`

	Owed ComingDate   `json:"owed" doc:"What is due already; at is when the oldest of it came due."`
	Data []ComingDate `json:"data" doc:"Day by day in the carrier's time zone, ascending."`

	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next DIDs; null when all are added up."`
}

// ComingDate is what comes due at one time.
type ComingDate struct {
	At      *time.Time `json:"at"`
	Charges int        `json:"charges" doc:"How many."`
	Net     Money      `json:"net"`
	Tax     Money      `json:"tax"`
	Amount  Money      `json:"amount" doc:"With the tax."`
}

func registerAccount(r *routes, records AccountRecords, service AccountService, now func() time.Time) {
	register(r, operation(http.MethodGet, "/v1/me", "get-me", tagAccount,
		"Who am I", "The user behind the access token, the carrier, and the customer unless the user is staff."),
		func(ctx context.Context, _ *struct{}) (*out[Me], error) {
			return answer(me(ctx, records, caller(ctx)))
		})

	registerPermissions(r)
	registerRentals(r, records, service)

	register(r, operation(http.MethodGet, "/v1/account", "get-account", tagAccount,
		"Show the account", "What you have with the carrier and what you can spend."),
		func(ctx context.Context, _ *struct{}) (*out[AccountView], error) {
			account, err := records.Account(ctx, customer(ctx))
			if err != nil {
				return nil, err
			}
			return answer(wireAccount(account), nil)
		})

	register(r, operation(http.MethodGet, "/v1/account/charges", "list-coming-charges", tagAccount,
		"Forecast charges",
		"What is owed, and what your DIDs will cost in the next days. A page adds up at most 500 DIDs: of more, go on by next_cursor, and the whole is the sum of all pages.",
		http.StatusBadRequest),
		func(ctx context.Context, in *ForecastQuery) (*out[Forecast], error) {
			return forecast(ctx, service, in)
		})

	register(r, operation(http.MethodGet, "/v1/account/ledger", "list-ledger", tagAccount,
		"List the ledger", "Every entry of the account, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[LedgerEntry]], error) {
			return list("ledger", *in, wireEntry, func(p shop.Page) ([]ledger.Entry, string, error) {
				return records.Entries(ctx, customer(ctx), p)
			})
		})

	registerStatement(r, records, service, now)
	registerInvoices(r, records)
}

// forecastCursor names the list in cursors.
const forecastCursor = "charges"

// ForecastQuery is how far to look ahead, and of which DIDs.
type ForecastQuery struct {
	Days   int    `query:"days" minimum:"1" maximum:"366" default:"31" doc:"How far to look ahead."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"How many DIDs to add up."`
	Cursor string `query:"cursor" doc:"next_cursor of the page before."`
}

func forecast(ctx context.Context, service AccountService, in *ForecastQuery) (*out[Forecast], error) {
	after, err := decodeCursor(forecastCursor, in.Cursor)
	if err != nil {
		return nil, err
	}
	f, next, err := service.Forecast(ctx, customer(ctx), in.Days, shop.Page{Limit: in.Limit, After: after})
	return answer(Forecast{
		DIDs: f.Rentals, Owed: wireDate(f.Owed), Data: each(f.Dates, wireDate), NextCursor: encodeCursor(forecastCursor, next),
	}, err)
}

func me(ctx context.Context, records AccountRecords, who auth.Principal) (Me, error) {
	carrier, err := records.Carrier(ctx, who.Carrier)
	if err != nil {
		return Me{}, err
	}
	me := Me{
		User:    User{ID: who.User, Name: optional(who.Name), Roles: append([]auth.Role{}, who.Roles...)},
		Carrier: Named{ID: who.Carrier, Name: carrier.Name},
	}
	if who.IsStaff() {
		return me, nil
	}
	account, err := records.Account(ctx, accountOf(who))
	me.Customer = &Named{ID: who.Customer, Name: account.Name}
	return me, err
}

// digitsOf are the digits of a text that a person typed as part of a number.
func digitsOf(q string) (string, error) {
	digits := strings.Map(func(r rune) rune {
		if strings.ContainsRune("+ -.()/", r) {
			return -1
		}
		return r
	}, q)
	if strings.Trim(digits, "0123456789") != "" {
		return "", badParameter("q", "may have digits, spaces and punctuation only")
	}
	return digits, nil
}

func wireAccount(a ledger.Account) AccountView {
	available, err := a.Available()
	if err != nil { // an account has one currency; what says otherwise may not be shown as money
		panic(err)
	}
	return AccountView{
		Balance: wireMoney(a.Balance), CreditLimit: wireMoney(a.CreditLimit),
		Available: wireMoney(available), TaxPercent: a.Tax.String(), Status: string(a.Status),
	}
}

func wireDate(d shop.DueDate) ComingDate {
	return ComingDate{
		At: optionalTime(d.At), Charges: d.Charges, Net: wireMoney(d.Net), Tax: wireMoney(d.Tax), Amount: wireMoney(d.Gross),
	}
}
