package intake

import (
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/validate"
)

// Profile has the settings for reading a carrier's files, and for files in its
// folder. Its JSON is the wire form and the stored one.
type Profile struct {
	sheet.Profile

	// For files in the profile's folder: an upload has its own settings.
	Mode     Mode     `json:"mode,omitempty"`     // "" = Partial
	Strategy Strategy `json:"strategy,omitempty"` // "" = Add; of numbers to offer
	DryRun   *bool    `json:"dry_run,omitempty"`  // nil = as the strategy decides
}

// NamedProfile is a profile with the carrier's name for it.
type NamedProfile struct {
	Name string
	Profile
}

// validate names each field that is well-formed but invalid. Errors:
// *validate.Invalid.
func (p Profile) validate(name string) error {
	var f validate.Faults
	p.Check(&f, name)
	checkHow(&f, p.Mode, p.Strategy)
	return f.Err()
}

// reading returns the way to read the job's file; nil without a profile.
func (j Job) reading() *sheet.Profile {
	if j.Profile == nil {
		return nil
	}
	return &j.Profile.Profile
}
