package did_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"didpurchase/internal/did"
	"didpurchase/internal/pricing"
)

var someZones = []string{"UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Pacific/Kiritimati",
	"Pacific/Pago_Pago", "Australia/Lord_Howe"}

func location(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// A rental is due in the time zone in which it began, also if the carrier's zone is
// another one when it is charged; its paid periods join.
func TestRentalsKeepTheirZone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zone := func(label string) *time.Location { return location(t, rapid.SampledFrom(someZones).Draw(t, label)) }
		agreed := zone("agreed")
		rented := offer
		rented.Terms.Interval = rapid.SampledFrom([]pricing.Interval{{Unit: pricing.Month, Count: 1},
			{Unit: pricing.Week, Count: 1}, {Unit: pricing.Day, Count: 1}}).Draw(t, "interval")
		if rented.Terms.Interval.Unit == pricing.Month {
			rented.Terms.Align = rapid.SampledFrom([]pricing.Alignment{{}, {MonthDays: pricing.OnMonthDays(1)},
				{MonthDays: pricing.OnMonthDays(15, pricing.LastDay), Prorated: true}}).Draw(t, "alignment")
		}
		start := noon.Add(time.Duration(rapid.IntRange(0, 365*24*60).Draw(t, "start")) * time.Minute)
		m, err := did.AllocateTo("acme", "alice", number, did.DID{}, rented, "r", start, agreed)
		if err != nil {
			t.Fatal(err)
		}
		d := m.To
		for k := 1; k <= 14; k++ {
			m, err := d.Paid(k, d.NextAt, zone("carrier's now"))
			if err != nil {
				t.Fatal(err)
			}
			wantStart, wantEnd := rented.Terms.Period(start, k, agreed)
			if !m.To.PeriodStart.Equal(wantStart) || !m.To.PeriodStart.Equal(d.PeriodEnd) {
				t.Errorf("period %d begins %s, want %s; the one before ends %s", k, m.To.PeriodStart, wantStart, d.PeriodEnd)
			}
			if !m.To.PeriodEnd.Equal(wantEnd) {
				t.Errorf("period %d ends %s, want %s", k, m.To.PeriodEnd, wantEnd)
			}
			d = m.To
		}
	})
}

// A rental that was written before rentals kept their zone goes on where its paid
// period ends, in the zone that it is given, and keeps that zone from then on.
func TestOlderRentals(t *testing.T) {
	t.Parallel()
	newYork, monthly := location(t, "America/New_York"), offer
	monthly.Terms.Align = pricing.Alignment{MonthDays: pricing.OnMonthDays(1)}
	rented, err := did.AllocateTo("acme", "alice", number, did.DID{}, monthly, "r", noon, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	d := rented.To
	d.Zone = ""
	m, err := d.Paid(1, d.NextAt, newYork)
	if err != nil {
		t.Fatal(err)
	}
	if !m.To.PeriodStart.Equal(d.PeriodEnd) {
		t.Errorf("period 1 begins %s, want %s", m.To.PeriodStart, d.PeriodEnd)
	}
	if want := time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC); !m.To.PeriodEnd.Equal(want) {
		t.Errorf("period 1 ends %s, want %s", m.To.PeriodEnd, want)
	}
	if m.To.Zone != "America/New_York" {
		t.Errorf("zone %q, want America/New_York", m.To.Zone)
	}
}

func TestCheckZone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]error{"": nil, "UTC": nil, "Europe/London": nil, "Local": did.ErrZone,
		"Mars/Olympus": did.ErrZone, "../etc": did.ErrZone} {
		if err := did.CheckZone(name); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}
