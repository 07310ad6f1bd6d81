package repricing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"didpurchase/internal/audit"
	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/rentals"
	"didpurchase/internal/validate"
)

// Service has the use cases of price changes.
type Service struct {
	store   Store
	now     func() time.Time
	perStep int // the most rentals and announcements of one transaction
}

// New returns the use cases over a store and a clock.
func New(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, perStep: maxPerStep}
}

// Wanted is the price change that staff ask for.
type Wanted struct {
	Carrier, Package string
	Version          int    // the new one
	Date             string // "2027-02-01", in the carrier's time zone; "" for the next period
	NoticeDays       int
	Select           Selection
}

// The limits of a change.
const (
	maxNoticeDays = 365
	maxAheadYears = 2
	// MaxNumbers is the most numbers that a selection lists, MaxCustomers the most
	// customers.
	MaxNumbers   = 1_000
	MaxCustomers = 200
)

// Begin begins a price change, which WorkOff carries out. Errors:
// commit.ErrNotFound for an unknown package, *validate.Invalid.
func (s *Service) Begin(ctx context.Context, wanted Wanted) (Change, error) {
	c, err := s.prepare(ctx, wanted)
	if err != nil {
		return Change{}, err
	}
	c.By, c.NextAt, c.Ver = auth.ActorOf(ctx), c.CreatedAt, 1
	entry := audit.New(ctx, c.CreatedAt, audit.Entry{Carrier: c.Carrier, Action: audit.PriceChangeBegun,
		Subject: c.Package, New: audit.Values{"price_change": c.ID, "version": strconv.Itoa(c.To.Version),
			"recurring": c.To.Recurring.String(), "effective": c.EffectiveText(), "notice_days": strconv.Itoa(c.NoticeDays)}})
	return c, commit.Write(ctx, s.store, c.CreatedAt, Update{To: c}, entry)
}

// prepare checks a request, and returns its change.
func (s *Service) prepare(ctx context.Context, wanted Wanted) (Change, error) {
	now := s.now().Truncate(time.Millisecond)
	of, err := s.store.Carrier(ctx, wanted.Carrier)
	if err != nil {
		return Change{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return Change{}, err
	}
	versions, err := s.store.PackageVersions(ctx, wanted.Carrier)
	if err != nil {
		return Change{}, err
	}
	if !slices.ContainsFunc(versions, func(p pricing.Package) bool { return p.Package == wanted.Package }) {
		return Change{}, fmt.Errorf("%w: package %s of %s", commit.ErrNotFound, wanted.Package, wanted.Carrier)
	}
	c := Change{
		Ref:    Ref{Carrier: wanted.Carrier, Package: wanted.Package, ID: commit.NewID(now)},
		Status: Applying, Date: wanted.Date, NoticeDays: wanted.NoticeDays, Select: wanted.Select, CreatedAt: now,
	}
	var f validate.Faults
	at := slices.IndexFunc(versions, func(p pricing.Package) bool {
		return p.Package == wanted.Package && p.Version == wanted.Version
	})
	f.Unless(at >= 0, "/new_version", "the package has no version %d", wanted.Version)
	f.Unless(wanted.NoticeDays >= 0 && wanted.NoticeDays <= maxNoticeDays, "/notice_days", "must be 0 to %d",
		maxNoticeDays)
	if at >= 0 {
		c.To = versions[at].Terms
		c.Before, c.Later = money.Zero(c.To.Recurring.Currency()), money.Zero(c.To.Recurring.Currency())
	}
	c.Effective = readDate(wanted.Date, now.In(loc), &f)
	c.Select.check(&f)
	return c, f.Err()
}

// readDate reads the day from which a price holds, the zero time for none.
func readDate(date string, now time.Time, f *validate.Faults) time.Time {
	if date == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, date, now.Location())
	if err != nil {
		f.Add("/effective", "must be next_period or a day such as 2027-02-01")
		return time.Time{}
	}
	f.Unless(day.Format(time.DateOnly) >= now.Format(time.DateOnly), "/effective", "is before today")
	f.Unless(!day.After(now.AddDate(maxAheadYears, 0, 0)), "/effective", "must be within %d years", maxAheadYears)
	return day
}

