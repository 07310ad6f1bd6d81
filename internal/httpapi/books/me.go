package books

import (
	"context"
	"net/http"
	"slices"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ledger"
)

// Me is the caller.
type Me struct {
	User     User   `json:"user"`
	Carrier  Seller `json:"carrier"`
	Customer *Buyer `json:"customer" doc:"null for the carrier's staff."`
}

// Seller is the carrier of the caller.
type Seller struct {
	Named
	TimeZone string `json:"time_zone" doc:"IANA name; due dates and the days of charges are in it." example:"Europe/London"`
	Currency string `json:"currency" doc:"ISO 4217: of new accounts." example:"USD"`
}

// Buyer is the customer of the caller.
type Buyer struct {
	Named
	Purchasing string      `json:"purchasing" enum:"allowed,search_only,needs_approval" doc:"search_only: you may search, but not hold or buy. needs_approval: see approval."`
	Approval   OwnApproval `json:"approval"`
}

// OwnApproval is the rule for approvals of the caller's own orders.
type OwnApproval struct {
	Needed     bool           `json:"needed" doc:"Your own orders wait for an approval by an owner of your company or by the carrier's staff. Owners' orders need none."`
	Above      *httpapi.Money `json:"above" doc:"The total, with tax, up to which your orders need none; null: every order of yours needs one."`
	MayApprove bool           `json:"may_approve" doc:"You may approve the orders of others: GET /v1/approvals lists those that wait."`
}

// approvalOf returns the rule for the caller's own orders.
func approvalOf(who auth.Principal, p ledger.Purchasing) OwnApproval {
	own := OwnApproval{MayApprove: who.MayApprove()}
	if p.InMode() == ledger.NeedsApproval && !own.MayApprove {
		own.Needed, own.Above = true, httpapi.OptionalMoney(p.ApprovalAbove)
	}
	return own
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

func me(ctx context.Context, records AccountRecords, who auth.Principal) (Me, error) {
	carrier, err := records.Carrier(ctx, who.Carrier)
	if err != nil {
		return Me{}, err
	}
	me := Me{
		User:    User{ID: who.User, Name: httpapi.Optional(who.Name), Roles: append([]auth.Role{}, who.Roles...)},
		Carrier: Seller{Named{ID: who.Carrier, Name: carrier.Name}, carrier.TimeZone, carrier.Currency},
	}
	if who.IsStaff() {
		return me, nil
	}
	account, err := records.Account(ctx, httpapi.AccountOf(who))
	me.Customer = &Buyer{Named{ID: who.Customer, Name: account.Name}, string(account.Purchasing.InMode()),
		approvalOf(who, account.Purchasing)}
	return me, err
}

// Permissions are the caller's permissions.
type Permissions struct {
	Roles      []auth.Role  `json:"roles" doc:"A user's; [] for an API key."`
	Scopes     []auth.Scope `json:"scopes" doc:"An API key's; [] for a user."`
	Operations []string     `json:"operations" doc:"Each operation that the caller may call, as method and path." example:"[\"GET /v1/me\"]"`
	Approval   *OwnApproval `json:"approval" doc:"null for the carrier's staff and its keys."`
}

func registerMe(r *httpapi.Routes, records AccountRecords) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/me", "get-me", httpapi.TagAccount,
		"Who am I", "The user of the access token, the carrier, and the customer unless the user is staff."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Me], error) {
			return httpapi.Answer(me(ctx, records, httpapi.Caller(ctx)))
		})

	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/permissions", "get-permissions", httpapi.TagAccess,
		"List your permissions", "The operations that the caller's roles or scopes and the carrier's rule for the "+
			"customer's purchases allow. An operation may still be refused for the state of a number, the funds, or a limit."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Permissions], error) {
			return httpapi.Answer(permissions(ctx, records, httpapi.Caller(ctx)))
		})
}

func permissions(ctx context.Context, records AccountRecords, who auth.Principal) (Permissions, error) {
	p := Permissions{Roles: append([]auth.Role{}, who.Roles...), Scopes: append([]auth.Scope{}, who.Scopes...),
		Operations: auth.Allowed(who)}
	if who.IsStaff() {
		return p, nil
	}
	account, err := records.Account(ctx, httpapi.AccountOf(who))
	if err != nil {
		return Permissions{}, err
	}
	own := approvalOf(who, account.Purchasing)
	p.Approval = &own
	if account.MayBuy() != nil {
		p.Operations = slices.DeleteFunc(p.Operations, func(operation string) bool { return auth.Rules[operation].Buys })
	}
	return p, nil
}
