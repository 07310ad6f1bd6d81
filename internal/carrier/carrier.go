// Package carrier is the tenant: a range holder and its rules for customers. It
// knows neither customers nor stores.
package carrier

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
	_ "time/tzdata" // a function's image has no time zones

	"didpurchase/internal/party"
)

// ErrInvalid means that a setting is well-formed but invalid.
var ErrInvalid = errors.New("carrier: invalid setting")

// Carrier is a tenant and its settings.
type Carrier struct {
	ID       string // a slug
	Ver      int    // +1 at each write
	Name     string // for people
	TimeZone string // IANA: of days in reports, and of the due dates of new rentals
	// OlderZone is the time zone of rentals that began before rentals kept
	// their own: the value of TimeZone before its first change since then; ""
	// if it was never changed.
	OlderZone string
	Currency  string // ISO 4217: of new accounts
	Issuer    Issuer
	Payments  string          // the payment provider by which customers top up, such as "stripe"; "" for none
	Invoicing party.Invoicing // of customers who have none of their own; "" = per charge
	TaxBy     TaxBy
	Dunning
	Holding
	Approving
}

// Approving is the rule for orders that wait for an approval.
type Approving struct {
	ApprovalDays int // of 24 hours, before such an order is rejected; 0 = DefaultApprovalDays
}

// DefaultApprovalDays is used for a carrier that has not chosen a time.
const DefaultApprovalDays = 7

// maxApprovalDays bounds the time in which nobody else can buy the numbers.
const maxApprovalDays = 30

// Settings returns the rules.
func (a Approving) Settings() []Setting {
	return []Setting{{"approval_days", cmp.Or(a.ApprovalDays, DefaultApprovalDays), 1, maxApprovalDays}}
}

// ApprovalTime returns the time in which an order must be approved.
func (a Approving) ApprovalTime() time.Duration {
	return days(cmp.Or(a.ApprovalDays, DefaultApprovalDays))
}

// TaxBy says on which amount the tax of an invoice is rounded.
type TaxBy string

// The ways of rounding. A carrier without one rounds by line.
const (
	TaxByLine  TaxBy = "line"  // on each charge
	TaxByTotal TaxBy = "total" // on the sum of the charges with one rate
)

// Known reports whether the way exists.
func (t TaxBy) Known() bool { return t == TaxByLine || t == TaxByTotal }

// Holding limits the numbers that a customer holds without buying them.
type Holding struct {
	MaxHeld         int // numbers in a customer's cart
	CooldownMinutes int // before a customer can hold a number again that the customer let lapse
	MaxReserved     int // numbers that a customer's running large orders ask for together, before they are paid
}

// Cooldown returns the time in which a customer can't hold a number again after
// letting it lapse.
func (h Holding) Cooldown() time.Duration { return time.Duration(h.CooldownMinutes) * time.Minute }

// The bounds of Holding: a checkout buys at most 90 numbers at once.
const (
	maxHeld            = 90
	maxCooldownMinutes = 24 * 60
	maxReserved        = 100_000
)

// Settings returns the rules.
func (h Holding) Settings() []Setting {
	return []Setting{{"max_held", h.MaxHeld, 1, maxHeld}, {"hold_cooldown", h.CooldownMinutes, 0, maxCooldownMinutes},
		{"max_reserved", h.MaxReserved, 1, maxReserved}}
}

// DefaultHolding is the holding of a new carrier. Two orders of the largest size may
// run at once.
var DefaultHolding = Holding{MaxHeld: maxHeld, CooldownMinutes: 30, MaxReserved: 10_000}

// Dunning has the terms for an unpaid rental, in days of 24 hours.
type Dunning struct {
	GraceDays     int // past due, but working, before it is suspended
	SuspendedDays int // suspended before it is released
	AgingDays     int // in quarantine before it is for sale again; AgingIn knows countries' minimums
	// CatchUp is how many periods of one rental are charged at most after an
	// outage; the oldest beyond them are not charged.
	CatchUp int
}

// Defaults are the settings of a new carrier.
var Defaults = Dunning{GraceDays: 7, SuspendedDays: 30, AgingDays: 30, CatchUp: 31}

// New returns a carrier with the default settings.
func New(id, name, timeZone, currency string) Carrier {
	return Carrier{ID: id, Ver: 1, Name: name, TimeZone: timeZone, Currency: currency, Dunning: Defaults,
		Holding: DefaultHolding}
}

// Update replaces settings that still have version SeenVer.
type Update struct {
	SeenVer int
	To      Carrier
}

// Target names the carrier's item.
func (u Update) Target() string { return "carrier " + u.To.ID }

// Location returns the time zone of days and of new rentals. Errors wrap
// ErrInvalid.
func (c Carrier) Location() (*time.Location, error) { return c.load(c.TimeZone) }

// OlderLocation returns the time zone of rentals that keep none. Errors wrap
// ErrInvalid.
func (c Carrier) OlderLocation() (*time.Location, error) {
	return c.load(cmp.Or(c.OlderZone, c.TimeZone))
}

func (c Carrier) load(zone string) (*time.Location, error) {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return nil, fmt.Errorf("%w: time zone %q of %s", ErrInvalid, zone, c.ID)
	}
	return loc, nil
}

// Moved returns the carrier with another time zone for new rentals.
func (c Carrier) Moved(zone string) Carrier {
	if zone != c.TimeZone && c.OlderZone == "" {
		c.OlderZone = c.TimeZone
	}
	c.TimeZone = zone
	return c
}

// Setting is one of the rules, with its name on the wire and its bounds.
type Setting struct {
	Name            string
	Value, From, To int
}

// Valid reports whether the value is within its bounds.
func (s Setting) Valid() bool { return s.Value >= s.From && s.Value <= s.To }

// maxDays bounds every setting.
const maxDays = 3650

// Settings returns every rule.
func (c Carrier) Settings() []Setting {
	return slices.Concat(c.Dunning.Settings(), c.Holding.Settings(), c.Approving.Settings())
}

// Settings returns the rules.
func (d Dunning) Settings() []Setting {
	return []Setting{
		{"grace_days", d.GraceDays, 0, maxDays}, {"suspended_days", d.SuspendedDays, 0, maxDays},
		{"aging_days", d.AgingDays, 0, maxDays}, {"catch_up", d.CatchUp, 1, maxDays},
	}
}

// Check returns nil if every setting is within its bounds. Errors wrap
// ErrInvalid and name the setting.
func (d Dunning) Check() error {
	for _, s := range d.Settings() {
		if !s.Valid() {
			return fmt.Errorf("%w: %s is %d, want %d to %d", ErrInvalid, s.Name, s.Value, s.From, s.To)
		}
	}
	return nil
}

// Grace returns the time that a rental is past due before it is suspended.
func (d Dunning) Grace() time.Duration { return days(d.GraceDays) }

// Suspended returns the time that a rental is suspended before it is released.
func (d Dunning) Suspended() time.Duration { return days(d.SuspendedDays) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