// check sorts the selection's lists, and notes its faults. A list without an entry is
// refused: it would be stored as no list, which selects all.
func (s *Selection) check(f *validate.Faults) {
	for _, list := range []struct {
		name    string
		isEmpty bool
	}{
		{"customers", s.Customers != nil && len(s.Customers) == 0},
		{"versions", s.Versions != nil && len(s.Versions) == 0},
		{"dids", s.Numbers != nil && len(s.Numbers) == 0},
	} {
		f.Unless(!list.isEmpty, "/select/"+list.name, "is empty; leave it out to select all")
	}
	slices.Sort(s.Customers)
	s.Customers = slices.Compact(s.Customers)
	slices.Sort(s.Numbers)
	s.Numbers = slices.Compact(s.Numbers)
	f.Unless(len(s.Customers) <= MaxCustomers, "/select/customers", "must be at most %d", MaxCustomers)
	f.Unless(len(s.Numbers) <= MaxNumbers, "/select/dids", "must be at most %d", MaxNumbers)
	if _, err := rentals.Parse(rentals.Filters{Country: s.Country}); err != nil {
		var invalid *rentals.InvalidFilter
		if errors.As(err, &invalid) {
			f.Add("/select/"+invalid.Field, "%s", invalid.Detail)
		}
	}
}

// NextPeriod is the text of a change that holds from the next period.
const NextPeriod = "next_period"

// EffectiveText returns when the change holds, as a request writes it.
func (c Change) EffectiveText() string { return cmp.Or(c.Date, NextPeriod) }

// Change returns a price change. Errors: commit.ErrNotFound.
func (s *Service) Change(ctx context.Context, ref Ref) (Change, error) {
	return s.store.PriceChange(ctx, ref)
}

// Changes returns the changes of a package, newest first, and where the next page
// begins.
func (s *Service) Changes(ctx context.Context, carrier, pkg, after string, limit int) ([]Change, string, error) {
	return s.store.PriceChanges(ctx, carrier, pkg, after, limit)
}

// partsPerPage is the most parts of a page of a report.
const partsPerPage = 10

// Report returns lines of a change's report, from a part on; next is the part to
// continue with, 0 at the end.
func (s *Service) Report(ctx context.Context, ref Ref, from int) (lines []Line, next int, err error) {
	if _, err := s.store.PriceChange(ctx, ref); err != nil {
		return nil, 0, err
	}
	parts, err := s.store.PriceParts(ctx, ref, from, partsPerPage+1)
	if err != nil {
		return nil, 0, err
	}
	if len(parts) > partsPerPage {
		next, parts = parts[partsPerPage].Index, parts[:partsPerPage]
	}
	for _, p := range parts {
		lines = append(lines, p.Lines...)
	}
	return lines, next, nil
}

// Cancel takes a price change back: rentals whose new price does not hold yet keep
// their price, and their customers get a withdrawal. WorkOff carries it out. It is
// idempotent. Errors: commit.ErrNotFound.
func (s *Service) Cancel(ctx context.Context, ref Ref) (Change, error) {
	return commit.Insist(ctx, func() (Change, error) {
		c, err := s.store.PriceChange(ctx, ref)
		if err != nil || c.Status == Cancelling || c.Status == Cancelled {
			return c, err
		}
		now := s.now()
		off := c
		off.Status, off.Customer, off.After, off.Within, off.Telling = Cancelling, "", "", false, nil
		update := off.update(now)
		update.To.NextAt = now
		entry := audit.New(ctx, now, audit.Entry{Carrier: c.Carrier, Action: audit.PriceChangeCancelled, Subject: c.Package,
			New: audit.Values{"price_change": c.ID}})
		err = commit.Write(ctx, s.store, now, update, entry)
		var refused *commit.Refused
		if errors.As(err, &refused) {
			err = commit.ErrMovedOn
		}
		return update.To, err
	})
}
