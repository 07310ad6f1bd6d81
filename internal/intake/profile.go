package intake

import "didpurchase/internal/intake/sheet"

// Profile says how to read a carrier's files, and what becomes of those that are
// dropped into its folder. Its JSON is the wire form and the kept one.
type Profile struct {
	sheet.Profile

	// Of files that are dropped into the profile's folder: an upload says so itself.
	Mode     Mode     `json:"mode,omitempty"`     // "" = Partial
	Strategy Strategy `json:"strategy,omitempty"` // "" = Add; of numbers to offer
	DryRun   *bool    `json:"dry_run,omitempty"`  // nil = the strategy's word
}

// NamedProfile is a profile and what the carrier calls it.
type NamedProfile struct {
	Name string
	Profile
}

// validate names each field that is well-formed but invalid. Errors: *sheet.Invalid.
func (p Profile) validate(name string) error {
	var f sheet.Faults
	p.Check(&f, name)
	checkHow(&f, p.Mode, p.Strategy)
	return f.Err()
}

// reading returns how the job's file is to be read; nil without a profile.
func (j Job) reading() *sheet.Profile {
	if j.Profile == nil {
		return nil
	}
	return &j.Profile.Profile
}
