package desk_test

import (
	"errors"
	"fmt"
	"testing"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

// Each hold reads all versions, so their number is limited.
func TestVersionsOfPackagesAreLimited(t *testing.T) {
	t.Parallel()
	service, store, _, _ := newDesk(t)
	version := func(id string, n int) pricing.Package {
		return pricing.Package{Terms: pricing.Terms{
			Package: id, Version: n, Name: "Many", Setup: money.Zero("USD"),
			Recurring: money.MustParse(fmt.Sprintf("%d.00", n), "USD"),
			Interval:  pricing.Interval{Unit: pricing.Month, Count: 1},
		}}
	}
	there, err := store.PackageVersions(t.Context(), "acme")
	must(t, err)
	var g errgroup.Group
	g.SetLimit(16)
	for n := len(there) + 1; n < pricing.MaxVersions; n++ {
		g.Go(func() error { return store.PutPackage(t.Context(), "acme", version("many", n)) })
	}
	must(t, g.Wait())
	last, err := service.AddPackage(t.Context(), "acme", version("last", 1))
	must(t, err)
	wanttest.Equal(t, "version of the last package", last.Version, 1)
	_, err = service.AddPackage(t.Context(), "acme", version("last", 2))
	wanttest.True(t, fmt.Sprintf("one more is refused: %v", err), errors.Is(err, validate.ErrInvalid))
	_, err = service.AddPackage(t.Context(), "acme", version("last", 1))
	must(t, err) // the same again adds none
}
