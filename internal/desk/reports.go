package desk

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/revenue"
	"didpurchase/internal/timer"
)

// Earned is the revenue of a package in a month, before tax.
type Earned struct {
	Month     string // 2026-11
	Package   string
	Name      string // the package's current name
	Setup     money.Amount
	Recurring money.Amount // with first periods that were cut short
}

// Revenue returns the carrier's revenue from one month to another, both included,
// by month, package and currency. It is some seconds late.
func (s *Service) Revenue(ctx context.Context, carrier, from, to string) ([]Earned, error) {
	sums, err := s.store.Earned(ctx, carrier, from, to)
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	for l := range sums {
		ids[l.Package] = true
	}
	packages, err := s.store.PackagesOf(ctx, carrier, slices.Sorted(maps.Keys(ids)))
	if err != nil {
		return nil, err
	}
	rows := map[revenue.Line]Earned{}
	for l, a := range sums {
		of := revenue.Line{Month: l.Month, Package: l.Package, Currency: l.Currency}
		row, known := rows[of]
		if !known {
			zero := money.Zero(l.Currency)
			row = Earned{Month: l.Month, Package: l.Package, Name: cmp.Or(packages[l.Package].Name, l.Package), Setup: zero,
				Recurring: zero}
		}
		if rows[of], err = row.with(l.Book, a); err != nil {
			return nil, err
		}
	}
	return sorted(rows), nil
}

func (e Earned) with(book ledger.Book, a money.Amount) (_ Earned, err error) {
	if book == ledger.Setup {
		e.Setup, err = e.Setup.Add(a)
	} else {
		e.Recurring, err = e.Recurring.Add(a)
	}
	return e, err
}

func sorted(rows map[revenue.Line]Earned) []Earned {
	list := make([]Earned, 0, len(rows))
	for _, row := range rows {
		list = append(list, row)
	}
	slices.SortFunc(list, func(a, b Earned) int {
		return cmp.Or(strings.Compare(a.Month, b.Month), strings.Compare(a.Package, b.Package),
			strings.Compare(a.Setup.Currency(), b.Setup.Currency()))
	})
	return list
}

// AheadDays is the number of days in Renewals, with today.
const AheadDays = 31

// Ahead has the coming charges of rentals, before tax.
type Ahead struct {
	AsOf    time.Time
	Rentals int        // the number of rentals that were read
	Days    []AheadDay // AheadDays of them, in the carrier's time zone
}

// AheadDay has a day's renewals; overdue ones count for the first day.
type AheadDay struct {
	Begins  time.Time
	Count   int
	Amounts []money.Amount // one of each currency, ascending by its code
}

// An answer for many rentals costs a read for each, so it is stored for some time.
const (
	manyRentals = 1000
	keptFor     = 10 * time.Minute
)

// MaxAhead is the largest number of rentals that are read for the coming
// renewals.
const MaxAhead = 50_000

// ErrManyRenewals means that more than MaxAhead rentals come due.
var ErrManyRenewals = errors.New("desk: too many renewals to add up")

// Renewals adds up the renewals of the next days. For a carrier with many
// rentals the answer may be keptFor old. Errors: ErrManyRenewals.
func (s *Service) Renewals(ctx context.Context, carrier string) (Ahead, error) {
	of, err := s.store.Carrier(ctx, carrier)
	if err != nil {
		return Ahead{}, err
	}
	loc, err := of.Location()
	if err != nil {
		return Ahead{}, err
	}
	fresh := emptyAhead(s.now(), loc)
	kept, err := s.store.KeptAhead(ctx, carrier)
	if err != nil {
		return Ahead{}, err
	}
	if kept.standsFor(fresh) {
		for i := range kept.Days { // the same moments, in the carrier's time zone
			kept.Days[i].Begins = fresh.Days[i].Begins
		}
		return kept, nil
	}
	older, err := of.OlderLocation()
	if err != nil {
		return Ahead{}, err
	}
	return s.addUp(ctx, carrier, fresh, older)
}

// standsFor reports whether a stored answer is recent enough.
func (a Ahead) standsFor(fresh Ahead) bool {
	return len(a.Days) == AheadDays && a.Days[0].Begins.Equal(fresh.Days[0].Begins) && fresh.AsOf.Sub(a.AsOf) < keptFor
}

// addUp reads the due rentals and adds their charges.
func (s *Service) addUp(ctx context.Context, carrier string, a Ahead, older *time.Location) (Ahead, error) {
	numbers, err := s.dueBefore(ctx, carrier, a.end())
	if err != nil {
		return Ahead{}, err
	}
	if len(numbers) > MaxAhead {
		return Ahead{}, ErrManyRenewals
	}
	items, err := s.store.DIDs(ctx, carrier, numbers)
	if err != nil {
		return Ahead{}, err
	}
	for _, d := range items {
		if err := a.add(d, older); err != nil {
			return Ahead{}, err
		}
	}
	if a.Rentals > manyRentals {
		err = s.store.KeepAhead(ctx, carrier, a)
	}
	return a, err
}

func emptyAhead(now time.Time, loc *time.Location) Ahead {
	a := Ahead{AsOf: now, Days: make([]AheadDay, AheadDays)}
	year, month, day := now.In(loc).Date()
	for i := range a.Days {
		a.Days[i].Begins = time.Date(year, month, day+i, 0, 0, 0, 0, loc)
	}
	return a
}

// end returns the start of the day after the last one.
func (a Ahead) end() time.Time { return a.Days[len(a.Days)-1].Begins.AddDate(0, 0, 1) }

// dueBefore returns the carrier's numbers with something due before a moment.
// Errors: ErrManyRenewals if one shard has more than MaxAhead timers.
func (s *Service) dueBefore(ctx context.Context, carrier string, end time.Time) ([]e164.Number, error) {
	found := make([][]e164.Number, timer.Shards)
	g, ctx := errgroup.WithContext(ctx)
	for shard := range found {
		g.Go(func() error {
			rows := 0
			for due, err := range s.store.Due(ctx, shard, end) {
				if err != nil {
					return err
				}
				if rows++; rows > MaxAhead {
					return ErrManyRenewals
				}
				if due.Kind == timer.Rental && due.Customer.Carrier == carrier {
					found[shard] = append(found[shard], due.Number)
				}
			}
			return nil
		})
	}
	err := g.Wait()
	return slices.Concat(found...), err
}

// add adds a rental's charges. Rentals that are unpaid, cancelled or in
// quarantine have none.
func (a *Ahead) add(d did.DID, older *time.Location) error {
	if d.State != did.Assigned {
		return nil
	}
	a.Rentals++
	for k := d.Period + 1; ; k++ {
		at := d.Begins(k, older)
		if !at.Before(a.end()) {
			return nil
		}
		if err := a.Days[a.dayOf(at)].add(d.ChargeOf(k, older, money.Rate{}).Net); err != nil {
			return err
		}
	}
}

func (a *Ahead) dayOf(at time.Time) int {
	i, begins := slices.BinarySearchFunc(a.Days, at, func(d AheadDay, at time.Time) int { return d.Begins.Compare(at) })
	if begins {
		return i
	}
	return max(0, i-1)
}

func (d *AheadDay) add(net money.Amount) (err error) {
	d.Count++
	i, known := slices.BinarySearchFunc(d.Amounts, net.Currency(),
		func(a money.Amount, code string) int { return strings.Compare(a.Currency(), code) })
	if !known {
		d.Amounts = slices.Insert(d.Amounts, i, money.Zero(net.Currency()))
	}
	d.Amounts[i], err = d.Amounts[i].Add(net)
	return err
}
