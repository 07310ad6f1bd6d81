package pricerules_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/dynamo"
	"didpurchase/internal/dynamo/dynamotest"
	"didpurchase/internal/money"
	"didpurchase/internal/pricerules"
	"didpurchase/internal/pricing"
	"didpurchase/internal/wanttest"
)

// Of several changes of the same version exactly one is written; the others are refused.
func TestChangesAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	_, table := dynamotest.New(t)
	store := dynamo.New(dynamotest.Config(t), table)
	if err := store.PutPackage(t.Context(), "acme", pricing.Package{Terms: pricing.Terms{
		Package: "gold", Version: 1, Setup: money.MustParse("1", "USD"), Recurring: money.MustParse("2", "USD"),
		Interval: pricing.Interval{Unit: pricing.Month, Count: 1}}}); err != nil {
		t.Fatal(err)
	}
	rules := pricerules.New(store, func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) })
	const sides = 8
	var written [sides]bool
	for ver := range int64(3) {
		var g errgroup.Group
		for i := range sides {
			g.Go(func() error {
				_, err := rules.Set(t.Context(), "acme", []pricerules.Text{{Pattern: pattern(ver, i), Package: "gold"}}, ver)
				if written[i] = err == nil; written[i] || errors.As(err, new(*pricerules.MovedOn)) {
					return nil
				}
				return err
			})
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		now, err := rules.Rules(t.Context(), "acme")
		if err != nil {
			t.Fatal(err)
		}
		wanttest.Equal(t, "version", now.Ver, ver+1)
		for i, ok := range written {
			wanttest.Equal(t, fmt.Sprintf("side %d wrote", i), ok, now.Rules[0].Pattern == pattern(ver, i))
		}
	}
}

func pattern(ver int64, side int) string { return fmt.Sprintf("*%d%d", ver, side) }
