package did

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"didpurchase/internal/e164"
)

// The bounds of settings, in characters.
const (
	MaxDestination = 255
	MaxLabel       = 100
	MaxTags        = 20
	MaxTag         = 50
)

// ErrInvalidSettings means that settings are well-formed but invalid.
var ErrInvalidSettings = errors.New("did: invalid settings")

// Settings are a customer's settings of a rental: the destination of calls, a
// label and tags.
type Settings struct {
	Destination string // E.164 with its plus or a SIP URI; "" = nowhere
	Label       string
	Tags        []string // each once
}

// SettingFault is the fault of one setting.
type SettingFault struct {
	Field  string // destination, label, tags, or tags/<index>
	Detail string
}

// InvalidSettings is ErrInvalidSettings with every fault.
type InvalidSettings struct{ Faults []SettingFault }

func (e *InvalidSettings) Error() string {
	return fmt.Sprintf("%v: %s %s", ErrInvalidSettings, e.Faults[0].Field, e.Faults[0].Detail)
}

// Unwrap makes errors.Is find ErrInvalidSettings.
func (e *InvalidSettings) Unwrap() error { return ErrInvalidSettings }

// Settings returns the rental's settings.
func (d DID) Settings() Settings { return Settings{d.Destination, d.Label, d.Tags} }

// Checked returns the settings for the rental of own, with a destination number
// in E.164. Errors: *InvalidSettings.
func (s Settings) Checked(own e164.Number) (Settings, error) {
	var faults []SettingFault
	fault := func(field, format string, args ...any) {
		faults = append(faults, SettingFault{field, fmt.Sprintf(format, args...)})
	}
	destination, ok := readDestination(s.Destination)
	if !ok {
		fault("destination", "must be a number in E.164 with its plus, or a SIP URI such as sip:desk@example.com, of at most %d characters", MaxDestination)
	}
	if ok && destination == own.String() {
		fault("destination", "is the rented number: its calls would come back to it for ever; choose another number or a SIP URI")
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
	s.Destination = destination
	return s, nil
}

// sipURI is the part of RFC 3261's grammar (25.1) that names the callee: user,
// host or address, port and parameters.
var sipURI = regexp.MustCompile(`^(?i:sips?):([A-Za-z0-9._~!$&'()*+,;=%/?-]+@)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(;[A-Za-z0-9=;._~%-]*)?$`)

// readDestination returns the destination in its stored form.
func readDestination(text string) (destination string, ok bool) {
	if text == "" || len(text) <= MaxDestination && sipURI.MatchString(text) {
		return text, true
	}
	n, err := e164.Parse(text)
	return n.String(), err == nil && strings.HasPrefix(text, "+")
}

func isText(s string, most int) bool {
	return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, unicode.IsControl)
}
