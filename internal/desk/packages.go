package desk

import (
	"context"
	"errors"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/commit"
	"didpurchase/internal/pricing"
	"didpurchase/internal/validate"
)

// The limits of packages.
const (
	maxCount    = 1000
	maxTermDays = 3650
)

// AddPackage adds a package or, if its id exists, a new version of it for new
// rentals. If the highest version is equal already, it returns that version.
// Errors: *validate.Invalid.
func (s *Service) AddPackage(ctx context.Context, carrier string, p pricing.Package) (pricing.Package, error) {
	p.ActiveFrom, p.ActiveUntil = p.ActiveFrom.Truncate(time.Millisecond), p.ActiveUntil.Truncate(time.Millisecond)
	if err := checkPackage(p); err != nil {
		return pricing.Package{}, err
	}
	added, err := commit.Insist(ctx, func() (pricing.Package, error) {
		versions, err := s.store.PackageVersions(ctx, carrier)
		if err != nil {
			return pricing.Package{}, err
		}
		highest := pricing.Package{}
		for _, v := range versions { // ascending
			if v.Package == p.Package {
				highest = v
			}
		}
		if sameButVersion(highest, p) {
			return highest, nil
		}
		if len(versions) >= pricing.MaxVersions {
			var f validate.Faults
			f.Add("", "there are %d versions of packages already, which is the limit", pricing.MaxVersions)
			return pricing.Package{}, f.Err()
		}
		next := p
		next.Version = highest.Version + 1
		err = s.store.PutPackage(ctx, carrier, next, s.act(ctx, audit.Entry{
			Carrier: carrier, Action: audit.PackageAdded, Subject: next.Package, Old: packageValues(highest),
			New: packageValues(next),
		}))
		if errors.Is(err, commit.ErrExists) {
			err = commit.ErrMovedOn
		}
		return next, err
	})
	if err != nil {
		return pricing.Package{}, err
	}
	return added, s.store.LogPackage(ctx, carrier, added.Package, added.Version, s.now())
}

// checkPackage names every invalid field.
func checkPackage(p pricing.Package) error {
	var f validate.Faults
	f.Unless(validate.Slug(p.Package), "/id", "must be a slug such as standard or two-way-sms, of at most 40 characters")
	f.Unless(validate.Text(p.Name, 1, 100), "/name", "must be 1 to 100 characters, of which one is visible")
	f.Unless(validate.Text(p.Description, 0, 1000), "/description", "must be at most 1000 characters")
	f.Unless(!p.Setup.IsNegative(), "/setup/amount", "must not be negative")
	f.Unless(!p.Recurring.IsNegative(), "/recurring/amount", "must not be negative")
	f.Unless(p.Setup.Currency() == p.Recurring.Currency(), "/setup/currency", "must be the currency of recurring, %s",
		p.Recurring.Currency())
	f.Unless(!p.HasCost() || !p.Cost.IsNegative(), "/cost/amount", "must not be negative")
	f.Unless(!p.HasCost() || p.Cost.Currency() == p.Recurring.Currency(), "/cost/currency",
		"must be the currency of recurring, %s", p.Recurring.Currency())
	f.Unless(p.Interval.Count <= maxCount, "/interval/count", "must be at most %d", maxCount)
	plain := p.Terms
	plain.Align = pricing.Alignment{}
	f.Unless(plain.CheckSchedule() == nil, "/interval", "must be a count from 1 of day, week, month or year")
	f.Unless(plain.CheckSchedule() != nil || p.CheckSchedule() == nil, "/alignment",
		"month_days need the interval's unit month, weekdays the unit week, and prorated needs one of them")
	f.Unless(p.MinTermDays >= 0 && p.MinTermDays <= maxTermDays, "/min_term_days", "must be 0 to %d", maxTermDays)
	f.Unless(p.ActiveUntil.IsZero() || p.ActiveFrom.Before(p.ActiveUntil), "/active_until", "must be after active_from")
	return f.Err()
}

// sameButVersion reports whether two versions differ only in their number.
func sameButVersion(a, b pricing.Package) bool {
	return a.Package == b.Package && a.Name == b.Name && a.Description == b.Description &&
		a.Setup.Equal(b.Setup) && a.Recurring.Equal(b.Recurring) && a.Interval == b.Interval && a.Align == b.Align &&
		sameCost(a, b) && a.MinTermDays == b.MinTermDays && a.ActiveFrom.Equal(b.ActiveFrom) && a.ActiveUntil.Equal(b.ActiveUntil)
}

// sameCost distinguishes an unknown cost from none.
func sameCost(a, b pricing.Package) bool {
	return a.HasCost() == b.HasCost() && (!a.HasCost() || a.Cost.Equal(b.Cost))
}
