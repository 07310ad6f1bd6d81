package books

import (
	"context"
	"net/http"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// AccountView is the account on the wire.
type AccountView struct {
	Balance     httpapi.Money `json:"balance"`
	CreditLimit httpapi.Money `json:"credit_limit" doc:"The balance may fall to this amount below zero."`
	Available   httpapi.Money `json:"available" doc:"The amount that can be spent: balance plus credit limit."`
	TaxPercent  string        `json:"tax_percent" doc:"Added to every charge." example:"20"`
	Taxed       string        `json:"tax_treatment" enum:"taxable,reverse_charge,exempt" doc:"reverse_charge: you owe the tax yourself. exempt: for tax_reason."`
	TaxReason   *string       `json:"tax_reason" doc:"Of an exemption."`
	Invoicing   *string       `json:"invoicing" enum:"per_charge,monthly" doc:"Charges that share an invoice; null: the carrier's setting."`
	Status      string        `json:"status" enum:"active,closed"`
	Purchasing  Purchasing    `json:"purchasing" doc:"The carrier's rule for your own orders."`
}

// OwnAccount is the caller's own account.
type OwnAccount struct {
	AccountView
	TopUps bool `json:"top_ups" doc:"The carrier takes payments by POST /v1/account/top-ups."`
}

// Purchasing is the customer's permission to buy, on the wire.
type Purchasing struct {
	Mode          string         `json:"mode" enum:"allowed,search_only,needs_approval" doc:"search_only: the customer may search, but not hold or buy. needs_approval: orders of others than the customer's owners wait until an owner or the carrier's staff approve them."`
	MonthlyLimit  *httpapi.Money `json:"monthly_limit" doc:"For the customer's own orders of a calendar month in the carrier's time zone, with tax. Renewals and numbers that staff assign do not count. null: no limit."`
	ApprovalAbove *httpapi.Money `json:"approval_above" doc:"With needs_approval: the total, with tax, up to which an order needs no approval; null: every order needs one."`
	Month         *string        `json:"month" example:"2026-11" doc:"The month of the last own order; null before the first."`
	Spent         *httpapi.Money `json:"spent" doc:"The total of the own orders of that month; null before the first."`
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
	At      *time.Time    `json:"at"`
	Charges int           `json:"charges" doc:"How many."`
	Net     httpapi.Money `json:"net"`
	Tax     httpapi.Money `json:"tax"`
	Amount  httpapi.Money `json:"amount" doc:"With the tax."`
}

func registerAccount(r *httpapi.Routes, b Routes) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account", "get-account", httpapi.TagAccount,
		"Show the account", "Your balance with the carrier and the amount that you can spend."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[OwnAccount], error) {
			account, err := b.Records.Account(ctx, httpapi.Customer(ctx))
			if err != nil {
				return nil, err
			}
			tenant, err := b.Records.Carrier(ctx, account.Customer.Carrier)
			return httpapi.Answer(OwnAccount{WireAccount(account), tenant.Payments != ""}, err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/charges", "list-coming-charges", httpapi.TagAccount,
		"Forecast charges",
		"Charges that are due, and the charges of your DIDs in the next days. A page adds up at most 500 DIDs; follow "+
			"next_cursor for more, and add the pages up.",
		http.StatusBadRequest),
		func(ctx context.Context, in *ForecastQuery) (*httpapi.Out[Forecast], error) {
			return forecast(ctx, b.Service, in)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/account/ledger", "list-ledger", httpapi.TagAccount,
		"List the ledger", "Every entry of the account, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *httpapi.Page) (*httpapi.Out[httpapi.List[LedgerEntry]], error) {
			return httpapi.AnswerPage("ledger", *in, wireEntry, func(p shop.Page) ([]ledger.Entry, string, error) {
				return b.Records.Entries(ctx, httpapi.Customer(ctx), p)
			})
		})
}

// forecastCursor names the list in cursors.
const forecastCursor = "charges"

// ForecastQuery selects the days and the DIDs of a forecast.
type ForecastQuery struct {
	Days   int    `query:"days" minimum:"1" maximum:"366" default:"31" doc:"The number of days to look ahead."`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"500" doc:"The number of DIDs to add up."`
	Cursor string `query:"cursor" doc:"next_cursor of the previous page."`
}

func forecast(ctx context.Context, service AccountService, in *ForecastQuery) (*httpapi.Out[Forecast], error) {
	after, err := httpapi.DecodeCursor(forecastCursor, in.Cursor)
	if err != nil {
		return nil, err
	}
	f, next, err := service.Forecast(ctx, httpapi.Customer(ctx), in.Days, shop.Page{Limit: in.Limit, After: after})
	return httpapi.Answer(Forecast{
		DIDs: f.Rentals, Owed: WireDate(f.Owed), Data: httpapi.Each(f.Dates, WireDate),
		NextCursor: httpapi.EncodeCursor(forecastCursor, next),
	}, err)
}

func WireAccount(a ledger.Account) AccountView {
	available, err := a.Available()
	if err != nil { // an account has one currency; a wrong sum must not be shown
		panic(err)
	}
	return AccountView{
		Balance: httpapi.WireMoney(a.Balance), CreditLimit: httpapi.WireMoney(a.CreditLimit),
		Available: httpapi.WireMoney(available), TaxPercent: a.Tax.String(), Status: string(a.Status),
		Purchasing: wirePurchasing(a.Purchasing), Taxed: string(a.TaxedAs()), TaxReason: httpapi.Optional(a.TaxReason),
		Invoicing: httpapi.Optional(string(a.Invoicing)),
	}
}

func wirePurchasing(p ledger.Purchasing) Purchasing {
	return Purchasing{
		Mode: string(p.InMode()), MonthlyLimit: httpapi.OptionalMoney(p.Limit), Month: httpapi.Optional(p.Month),
		Spent: httpapi.OptionalMoney(p.Spent), ApprovalAbove: httpapi.OptionalMoney(p.ApprovalAbove),
	}
}

func WireDate(d shop.DueDate) ComingDate {
	return ComingDate{
		At: httpapi.OptionalTime(d.At), Charges: d.Charges, Net: httpapi.WireMoney(d.Net), Tax: httpapi.WireMoney(d.Tax),
		Amount: httpapi.WireMoney(d.Gross),
	}
}
