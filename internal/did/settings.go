package did

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"didpurchase/internal/destination"
	"didpurchase/internal/e164"
)

// The bounds of settings, in characters.
const (
	MaxLabel = 100
	MaxTags  = 20
	MaxTag   = 50
)

// ErrInvalidSettings means that settings are well-formed but invalid.
var ErrInvalidSettings = errors.New("did: invalid settings")

// Settings are a customer's settings of a rental: the destination of calls, a
// label and tags.
type Settings struct {
	Route destination.Route
	Label string
	Tags  []string // each once
}

// SettingFault is the fault of one setting.
type SettingFault struct {
	Field  string // label, tags, tags/<index>, or a part of the route
	Detail string
}

// InvalidSettings is ErrInvalidSettings with every fault.
type InvalidSettings struct{ Faults []SettingFault }

func (e *InvalidSettings) Error() string {
	return fmt.Sprintf("%v: %s %s", ErrInvalidSettings, e.Faults[0].Field, e.Faults[0].Detail)
}

// NameOnlyTarget gives the only target of a route the name that the caller used,
// who sent it in a list.
func (e *InvalidSettings) NameOnlyTarget(field string) {
	for i, f := range e.Faults {
		if f.Field == "destination" {
			e.Faults[i].Field = field
		}
	}
}

// Unwrap makes errors.Is find ErrInvalidSettings.
func (e *InvalidSettings) Unwrap() error { return ErrInvalidSettings }

// Settings returns the rental's settings.
func (d DID) Settings() Settings { return Settings{d.Route, d.Label, d.Tags} }

// Checked returns the settings with their route in its stored form. own are the
// rented numbers. An unchanged route is not checked again, so that a route from
// before a rule stays when only the label changes. Errors: *InvalidSettings.
func (s Settings) Checked(own e164.Span, was Settings) (Settings, error) {
	var faults []SettingFault
	fault := func(field, format string, args ...any) {
		faults = append(faults, SettingFault{field, fmt.Sprintf(format, args...)})
	}
	if !s.Route.Equal(was.Route) {
		checked, wrong := s.Route.Checked(own)
		for _, f := range wrong {
			fault(f.Part, "%s", f.Detail)
		}
		s.Route = checked
	}
	if !isText(s.Label, MaxLabel) {
		fault("label", "must be at most %d characters, none of them a control character", MaxLabel)
	}
	if len(s.Tags) > MaxTags {
		fault("tags", "are %d; at most %d are allowed", len(s.Tags), MaxTags)
	}
	for i, tag := range s.Tags {
		field := fmt.Sprintf("tags/%d", i)
		if tag == "" || !isText(tag, MaxTag) {
			fault(field, "must be 1 to %d characters, none of them a control character", MaxTag)
		}
		if slices.Contains(s.Tags[:i], tag) {
			fault(field, "is there twice")
		}
	}
	if faults != nil {
		return Settings{}, &InvalidSettings{faults}
	}
	return s, nil
}

func isText(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}
