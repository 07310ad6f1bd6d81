package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/pricing"
)

// termsItem has the agreed price: of a package version, of an offer on a DID, of a
// line of an order. Its names are short, because there are many DIDs.
type termsItem struct {
	Package   string       `dynamodbav:"pkg"`
	Version   int          `dynamodbav:"v"`
	Name      string       `dynamodbav:"name,omitempty"`
	Setup     amount       `dynamodbav:"nrc,omitempty"`
	Recurring amount       `dynamodbav:"mrc,omitempty"`
	Unit      pricing.Unit `dynamodbav:"unit"`
	Count     int          `dynamodbav:"n"`
	MinTerm   int          `dynamodbav:"min,omitempty"` // days

	MonthDays pricing.MonthDays `dynamodbav:"days,omitempty"`  // bits
	Weekdays  pricing.Weekdays  `dynamodbav:"wdays,omitempty"` // bits
	Prorated  bool              `dynamodbav:"pro,omitempty"`
}

func termsItemOf(t pricing.Terms) termsItem {
	return termsItem{
		Package: t.Package, Version: t.Version, Name: t.Name, Setup: amount{t.Setup}, Recurring: amount{t.Recurring},
		Unit: t.Interval.Unit, Count: t.Interval.Count, MinTerm: t.MinTermDays,
		MonthDays: t.Align.MonthDays, Weekdays: t.Align.Weekdays, Prorated: t.Align.Prorated,
	}
}

func (t termsItem) terms() pricing.Terms {
	return pricing.Terms{
		Package: t.Package, Version: t.Version, Name: t.Name, Setup: t.Setup.Amount, Recurring: t.Recurring.Amount,
		Interval: pricing.Interval{Unit: t.Unit, Count: t.Count}, MinTermDays: t.MinTerm,
		Align: pricing.Alignment{MonthDays: t.MonthDays, Weekdays: t.Weekdays, Prorated: t.Prorated},
	}
}

// packageItem is one version of a package.
type packageItem struct {
	termsItem
	Description string    `dynamodbav:"description,omitempty"`
	ActiveFrom  time.Time `dynamodbav:"activeFrom,omitempty"`
	ActiveUntil time.Time `dynamodbav:"activeUntil,omitempty"`
	Cost        *amount   `dynamodbav:"cost,omitempty"`
}

// Packages returns the carrier's current package versions, the highest ones, by
// id.
func (s *Store) Packages(ctx context.Context, carrier string) (map[string]pricing.Package, error) {
	versions, err := s.PackageVersions(ctx, carrier)
	current := map[string]pricing.Package{}
	for _, p := range versions { // ascending, so the last of an id stays
		current[p.Package] = p
	}
	return current, err
}

// PackagesOf returns the highest versions of the packages with these ids, by id;
// missing ones are omitted.
func (s *Store) PackagesOf(ctx context.Context, carrier string, ids []string) (map[string]pricing.Package, error) {
	found := make([][]item, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readsAtOnce)
	for i, id := range ids {
		g.Go(func() (err error) {
			found[i], err = s.list(ctx, listing{pk: carrierPK(carrier), prefix: prefixPackage + id + "#", backward: true, max: 1,
				stale: true})
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	packages, err := readEach(slices.Concat(found...), readPackage)
	byID := map[string]pricing.Package{}
	for _, p := range packages {
		byID[p.Package] = p
	}
	return byID, err
}

// PackageVersions returns all versions of all packages of the carrier,
// ascending by id and version.
func (s *Store) PackageVersions(ctx context.Context, carrier string) ([]pricing.Package, error) {
	list, err := s.PriceList(ctx, carrier)
	return list.Versions, err
}

// PutPackage adds a version of a package; versions never change.
// more is written with it. Errors: ErrExists.
func (s *Store) PutPackage(ctx context.Context, carrier string, p pricing.Package, more ...commit.Change) error {
	stored := packageItem{termsItemOf(p.Terms), p.Description, p.ActiveFrom, p.ActiveUntil, nil}
	if p.HasCost() {
		stored.Cost = &amount{p.Cost}
	}
	action, err := s.put(packageKey(carrier, p.Package, p.Version), stored, absent())
	if err != nil {
		return err
	}
	return s.createWith(ctx, fmt.Sprintf("package %s version %d of %s", p.Package, p.Version, carrier),
		[]write{{action: action}}, more)
}

func readPackage(i item) (pricing.Package, error) {
	var p packageItem
	if err := decode(i, &p); err != nil {
		return pricing.Package{}, err
	}
	read := pricing.Package{Terms: p.terms(), Description: p.Description, ActiveFrom: p.ActiveFrom,
		ActiveUntil: p.ActiveUntil}
	if p.Cost != nil {
		read.Cost = p.Cost.Amount
	}
	return read, nil
}

// ErrExists is commit.ErrExists, the error of all functions that create items.
var ErrExists = commit.ErrExists

// create writes new items, all or none; an existing item is an error. Even a
// single one is a transaction: its token distinguishes our own item after a
// lost answer from another writer's.
func (s *Store) create(ctx context.Context, what string, writes ...write) error {
	for i := range writes {
		writes[i].current = func(item) (any, error) { return nil, nil }
		writes[i].change = created(what)
	}
	err := carryOut(ctx, s.together(ulid.Make().String(), writes), writes, true)
	var refused *commit.Refused
	if errors.As(err, &refused) {
		return fmt.Errorf("%w: %s", ErrExists, what)
	}
	return err
}

// created is the change of a write that create makes.
type created string

// Target names the created item.
func (c created) Target() string { return string(c) }
