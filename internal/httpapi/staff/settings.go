package staff

import (
	"cmp"
	"context"
	"net/http"

	"didpurchase/internal/carrier"
	"didpurchase/internal/desk"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/party"
)

// SettingsService has the carrier's rules; *desk.Service implements it, and
// documents the errors.
type SettingsService interface {
	Settings(ctx context.Context, carrier string) (carrier.Carrier, error)
	ChangeSettings(ctx context.Context, carrier string, p desk.SettingsPatch) (carrier.Carrier, error)
}

// Settings are a carrier's rules on the wire.
type Settings struct {
	ID            string         `json:"id" example:"acme"`
	Name          string         `json:"name"`
	Currency      string         `json:"currency" doc:"Of new accounts."`
	TimeZone      string         `json:"time_zone" doc:"IANA name; due dates are computed in it." example:"Europe/London"`
	GraceDays     int            `json:"grace_days" doc:"The days for which a DID still works after an unpaid charge."`
	SuspendedDays int            `json:"suspended_days" doc:"The days for which it is suspended after that, before it is released."`
	AgingDays     int            `json:"aging_days" doc:"The days for which a released DID is in quarantine before it is for sale again. If a country requires more (aging_minimums), that applies to its DIDs."`
	CatchUp       int            `json:"catch_up" doc:"The most periods of one rental that are charged after an outage."`
	MaxHeld       int            `json:"max_held" doc:"The most numbers in a customer's cart. While the available funds don't cover the cart, it holds at most 10."`
	AgingMinimums []AgingMinimum `json:"aging_minimums" doc:"The countries whose rules ask for a longer quarantine than aging_days, with the days that apply to their DIDs."`
	HoldCooldown  int            `json:"hold_cooldown" doc:"Minutes before a customer can hold a number again that the customer held and did not buy."`
	MaxReserved   int            `json:"max_reserved" doc:"The most numbers that a customer's running orders of more than 90 numbers ask for together, before they are paid."`
	ApprovalDays  int            `json:"approval_days" doc:"How long an order waits for an approval before it is rejected, for customers with purchasing mode needs_approval."`
	Invoicing     string         `json:"invoicing" enum:"per_charge,monthly" doc:"Of customers without their own: one invoice for each order and each day of renewals, or one for all charges of a month."`
	TaxBy         string         `json:"tax_by" enum:"line,total" doc:"total: an invoice's tax is rounded on the sum of each rate when it is issued, and a ledger entry corrects the cents."`
	Issuer        Issuer         `json:"issuer" doc:"The carrier on its invoices."`

	PaymentProvider string `json:"payment_provider" enum:"none,stripe" doc:"The provider by which your customers top up their balance. GET /v1/payment-providers has the settings that it needs."`
}

// AgingMinimum is the shortest time for which a country keeps a released DID from
// its next customer.
type AgingMinimum struct {
	Country string `json:"country" example:"US"`
	Days    int    `json:"days" example:"45"`
}

// SettingsPatch has changes of the settings.
type SettingsPatch struct {
	Name          *string `json:"name,omitempty"`
	TimeZone      *string `json:"time_zone,omitempty" example:"Europe/London"`
	GraceDays     *int    `json:"grace_days,omitempty"`
	SuspendedDays *int    `json:"suspended_days,omitempty"`
	AgingDays     *int    `json:"aging_days,omitempty"`
	CatchUp       *int    `json:"catch_up,omitempty"`
	MaxHeld       *int    `json:"max_held,omitempty" doc:"1 to 90."`
	HoldCooldown  *int    `json:"hold_cooldown,omitempty" doc:"Minutes, 0 to 1440."`
	ApprovalDays  *int    `json:"approval_days,omitempty" doc:"1 to 30, for orders from now on."`

	MaxReserved *int `json:"max_reserved,omitempty" doc:"1 to 100000."`

	Invoicing *string `json:"invoicing,omitempty" enum:"per_charge,monthly" doc:"For charges from now on."`
	TaxBy     *string `json:"tax_by,omitempty" enum:"line,total" doc:"For invoices that are issued from now on."`

	Issuer *IssuerPatch `json:"issuer,omitempty" doc:"The carrier on its invoices. Invoices that were issued keep the issuer of their day."`

	PaymentProvider *string `json:"payment_provider,omitempty" enum:"none,stripe"`
}

func registerSettings(r *httpapi.Routes, service SettingsService) {
	httpapi.Register(r, httpapi.Operation(http.MethodGet, "/v1/settings", "get-settings", httpapi.TagStaff,
		"Show the settings", "The carrier's rules for unpaid rentals, and its time zone."),
		func(ctx context.Context, _ *struct{}) (*httpapi.Out[Settings], error) {
			c, err := service.Settings(ctx, httpapi.Caller(ctx).Carrier)
			return httpapi.Answer(wireSettings(c), err)
		})

	httpapi.Register(r, httpapi.Operation(http.MethodPatch, "/v1/settings", "edit-settings", httpapi.TagStaff,
		"Change the settings", "A merge patch: missing members stay unchanged. Rentals that are past due, suspended or "+
			"aging keep their dates."),
		func(ctx context.Context, in *struct{ Body SettingsPatch }) (*httpapi.Out[Settings], error) {
			c, err := service.ChangeSettings(ctx, httpapi.Caller(ctx).Carrier, in.Body.read())
			return httpapi.Answer(wireSettings(c), err)
		})
}

func (p SettingsPatch) read() desk.SettingsPatch {
	patch := desk.SettingsPatch{
		Name: p.Name, TimeZone: p.TimeZone, GraceDays: p.GraceDays, SuspendedDays: p.SuspendedDays, AgingDays: p.AgingDays,
		CatchUp: p.CatchUp, MaxHeld: p.MaxHeld, HoldCooldown: p.HoldCooldown, MaxReserved: p.MaxReserved,
		ApprovalDays:    p.ApprovalDays,
		PaymentProvider: p.PaymentProvider, Invoicing: (*party.Invoicing)(p.Invoicing), TaxBy: (*carrier.TaxBy)(p.TaxBy),
	}
	if p.Issuer != nil {
		patch.Issuer = p.Issuer.read()
	}
	return patch
}

func wireSettings(c carrier.Carrier) Settings {
	return Settings{
		ID: c.ID, Name: c.Name, Currency: c.Currency, TimeZone: c.TimeZone,
		GraceDays: c.GraceDays, SuspendedDays: c.SuspendedDays, AgingDays: c.AgingDays, CatchUp: c.CatchUp,
		MaxHeld: c.MaxHeld, HoldCooldown: c.CooldownMinutes, MaxReserved: c.MaxReserved, Issuer: wireIssuer(c.Issuer),
		PaymentProvider: cmp.Or(c.Payments, desk.NoPayments),
		ApprovalDays:    cmp.Or(c.ApprovalDays, carrier.DefaultApprovalDays),
		Invoicing:       string(cmp.Or(c.Invoicing, party.PerCharge)), TaxBy: string(cmp.Or(c.TaxBy, carrier.TaxByLine)),
		AgingMinimums: httpapi.Each(c.LongerMinimums(), func(m carrier.Minimum) AgingMinimum { return AgingMinimum(m) }),
	}
}
