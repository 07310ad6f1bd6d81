package shop

import (
	"context"
	"fmt"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/usage"
)

// used has the usage of numbers that was reported.
type used struct {
	covered usage.Coverage
	records map[e164.Number]usage.Record
	now     time.Time
}

// usageOf reads the usage of rentals, if the carrier's switches report any.
func (s *Service) usageOf(ctx context.Context, carrier string, rentals []did.DID, now time.Time) (used, error) {
	covered, err := s.store.Coverage(ctx, carrier)
	if err != nil || !covered.Reported() {
		return used{}, err
	}
	numbers := make([]e164.Number, len(rentals))
	for i, d := range rentals {
		numbers[i] = d.Number
	}
	records, err := s.store.Usage(ctx, carrier, numbers)
	return used{covered, records, now}, err
}

// of returns a rental's usage, nil if none is reported.
func (u used) of(d did.DID) *usage.Summary {
	if !u.covered.Reported() {
		return nil
	}
	sum := u.records[d.Number].Of(d, u.now)
	return &sum
}

// Idle is a rental without a call, and what it costs.
type Idle struct {
	Rented
	Since  time.Time    // the last call, or the start of the rental
	Yearly money.Amount // per 365 days, before tax
}

// lateReport is how many days the reports of switches may be late.
const lateReport = 3

// UncoveredDays is the usage.ErrNotCovered of a question about more days than were
// reported.
type UncoveredDays struct {
	Asked   int
	Covered usage.Coverage
}

func (u *UncoveredDays) Error() string {
	if !u.Covered.Reported() {
		return "no switch of your carrier reports usage, so no number is known to be idle"
	}
	return fmt.Sprintf("usage is reported for %s to %s, which is less than the last %d days",
		u.Covered.First.Format(time.DateOnly),
		u.Covered.Last.Format(time.DateOnly), u.Asked)
}

// Unwrap makes it a usage.ErrNotCovered.
func (u *UncoveredDays) Unwrap() error { return usage.ErrNotCovered }

// Idle returns which of a page of the customer's rentals are in service, and have had
// no call for some days and more. A number without a report counts as idle only if
// others were reported for all of that time. A page may be short or empty and have a
// cursor. Errors: commit.ErrNotFound, *UncoveredDays.
func (s *Service) Idle(ctx context.Context, c ledger.Customer, days int, p Page) (idle []Idle, next string, err error) {
	covered, err := s.store.Coverage(ctx, c.Carrier)
	if err != nil {
		return nil, "", err
	}
	from := s.now().AddDate(0, 0, -days)
	if !covered.Reported() || covered.First.After(from) || covered.Last.Before(s.now().AddDate(0, 0, -lateReport)) {
		return nil, "", &UncoveredDays{days, covered}
	}
	numbers, next, err := s.store.OwnedAfter(ctx, c, p.After, p.Limit)
	if err != nil {
		return nil, "", err
	}
	items, err := s.store.DIDs(ctx, c.Carrier, numbers)
	if err != nil {
		return nil, "", err
	}
	var served []did.DID
	for _, n := range numbers {
		if d := items[n]; d.Customer == c.ID && isServed(d) {
			served = append(served, d)
		}
	}
	described, err := s.Describe(ctx, c, served)
	for _, r := range described {
		if since := usage.IdleSince(r.DID, *r.Usage); !since.After(from) {
			idle = append(idle, Idle{r, since, r.Terms.YearlyEquivalent()})
		}
	}
	return idle, next, err
}

// isServed reports whether the number is rented and will be charged again, or could be.
func isServed(d did.DID) bool {
	return d.RentalID != "" && (d.State == did.Assigned || d.State == did.PastDue || d.State == did.Suspended)
}
