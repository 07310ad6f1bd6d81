package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/numberformat"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
)

// AccountRecords has the records that the account's routes read.
type AccountRecords interface {
	RentalRecords
	InvoiceRecords
	// Entries returns entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Entry, string, error)
}

// InvoiceRecords has the records of an invoice.
type InvoiceRecords interface {
	// Account returns the customer's account. Errors: shop.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// Carrier returns a tenant and its settings. Errors: shop.ErrNotFound.
	Carrier(ctx context.Context, id string) (carrier.Carrier, error)
	// Invoice returns one of the customer's invoices. Errors: shop.ErrNotFound.
	Invoice(ctx context.Context, c ledger.Customer, id string) (ledger.Invoice, error)
	// Invoices returns the customer's invoices, newest first.
	Invoices(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Invoice, string, error)
	// EntriesAt returns the entries with these seqs, ascending; missing ones
	// are omitted.
	EntriesAt(ctx context.Context, c ledger.Customer, seqs []int) ([]ledger.Entry, error)
	// Packages returns the carrier's current package versions by id.
	Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error)
}

// AccountService has the use cases of the account's routes; *shop.Service
// implements it, and documents the errors.
type AccountService interface {
	RentalService
	Statement(ctx context.Context, c ledger.Customer, from, to time.Time) (ledger.Statement, error)
	Forecast(ctx context.Context, c ledger.Customer, days int, p shop.Page) (f shop.Forecast, next string, err error)
}

// Account serves the caller's user, rentals and money.
func Account(records CustomerBooks, service AccountService, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(r *routes) { registerAccount(r, records, service, now) })
}

// Me is the caller.
type Me struct {
	User     User   `json:"user"`
	Carrier  Seller `json:"carrier"`
	Customer *Named `json:"customer" doc:"null for the carrier's staff."`
}

// Seller is the carrier of the caller.
type Seller struct {
	Named
	TimeZone string `json:"time_zone" doc:"IANA name; due dates and the days of charges are in it." example:"Europe/London"`
	Currency string `json:"currency" doc:"ISO 4217: of new accounts." example:"USD"`
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
	CreditLimit Money  `json:"credit_limit" doc:"The balance may fall to this amount below zero."`
	Available   Money  `json:"available" doc:"The amount that can be spent: balance plus credit limit."`
	TaxPercent  string `json:"tax_percent" doc:"Added to every charge." example:"20"`
	Status      string `json:"status" enum:"active,closed"`
}

// Forecast has the coming charges of a page of rentals, on the wire.
type Forecast struct {
	DIDs int `json:"dids" doc:"The number of your DIDs in this page."`

	Owed ComingDate   `json:"owed" doc:"The charges that are due already; at is the due time of the oldest."`
	Data []ComingDate `json:"data" doc:"Day by day in the carrier's time zone, ascending."`

	NextCursor *string `json:"next_cursor" doc:"Send it as cursor for the next DIDs; null after the last page."`
}

// ComingDate is the sum of the charges that are due at one time.
type ComingDate struct {
	At      *time.Time `json:"at"`
	Charges int        `json:"charges" doc:"How many."`
	Net     Money      `json:"net"`
	Tax     Money      `json:"tax"`
	Amount  Money      `json:"amount" doc:"With the tax."`
}

func registerAccount(r *routes, records CustomerBooks, service AccountService, now func() time.Time) {
	register(r, operation(http.MethodGet, "/v1/me", "get-me", tagAccount,
		"Who am I", "The user of the access token, the carrier, and the customer unless the user is staff."),
		func(ctx context.Context, _ *struct{}) (*out[Me], error) {
			return answer(me(ctx, records, caller(ctx)))
		})

	registerPermissions(r)
	registerRentals(r, records, service)
	registerCustomerBooks(r, records, service, now)

	register(r, operation(http.MethodGet, "/v1/account", "get-account", tagAccount,
		"Show the account", "Your balance with the carrier and the amount that you can spend."),
		func(ctx context.Context, _ *struct{}) (*out[AccountView], error) {
			account, err := records.Account(ctx, customer(ctx))
			if err != nil {
				return nil, err
			}
			return answer(wireAccount(account), nil)
		})

	register(r, operation(http.MethodGet, "/v1/account/charges", "list-coming-charges", tagAccount,
		"Forecast charges",
		"Charges that are due, and the charges of your DIDs in the next days. A page adds up at most 500 DIDs; follow next_cursor for more, and add the pages up.",
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

// ForecastQuery selects the days and the DIDs of a forecast.
type ForecastQuery struct {
	Days   int    `query:"days" minimum:"1" maximum:"366" default:"31" doc:"The number of days to look ahead."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"The number of DIDs to add up."`
	Cursor string `query:"cursor" doc:"next_cursor of the previous page."`
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
		Carrier: Seller{Named{ID: who.Carrier, Name: carrier.Name}, carrier.TimeZone, carrier.Currency},
	}
	if who.IsStaff() {
		return me, nil
	}
	account, err := records.Account(ctx, accountOf(who))
	me.Customer = &Named{ID: who.Customer, Name: account.Name}
	return me, err
}

// digitsOf returns the digits of a typed part of a number as international numbers
// have them: the 0 before a national number is left out.
func digitsOf(q string) (string, error) {
	if strings.TrimSpace(q) == "" {
		return "", nil
	}
	digits, zero, err := numberformat.ReadDigits(q)
	if err != nil {
		return "", badParameter("q", err.Error())
	}
	if zero {
		digits = digits[1:]
	}
	return digits, nil
}

// beginningOf are the digits that a filter's numbers begin with, country code first.
func beginningOf(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	digits, zero, err := numberformat.ReadDigits(text)
	switch {
	case err != nil:
		return "", badParameter("starts_with", err.Error())
	case zero:
		return "", badParameter("starts_with", "begins with 0, as national numbers do; write the country code first, such as 44 20")
	case len(digits) > e164.MaxDigits:
		return "", badParameter("starts_with", "has more digits than a number")
	}
	return digits, nil
}

func wireAccount(a ledger.Account) AccountView {
	available, err := a.Available()
	if err != nil { // an account has one currency; a wrong sum must not be shown
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
