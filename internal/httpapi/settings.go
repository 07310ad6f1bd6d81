package httpapi

import (
	"context"
	"net/http"

	"didpurchase/internal/carrier"
	"didpurchase/internal/desk"
)

// SettingsService is the carrier's rules; *desk.Service is one, and says the
// errors.
type SettingsService interface {
	Settings(ctx context.Context, carrier string) (carrier.Carrier, error)
	ChangeSettings(ctx context.Context, carrier string, p desk.SettingsPatch) (carrier.Carrier, error)
}

// Settings are a carrier's rules on the wire.
type Settings struct {
	ID            string         `json:"id" example:"acme"`
	Name          string         `json:"name"`
	Currency      string         `json:"currency" doc:"Of new accounts."`
	TimeZone      string         `json:"time_zone" doc:"IANA: due dates are computed in it." example:"Europe/London"`
	GraceDays     int            `json:"grace_days" doc:"How long a DID works on when a charge can't be paid."`
	SuspendedDays int            `json:"suspended_days" doc:"How long it is suspended after that, before it is released."`
	AgingDays     int            `json:"aging_days" doc:"How many days a released DID is in quarantine before it is for sale again. Where a country asks for more (aging_minimums), its DIDs rest as long as it asks."`
	CatchUp       int            `json:"catch_up" doc:"How many periods of one rental are charged at most after an outage."`
	MaxHeld       int            `json:"max_held" doc:"How many numbers a customer's cart holds at most. A customer whose available funds don't cover the cart holds at most 10."`
	AgingMinimums []AgingMinimum `json:"aging_minimums" doc:"Countries whose DIDs rest longer than aging_days where that is less."`
	HoldCooldown  int            `json:"hold_cooldown" doc:"Minutes before a customer can hold a number again that the customer held and did not buy."`
}

// AgingMinimum is the least time that a country keeps a released DID from its
// next customer.
type AgingMinimum struct {
	Country string `json:"country" example:"US"`
	Days    int    `json:"days" example:"45"`
}

// SettingsPatch is what may be changed of them.
type SettingsPatch struct {
	Name          *string `json:"name,omitempty"`
	TimeZone      *string `json:"time_zone,omitempty" example:"Europe/London"`
	GraceDays     *int    `json:"grace_days,omitempty"`
	SuspendedDays *int    `json:"suspended_days,omitempty"`
	AgingDays     *int    `json:"aging_days,omitempty"`
	CatchUp       *int    `json:"catch_up,omitempty"`
	MaxHeld       *int    `json:"max_held,omitempty" doc:"1 to 90."`
	HoldCooldown  *int    `json:"hold_cooldown,omitempty" doc:"Minutes, 0 to 1440."`
}

func registerSettings(r *routes, service SettingsService) {
	register(r, operation(http.MethodGet, "/v1/settings", "get-settings", tagStaff,
		"Show the settings", "The carrier's rules for what is not paid, and its time zone."),
		func(ctx context.Context, _ *struct{}) (*out[Settings], error) {
			c, err := service.Settings(ctx, caller(ctx).Carrier)
			return answer(wireSettings(c), err)
		})

	register(r, operation(http.MethodPatch, "/v1/settings", "edit-settings", tagStaff,
		"Change the settings", "A merge patch: what is left out stays. What is under way keeps the dates that it has."),
		func(ctx context.Context, in *struct{ Body SettingsPatch }) (*out[Settings], error) {
			c, err := service.ChangeSettings(ctx, caller(ctx).Carrier, desk.SettingsPatch(in.Body))
			return answer(wireSettings(c), err)
		})
}

func wireSettings(c carrier.Carrier) Settings {
	return Settings{
		ID: c.ID, Name: c.Name, Currency: c.Currency, TimeZone: c.TimeZone,
		GraceDays: c.GraceDays, SuspendedDays: c.SuspendedDays, AgingDays: c.AgingDays, CatchUp: c.CatchUp,
		MaxHeld: c.MaxHeld, HoldCooldown: c.CooldownMinutes,
		AgingMinimums: each(carrier.Minimums, func(m carrier.Minimum) AgingMinimum { return AgingMinimum(m) }),
	}
}
