package books

import (
	"context"
	"errors"

	"didpurchase/internal/destination"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi"
)

// editRental applies a patch to a rental.
func editRental(ctx context.Context, service RentalService, n e164.Number,
	patch RentalPatch) (*httpapi.Out[Rental], error) {
	if err := patch.check(); err != nil {
		return nil, err
	}
	rental, err := service.Edit(ctx, httpapi.Customer(ctx), n, patch.apply)
	var invalid *did.InvalidSettings
	if errors.As(err, &invalid) && patch.Destinations.Sent {
		invalid.NameOnlyTarget("destinations/0/uri")
	}
	return answerRental(rental, err)
}

// check refuses a patch that contradicts itself.
func (p RentalPatch) check() error {
	if p.Destination.Sent && p.Destinations.Sent {
		return httpapi.BadField("/destinations", "destination and destinations are both given; send one of them")
	}
	if p.MaxChannels.Sent && !p.MaxChannels.Null && p.MaxChannels.Value < 1 {
		return httpapi.BadField("/max_channels", "must be from 1 to 10000, or null for no limit")
	}
	given := 0
	for _, t := range p.Destinations.Value {
		if t.Priority != 0 {
			given++
		}
	}
	if given != 0 && given != len(p.Destinations.Value) {
		return httpapi.BadField("/destinations", "some targets have a priority and some have none; give each one, or none")
	}
	return nil
}

// apply returns the settings after the patch.
func (p RentalPatch) apply(s did.Settings) did.Settings {
	if p.Destination.Sent {
		s.Route.Targets = nil
		if !p.Destination.Null {
			s.Route.Targets = []destination.Target{{URI: p.Destination.Value, Priority: 1}}
		}
	}
	if p.Destinations.Sent {
		s.Route.Targets = nil
		for i, t := range p.Destinations.Value {
			if t.Priority == 0 {
				t.Priority = i + 1
			}
			s.Route.Targets = append(s.Route.Targets, destination.Target(t))
		}
	}
	s.Route.MaxChannels = p.MaxChannels.Or(s.Route.MaxChannels)
	return did.Settings{Route: s.Route, Label: p.Label.Or(s.Label), Tags: p.Tags.Or(s.Tags)}
}
