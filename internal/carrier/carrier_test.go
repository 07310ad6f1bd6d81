package carrier_test

import (
	"errors"
	"testing"
	"time"

	"didpurchase/internal/carrier"
)

func TestNewCarrierIsValid(t *testing.T) {
	c := carrier.New("acme", "Acme", "Europe/London", "USD")
	if err := c.Check(); err != nil {
		t.Error(err)
	}
	if loc, err := c.Location(); err != nil || loc.String() != "Europe/London" {
		t.Errorf("%v, %v", loc, err)
	}
	if c.Grace() != 7*24*time.Hour {
		t.Errorf("grace %s", c.Grace())
	}
	if _, err := (carrier.Carrier{TimeZone: "Mars/Olympus"}).Location(); !errors.Is(err, carrier.ErrInvalid) {
		t.Errorf("an unknown zone: %v", err)
	}
}

func TestCheckNamesTheSetting(t *testing.T) {
	for _, d := range []carrier.Dunning{
		{GraceDays: -1, CatchUp: 1}, {SuspendedDays: 3651, CatchUp: 1}, {AgingDays: -1, CatchUp: 1}, {CatchUp: 0},
	} {
		if err := d.Check(); !errors.Is(err, carrier.ErrInvalid) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	if err := (carrier.Dunning{CatchUp: 1}).Check(); err != nil {
		t.Errorf("no days at all: %v", err)
	}
}

// A country's minimum counts where the carrier's days are fewer, and only there.
func TestAgingHasAMinimum(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		country    string
		days, want int
	}{
		{"US", 0, 45}, {"US", 30, 45}, {"US", 45, 45}, {"US", 90, 90}, {"PR", 1, 45},
		{"GB", 0, 0}, {"GB", 30, 30}, {"", 30, 30},
	} {
		got := carrier.Dunning{AgingDays: tc.days}.AgingIn(tc.country)
		if want := time.Duration(tc.want) * 24 * time.Hour; got != want {
			t.Errorf("%q with %d days: %s, want %s", tc.country, tc.days, got, want)
		}
	}
}

// Settings name a country only where its minimum is longer than the carrier's days.
func TestLongerMinimums(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		days, countries, longest int
	}{
		{0, len(carrier.Minimums), 45}, {44, len(carrier.Minimums), 45}, {45, 0, 45}, {90, 0, 90},
	} {
		d := carrier.Dunning{AgingDays: tc.days}
		if got := len(d.LongerMinimums()); got != tc.countries {
			t.Errorf("%d days: %d countries, want %d", tc.days, got, tc.countries)
		}
		if got, want := d.LongestAging(), time.Duration(tc.longest)*24*time.Hour; got != want {
			t.Errorf("%d days: longest %s, want %s", tc.days, got, want)
		}
	}
}
