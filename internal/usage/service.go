package usage

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/validate"
)

// MaxRows is the largest number of rows of one report: each is read twice and
// written once.
const MaxRows = 500

const (
	writesAtOnce = 16
	maxSources   = 5 // of one number, so that its item stays small
)

// Store keeps usage. All reads are consistent.
type Store interface {
	// DIDs returns the stored DIDs, keyed by number; numbers without a record
	// are omitted.
	DIDs(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]did.DID, error)
	// Usage returns the usage of numbers, by number; missing ones are omitted.
	Usage(ctx context.Context, carrier string, numbers []e164.Number) (map[e164.Number]Record, error)
	// PutUsage replaces a number's usage that still has the version. Errors:
	// commit.ErrMovedOn.
	PutUsage(ctx context.Context, carrier string, to Record) error
	// Coverage returns the days for which the carrier reported.
	Coverage(ctx context.Context, carrier string) (Coverage, error)
	// PutCoverage replaces them. Errors: commit.ErrMovedOn.
	PutCoverage(ctx context.Context, carrier string, to Coverage) error
}

// Service takes the reports of switches.
type Service struct {
	store Store
	now   func() time.Time
}

// New returns the service over a store and a clock.
func New(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// Report is the usage of numbers on one day, as one source counted.
type Report struct {
	Source string
	Day    time.Time
	Rows   []Row
}

// Outcome is the outcome of a row.
type Outcome string

// The outcomes. NotRented and TooManySources are of rows that were not taken.
const (
	Applied        Outcome = "applied"
	Unchanged      Outcome = "unchanged"
	NotRented      Outcome = "not_rented"
	TooManySources Outcome = "too_many_sources"
)

// Take writes a report, and returns the outcome of each row. A repeat changes
// nothing. Errors: *validate.Invalid.
func (s *Service) Take(ctx context.Context, carrier string, r Report) ([]Outcome, error) {
	f := r.faults(s.now())
	if err := f.Err(); err != nil {
		return nil, err
	}
	numbers := make([]e164.Number, len(r.Rows))
	for i, row := range r.Rows {
		numbers[i] = row.Number
	}
	rented, err := s.store.DIDs(ctx, carrier, numbers)
	if err != nil {
		return nil, err
	}
	known, err := s.store.Usage(ctx, carrier, numbers)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(r.Rows))
	g, groupCtx := errgroup.WithContext(ctx)
	g.SetLimit(writesAtOnce)
	for i, row := range r.Rows {
		if rented[row.Number].RentalID == "" {
			outcomes[i] = NotRented
			continue
		}
		g.Go(func() (err error) {
			outcomes[i], err = s.write(groupCtx, carrier, r, row, known[row.Number])
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return outcomes, s.cover(ctx, carrier, r.Day)
}

// write adds a row to the number's record; first is the record as it was read.
func (s *Service) write(ctx context.Context, carrier string, r Report, row Row, first Record) (Outcome, error) {
	record, again := first, false
	return commit.Insist(ctx, func() (Outcome, error) {
		if again {
			found, err := s.store.Usage(ctx, carrier, []e164.Number{row.Number})
			if err != nil {
				return "", err
			}
			record = found[row.Number]
		}
		again, record.Number = true, row.Number
		to, changed := record.With(r.Day, r.Source, row.Count, Day(s.now()))
		switch {
		case !changed:
			return Unchanged, nil
		case to.Sources() > maxSources:
			return TooManySources, nil
		}
		return Applied, s.store.PutUsage(ctx, carrier, to)
	})
}

// cover notes that there are reports of the day.
func (s *Service) cover(ctx context.Context, carrier string, day time.Time) error {
	_, err := commit.Insist(ctx, func() (struct{}, error) {
		covered, err := s.store.Coverage(ctx, carrier)
		if err != nil {
			return struct{}{}, err
		}
		to, changed := covered.With(day)
		if !changed {
			return struct{}{}, nil
		}
		return struct{}{}, s.store.PutCoverage(ctx, carrier, to)
	})
	return err
}

// most bounds the counts of a day, so that no sum overflows.
const most = 1_000_000_000

func (r Report) faults(now time.Time) (f validate.Faults) {
	f.Unless(validate.Slug(r.Source), "/source", "%q is not a name such as switch-1", r.Source)
	today := Day(now)
	f.Unless(!r.Day.Before(today.AddDate(0, 0, 1-KeptDays)) && !r.Day.After(today.AddDate(0, 0, 1)), "/day",
		"must be of the last %d days", KeptDays)
	seen := map[e164.Number]int{}
	for i, row := range r.Rows {
		at := fmt.Sprintf("/records/%d", i)
		first, twice := seen[row.Number]
		f.Unless(!twice, at+"/did", "repeats the number of record %d", first)
		seen[row.Number] = i
		row.faults(&f, at, r.Day)
	}
	return f
}

// faults checks a row. Its last call is of the day in some time zone.
func (r Row) faults(f *validate.Faults, at string, day time.Time) {
	f.Unless(0 <= r.Calls && r.Calls <= most, at+"/calls", "must be 0 to %d", most)
	f.Unless(0 <= r.Minutes && r.Minutes <= most, at+"/minutes", "must be 0 to %d", most)
	f.Unless(r.Calls > 0 || r.Minutes == 0 && r.LastCall.IsZero(), at+"/calls",
		"is 0, but there are minutes or a last call")
	const zones = 14 * time.Hour
	f.Unless(r.LastCall.IsZero() || !r.LastCall.Before(day.Add(-zones)) && r.LastCall.Before(day.Add(24*time.Hour+zones)),
		at+"/last_call_at", "is not of the day")
	f.Unless(r.Calls == 0 || !r.LastCall.IsZero(), at+"/last_call_at", "is missing, but there are calls")
}

// ErrNotCovered means that usage is not reported for all of the asked days.
var ErrNotCovered = errors.New("usage: not reported for all of the asked days")
