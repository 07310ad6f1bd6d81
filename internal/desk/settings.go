package desk

import (
	"context"

	"didpurchase/internal/audit"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/party"
	"didpurchase/internal/validate"
)

// SettingsPatch has the changed settings of a carrier; nil leaves one
// unchanged.
type SettingsPatch struct {
	Name          *string
	TimeZone      *string
	GraceDays     *int
	SuspendedDays *int
	AgingDays     *int
	CatchUp       *int
	MaxHeld       *int
	HoldCooldown  *int // minutes
	MaxReserved   *int
	ApprovalDays  *int
	Issuer        *IssuerPatch

	PaymentProvider *string // NoPayments to switch top-ups off
	Invoicing       *party.Invoicing
	TaxBy           *carrier.TaxBy
}

// NoPayments is the setting of a carrier without a payment provider.
const NoPayments = "none"

// Settings returns the carrier's settings.
func (s *Service) Settings(ctx context.Context, id string) (carrier.Carrier, error) {
	return s.store.Carrier(ctx, id)
}

// ChangeSettings changes the carrier's settings. Errors: *validate.Invalid.
func (s *Service) ChangeSettings(ctx context.Context, id string, p SettingsPatch) (carrier.Carrier, error) {
	return commit.Insist(ctx, func() (carrier.Carrier, error) {
		current, err := s.store.Carrier(ctx, id)
		if err != nil {
			return carrier.Carrier{}, err
		}
		to := p.apply(current)
		if err := checkSettings(to); err != nil || to == current {
			return to, err
		}
		to.Ver++
		return to, s.commit(ctx, carrier.Update{SeenVer: current.Ver, To: to}, s.act(ctx, audit.Entry{
			Carrier: id, Action: audit.SettingsChanged, Old: settingsValues(current), New: settingsValues(to),
		}))
	})
}

func (p SettingsPatch) apply(c carrier.Carrier) carrier.Carrier {
	set(&c.Name, p.Name)
	if p.TimeZone != nil {
		c = c.Moved(*p.TimeZone)
	}
	set(&c.GraceDays, p.GraceDays)
	set(&c.SuspendedDays, p.SuspendedDays)
	set(&c.AgingDays, p.AgingDays)
	set(&c.CatchUp, p.CatchUp)
	set(&c.MaxHeld, p.MaxHeld)
	set(&c.CooldownMinutes, p.HoldCooldown)
	set(&c.MaxReserved, p.MaxReserved)
	set(&c.ApprovalDays, p.ApprovalDays)
	set(&c.Invoicing, p.Invoicing)
	set(&c.TaxBy, p.TaxBy)
	if p.Issuer != nil {
		p.Issuer.apply(&c.Issuer)
	}
	if set(&c.Payments, p.PaymentProvider); c.Payments == NoPayments {
		c.Payments = ""
	}
	return c
}

func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

func checkSettings(c carrier.Carrier) error {
	var f validate.Faults
	f.Unless(validate.Text(c.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	_, err := c.Location()
	f.Unless(err == nil && c.TimeZone != "" && c.TimeZone != "Local", "/time_zone",
		"%q is not an IANA time zone such as Europe/London", c.TimeZone)
	for _, s := range c.Settings() {
		f.Unless(s.Valid(), "/"+s.Name, "must be %d to %d", s.From, s.To)
	}
	c.Issuer.Check(&f, "/issuer")
	return f.Err()
}
