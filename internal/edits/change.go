package edits

import (
	"errors"
	"slices"
	"strings"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/validate"
)

// Action is what a job does with its numbers, besides their settings.
type Action string

// The actions; "" changes settings.
const (
	Cancel  Action = "cancel"
	Restore Action = "restore"
	Reclaim Action = "reclaim"
)

// Change is the wanted change of a number. nil leaves a value as it is; an empty
// one removes it.
type Change struct {
	Action      Action
	Destination *string
	Label       *string
	Tags        *[]string // in place of all tags
	AddTags     []string
	RemoveTags  []string
}

// editsSettings reports whether the change has settings.
func (c Change) editsSettings() bool {
	return c.Destination != nil || c.Label != nil || c.Tags != nil || len(c.AddTags) > 0 || len(c.RemoveTags) > 0
}

// check refuses an empty change, and settings together with an action. Errors:
// *validate.Invalid.
func (c Change) check() error {
	var f validate.Faults
	f.Unless(c.Action != "" || c.editsSettings(), "/set",
		"nothing is to be changed: send set, add_tags, remove_tags, cancel, restore or reclaim")
	f.Unless(c.Action == "" || !c.editsSettings(), "/set",
		"a job either changes settings or does %s; send two jobs", c.Action)
	for _, tag := range c.AddTags {
		f.Unless(!slices.Contains(c.RemoveTags, tag), "/add_tags", "%q is in add_tags and in remove_tags", tag)
	}
	f = append(f, c.faults()...)
	return f.Err()
}

// faults returns the faults that the settings have for any number.
func (c Change) faults() (f validate.Faults) {
	settings := Change{Destination: c.Destination, Label: c.Label}.apply(did.Settings{Tags: c.AddTags})
	_, err := settings.Checked(e164.Span{}, did.Settings{})
	var invalid *did.InvalidSettings
	if errors.As(err, &invalid) {
		for _, fault := range invalid.Faults {
			place, isTag := strings.CutPrefix(fault.Field, "tags")
			if isTag {
				f.Add("/add_tags"+place, "%s", fault.Detail)
				continue
			}
			f.Add("/set/"+fault.Field, "%s", fault.Detail)
		}
	}
	return f
}

// apply returns the settings after the change.
func (c Change) apply(s did.Settings) did.Settings {
	if c.Destination != nil {
		s.Route.Targets = nil
		if *c.Destination != "" {
			s.Route.Targets = []destination.Target{{URI: *c.Destination, Priority: 1}}
		}
	}
	if c.Label != nil {
		s.Label = *c.Label
	}
	if c.Tags != nil {
		s.Tags = *c.Tags
	}
	if len(c.RemoveTags) > 0 {
		s.Tags = slices.DeleteFunc(slices.Clone(s.Tags), func(tag string) bool { return slices.Contains(c.RemoveTags, tag) })
	}
	for _, tag := range c.AddTags {
		if !slices.Contains(s.Tags, tag) {
			s.Tags = append(slices.Clone(s.Tags), tag)
		}
	}
	return s
}

func (c Change) size() int {
	n := 0
	for _, text := range []*string{c.Destination, c.Label} {
		if text != nil {
			n += len(*text)
		}
	}
	if c.Tags != nil {
		n += sizeOf(*c.Tags)
	}
	return n
}

func sizeOf(texts []string) (n int) {
	for _, text := range texts {
		n += len(text) + 8
	}
	return n
}

// Values are the values of a number that a job changed; nil for one that it did not
// change.
type Values struct {
	State   did.State
	Targets *[]destination.Target
	Label   *string
	Tags    *[]string
}

// differences returns the old and the new values of the fields that a move changes.
func differences(before, after did.DID) (was, is Values) {
	if before.State != after.State {
		was.State, is.State = before.State, after.State
	}
	if !before.Route.Equal(after.Route) {
		was.Targets, is.Targets = &before.Route.Targets, &after.Route.Targets
	}
	if before.Label != after.Label {
		was.Label, is.Label = &before.Label, &after.Label
	}
	if !slices.Equal(before.Tags, after.Tags) {
		was.Tags, is.Tags = &before.Tags, &after.Tags
	}
	return was, is
}

// has reports whether a rental has these values.
func (v Values) has(d did.DID) bool {
	return (v.State == "" || v.State == d.State) &&
		(v.Targets == nil || slices.Equal(*v.Targets, d.Route.Targets)) &&
		(v.Label == nil || *v.Label == d.Label) &&
		(v.Tags == nil || slices.Equal(*v.Tags, d.Tags))
}

// into returns the settings with these values.
func (v Values) into(s did.Settings) did.Settings {
	if v.Targets != nil {
		s.Route.Targets = *v.Targets
	}
	if v.Label != nil {
		s.Label = *v.Label
	}
	if v.Tags != nil {
		s.Tags = nil
		if len(*v.Tags) > 0 { // an item has no empty list
			s.Tags = *v.Tags
		}
	}
	return s
}

// First returns the first target of calls, "" for none.
func (v Values) First() string {
	if v.Targets == nil {
		return ""
	}
	return destination.Route{Targets: *v.Targets}.First()
}

func (v Values) size() (n int) {
	if v.Targets != nil {
		for _, t := range *v.Targets {
			n += len(t.URI) + 30
		}
	}
	if v.Label != nil {
		n += len(*v.Label)
	}
	if v.Tags != nil {
		n += sizeOf(*v.Tags)
	}
	return n
}
