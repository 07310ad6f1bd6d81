package pricing_test

import (
	"testing"
	"time"

	"didpurchase/internal/pricing"
)

// The highest version that has begun decides, even if it has ended.
func TestOnSale(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }
	version := func(n int, from, until time.Time) pricing.Package {
		return pricing.Package{Terms: pricing.Terms{Package: "p", Version: n}, ActiveFrom: from, ActiveUntil: until}
	}
	var never time.Time
	for name, c := range map[string]struct {
		versions []pricing.Package
		want     map[int]int // version by day; 0 = none
	}{
		"for ever":    {[]pricing.Package{version(1, never, never)}, map[int]int{1: 1}},
		"announced":   {[]pricing.Package{version(1, day(5), never)}, map[int]int{4: 0, 5: 1}},
		"ended":       {[]pricing.Package{version(1, never, day(5))}, map[int]int{4: 1, 5: 0}},
		"a new price": {[]pricing.Package{version(1, never, never), version(2, day(5), never)}, map[int]int{4: 1, 5: 2}},
		"ended by the new": {[]pricing.Package{version(1, never, never), version(2, day(5), day(7))},
			map[int]int{4: 1, 6: 2, 7: 0}},
	} {
		for d, want := range c.want {
			if got := pricing.OnSale(c.versions, day(d))["p"].Version; got != want {
				t.Errorf("%s, day %d: version %d, want %d", name, d, got, want)
			}
		}
	}
}
