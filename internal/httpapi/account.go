package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// AccountRecords is what the account's routes read.
type AccountRecords interface {
	// Account is the customer's account. Errors: shop.ErrNotFound.
	Account(context.Context, ledger.Customer) (ledger.Account, error)
	// CarrierName is the carrier's name for people. Errors: shop.ErrNotFound.
	CarrierName(ctx context.Context, carrier string) (string, error)
	// Entries of the ledger, newest first.
	Entries(ctx context.Context, c ledger.Customer, p shop.Page) ([]ledger.Entry, string, error)
	// Rentals of the customer, ascending by number; see shop.Records.
	Rentals(ctx context.Context, c ledger.Customer, state did.State, digits string, p shop.Page) ([]did.DID, string, error)
}

// Account serves who I am, my rentals and my money.
func Account(records AccountRecords, log *slog.Logger, now func() time.Time) http.Handler {
	return handler(log, now, func(api huma.API) { registerAccount(api, records) })
}

// Me is who asks.
type Me struct {
	User     User   `json:"user"`
	Carrier  Named  `json:"carrier"`
	Customer *Named `json:"customer" doc:"null for the carrier's staff."`
}

// TransformSchema is huma's question for corrections.
func (Me) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "customer")
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

// Rental is a DID of a customer on the wire.
type Rental struct {
	Place
	State       string     `json:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out"`
	Package     PackageRef `json:"package"`
	Recurring   Money      `json:"recurring"`
	Interval    Interval   `json:"interval"`
	AssignedAt  time.Time  `json:"assigned_at"`
	PeriodStart time.Time  `json:"period_start" doc:"The period that is paid."`
	PeriodEnd   time.Time  `json:"period_end"`
	NextCharge  *Charge    `json:"next_charge" doc:"null when none will come."`
	Destination *string    `json:"destination" doc:"Where calls go."`
	Label       *string    `json:"label"`
	Tags        []string   `json:"tags"`
}

// TransformSchema is huma's question for corrections.
func (Rental) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	return nullable(s, "next_charge")
}

// Charge is an amount that will be charged.
type Charge struct {
	At     time.Time `json:"at"`
	Amount Money     `json:"amount"`
}

// AccountView is the account on the wire.
type AccountView struct {
	Balance     Money  `json:"balance"`
	CreditLimit Money  `json:"credit_limit" doc:"How far below zero the balance may go."`
	Available   Money  `json:"available" doc:"Balance and credit limit: what can be spent."`
	Status      string `json:"status" enum:"active,closed"`
}

// LedgerEntry is one entry of the ledger on the wire.
type LedgerEntry struct {
	Seq          int       `json:"seq" doc:"Counts from 1 without gaps."`
	Kind         string    `json:"kind" example:"order"`
	Amount       Money     `json:"amount" doc:"Minus is what the customer pays."`
	BalanceAfter Money     `json:"balance_after"`
	At           time.Time `json:"at"`
	OrderID      *string   `json:"order_id"`
	InvoiceID    *string   `json:"invoice_id"`
	Note         *string   `json:"note"`
}

func registerAccount(api huma.API, records AccountRecords) {
	huma.Register(api, operation(http.MethodGet, "/v1/me", "get-me", tagAccount,
		"Who am I", "The user behind the access token, the carrier, and the customer unless the user is staff."),
		func(ctx context.Context, _ *struct{}) (*out[Me], error) {
			me, err := me(ctx, records, caller(ctx))
			return answer(me, err)
		})

	huma.Register(api, operation(http.MethodGet, "/v1/dids", "list-dids", tagAccount,
		"List your DIDs", "The DIDs that you rent, ascending by number.", http.StatusBadRequest),
		func(ctx context.Context, in *struct {
			Page
			State string `query:"state" enum:"active,past_due,suspended,pending_release,aging,ported_out" doc:"Only those in this state."`
			Q     string `query:"q" doc:"Only those with these digits in a row." example:"2071"`
		}) (*out[List[Rental]], error) {
			digits, err := digitsOf(in.Q)
			if err != nil {
				return nil, err
			}
			return list("dids", in.Page, wireRental, func(p shop.Page) ([]did.DID, string, error) {
				return records.Rentals(ctx, customer(ctx), stateOf(in.State), digits, p)
			})
		})

	huma.Register(api, operation(http.MethodGet, "/v1/account", "get-account", tagAccount,
		"Show the account", "What you have with the carrier and what you can spend."),
		func(ctx context.Context, _ *struct{}) (*out[AccountView], error) {
			account, err := records.Account(ctx, customer(ctx))
			return answer(wireAccount(account), err)
		})

	huma.Register(api, operation(http.MethodGet, "/v1/account/ledger", "list-ledger", tagAccount,
		"List the ledger", "Every entry of the account, newest first.", http.StatusBadRequest),
		func(ctx context.Context, in *Page) (*out[List[LedgerEntry]], error) {
			return list("ledger", *in, wireEntry, func(p shop.Page) ([]ledger.Entry, string, error) {
				return records.Entries(ctx, customer(ctx), p)
			})
		})
}

func me(ctx context.Context, records AccountRecords, who auth.Principal) (Me, error) {
	carrier, err := records.CarrierName(ctx, who.Carrier)
	if err != nil {
		return Me{}, err
	}
	me := Me{
		User:    User{ID: who.User, Name: optional(who.Name), Roles: who.Roles},
		Carrier: Named{ID: who.Carrier, Name: carrier},
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

// active is what the wire calls an assigned DID.
const active = "active"

func stateOf(wire string) did.State {
	if wire == active {
		return did.Assigned
	}
	return did.State(wire)
}

func wireState(s did.State) string {
	if s == did.Assigned {
		return active
	}
	return string(s)
}

func wireRental(d did.DID) Rental {
	p := price(d.Terms)
	return Rental{
		Place: place(d.Number, d.Country, d.Area, d.Type), State: wireState(d.State),
		Package: p.Package, Recurring: p.Recurring, Interval: p.Interval,
		AssignedAt: d.AssignedAt.UTC(), PeriodStart: d.PeriodStart.UTC(), PeriodEnd: d.PeriodEnd.UTC(),
		NextCharge: nextCharge(d), Destination: optional(d.Destination), Label: optional(d.Label),
		Tags: append([]string{}, d.Tags...),
	}
}

// nextCharge is what comes at the period's end, as long as the rental goes on.
func nextCharge(d did.DID) *Charge {
	switch d.State {
	case did.Assigned, did.PastDue:
		return &Charge{At: d.NextAt.UTC(), Amount: wireMoney(d.Terms.Recurring)}
	}
	return nil
}

func wireAccount(a ledger.Account) AccountView {
	available, err := a.Available()
	if err != nil { // an account has one currency; what says otherwise may not be shown as money
		panic(err)
	}
	return AccountView{
		Balance: wireMoney(a.Balance), CreditLimit: wireMoney(a.CreditLimit),
		Available: wireMoney(available), Status: string(a.Status),
	}
}

func wireEntry(e ledger.Entry) LedgerEntry {
	return LedgerEntry{
		Seq: e.Seq, Kind: string(e.Kind), Amount: wireMoney(e.Amount), BalanceAfter: wireMoney(e.BalanceAfter),
		At: e.At.UTC(), OrderID: optional(e.OrderID), InvoiceID: optional(e.InvoiceID), Note: optional(e.Note),
	}
}
