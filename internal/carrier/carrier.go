// Package carrier is the tenant: a range holder and the rules that it sets for
// its customers. It knows nothing of them, nor of stores.
package carrier

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a function's image has no time zones
)

// ErrInvalid says that a setting can't be meant.
var ErrInvalid = errors.New("carrier: invalid setting")

// Carrier is a tenant and its settings.
type Carrier struct {
	ID       string // a slug
	Ver      int    // +1 at each write
	Name     string // for people
	TimeZone string // IANA: due dates are computed in it
	Currency string // ISO 4217: of new accounts
	Dunning
}

// Dunning is what happens to a rental that is not paid, in days of 24 hours.
type Dunning struct {
	GraceDays     int // past due, but working, before it is suspended
	SuspendedDays int // suspended before it is released
	AgingDays     int // in quarantine before it is for sale again
	// CatchUp is how many periods of one rental are charged at most after an
	// outage; the oldest beyond them are not charged.
	CatchUp int
}

// Defaults are the settings of a new carrier.
var Defaults = Dunning{GraceDays: 7, SuspendedDays: 30, AgingDays: 30, CatchUp: 31}

// New is a carrier with the default settings.
func New(id, name, timeZone, currency string) Carrier {
	return Carrier{ID: id, Ver: 1, Name: name, TimeZone: timeZone, Currency: currency, Dunning: Defaults}
}

// Update replaces settings that still stand at SeenVer.
type Update struct {
	SeenVer int
	To      Carrier
}

// Target names the carrier's item.
func (u Update) Target() string { return "carrier " + u.To.ID }

// Location is the time zone. Errors wrap ErrInvalid.
func (c Carrier) Location() (*time.Location, error) {
	loc, err := time.LoadLocation(c.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("%w: time zone %q of %s", ErrInvalid, c.TimeZone, c.ID)
	}
	return loc, nil
}

// Setting is one of the rules, by its name on the wire, with its bounds.
type Setting struct {
	Name            string
	Value, From, To int
}

// Valid says whether the value lies in its bounds.
func (s Setting) Valid() bool { return s.Value >= s.From && s.Value <= s.To }

// maxDays bounds every setting.
const maxDays = 3650

// Settings lists the rules.
func (d Dunning) Settings() []Setting {
	return []Setting{
		{"grace_days", d.GraceDays, 0, maxDays}, {"suspended_days", d.SuspendedDays, 0, maxDays},
		{"aging_days", d.AgingDays, 0, maxDays}, {"catch_up", d.CatchUp, 1, maxDays},
	}
}

// Check is nil when every setting lies in its bounds. Errors wrap ErrInvalid and
// name the setting.
func (d Dunning) Check() error {
	for _, s := range d.Settings() {
		if !s.Valid() {
			return fmt.Errorf("%w: %s is %d, want %d to %d", ErrInvalid, s.Name, s.Value, s.From, s.To)
		}
	}
	return nil
}

// Grace is how long a rental is past due before it is suspended.
func (d Dunning) Grace() time.Duration { return days(d.GraceDays) }

// Suspended is how long a rental is suspended before it is released.
func (d Dunning) Suspended() time.Duration { return days(d.SuspendedDays) }

// Aging is how long a released number is in quarantine.
func (d Dunning) Aging() time.Duration { return days(d.AgingDays) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
