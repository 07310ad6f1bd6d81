package did

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
)

// ErrZone means that a rental's time zone is not an IANA time zone.
var ErrZone = errors.New("did: unknown time zone")

var zones sync.Map // name to *time.Location; loading one reads the time zone database

// CheckZone returns nil for the name of an IANA time zone, and for "". Errors
// wrap ErrZone.
func CheckZone(name string) error {
	_, err := zone(name)
	return err
}

func zone(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	if name == "Local" { // depends on the machine
		return nil, fmt.Errorf("%w: %q", ErrZone, name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrZone, name)
	}
	zones.Store(name, loc)
	return loc, nil
}

// Location returns the time zone in which the rental's due dates are computed:
// the one agreed when the rental began. older is the zone of the carrier's
// rentals that began before rentals kept their zone (carrier.OlderLocation).
//
// The store refuses an item with an unknown zone, so older never replaces a zone
// that was agreed.
func (d DID) Location(older *time.Location) *time.Location {
	if d.Zone == "" {
		return older
	}
	loc, err := zone(d.Zone)
	if err != nil {
		return older
	}
	return loc
}

// Begins returns the start of period k. The period after the paid one begins at
// the charged end of the paid one, so that paid periods join; all others are
// computed from the anchor.
func (d DID) Begins(k int, older *time.Location) time.Time {
	if k == d.Period+1 && !d.PeriodEnd.IsZero() {
		return d.PeriodEnd
	}
	return d.Terms.Due(d.Anchor, k, d.Location(older))
}

// Span returns the start and the end of period k.
func (d DID) Span(k int, older *time.Location) (start, end time.Time) {
	return d.Begins(k, older), d.Begins(k+1, older)
}

// ChargeOf returns the charge of period k.
func (d DID) ChargeOf(k int, older *time.Location, tax money.Rate) pricing.Charge {
	return d.TermsFor(k, older).For(k, d.Anchor, d.Location(older), tax)
}
