package did_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
)

func TestSettings(t *testing.T) {
	many := strings.Fields(strings.Repeat("x ", did.MaxTags+1))
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	for name, c := range map[string]struct {
		settings    did.Settings
		faults      string
		destination string
	}{
		"nothing": {},
		"a number": {settings: did.Settings{Route: destination.To("+44 20 7946 0000")},
			destination: "+442079460000"},
		"without its plus": {settings: did.Settings{Route: destination.To("442079460000")}, faults: "destination"},
		"a SIP URI": {settings: did.Settings{Route: destination.To("sip:desk@pbx.example.com:5060;transport=tls")},
			destination: "sip:desk@pbx.example.com:5060;transport=tls"},
		"an address": {settings: did.Settings{Route: destination.To("SIPS:[2001:db8::1]")},
			destination: "sips:[2001:db8::1]"},
		"its own number": {settings: did.Settings{Route: destination.To("+44 20-7123 4567")},
			faults: "destination"},
		"a web page": {settings: did.Settings{Route: destination.To("https://example.com")},
			faults: "destination"},
		"a SIP URI without a user": {settings: did.Settings{Route: destination.To("sip:")}, faults: "destination"},
		"two lines":                {settings: did.Settings{Route: destination.To("sip:a@b\r\nX: y")}, faults: "destination"},
		"too long": {settings: did.Settings{Route: destination.To("sip:" + strings.Repeat("a", 252))},
			faults: "destination"},
		"a long label":         {settings: did.Settings{Label: strings.Repeat("é", did.MaxLabel)}},
		"a longer label":       {settings: did.Settings{Label: strings.Repeat("é", did.MaxLabel+1)}, faults: "label"},
		"a label of two lines": {settings: did.Settings{Label: "a\nb"}, faults: "label"},
		"tags":                 {settings: did.Settings{Tags: many[:did.MaxTags]}},
		"too many tags":        {settings: did.Settings{Tags: many}, faults: "tags"},
		"twice":                {settings: did.Settings{Tags: []string{"a", "b", "a"}}, faults: "tags/2"},
		"an empty tag":         {settings: did.Settings{Tags: []string{""}}, faults: "tags/0"},
		"all at once": {settings: did.Settings{Route: destination.To("x"), Label: "\x00", Tags: []string{"\t"}},
			faults: "destination label tags/0"},
	} {
		got, err := c.settings.Checked(e164.Span{Start: number, End: number}, did.Settings{})
		var invalid *did.InvalidSettings
		var fields []string
		if errors.As(err, &invalid) {
			for _, f := range invalid.Faults {
				fields = append(fields, f.Field)
			}
		}
		if strings.Join(fields, " ") != c.faults || got.Route.First() != c.destination {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// TestFirstEnd compares FirstEnd with the refusal of a cancellation.
func TestFirstEnd(t *testing.T) {
	for _, days := range []int{0, 28, 29, 59, 60, 365} {
		for period := range 13 {
			d := rental(did.Assigned, period)
			d.Terms.MinTermDays = days
			from, ends := d.FirstEnd(time.UTC)
			at, err := d.EndsAt(time.UTC)
			var term *did.MinimumTerm
			switch {
			case errors.As(err, &term) && (!term.First.Equal(ends) || !from.After(d.PeriodStart)):
				t.Errorf("%d days, period %d: first end %s, in the refusal %s", days, period, ends, term.First)
			case err == nil && (!at.Equal(ends) || !from.Equal(d.PeriodStart)):
				t.Errorf("%d days, period %d: first end %s, a cancellation gives %s", days, period, ends, at)
			}
			if zero := d.TermEnds(time.UTC).IsZero(); zero != (days == 0) || !zero && d.TermEnds(time.UTC).Before(noon) {
				t.Errorf("%d days: the term ends %s", days, d.TermEnds(time.UTC))
			}
		}
	}
}
