package shop_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/shop"
)

// A lost claim arrives after its number was held by the repeat and released: no
// cart shows it, so it is freed within minutes.
func TestLateWriteOfAClaim(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Lost, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	wantOutcome(t, "alice", first, "held")
	must(t, r.requests.Wait())
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	gate.Arrive(t)
	if got := r.item(t, number(0)).State; got != did.Held {
		t.Fatalf("the late write left %q: the test tests nothing", got)
	}
	r.advance(2 * time.Minute)
	must(t, r.LapseCart(t.Context(), r.alice))
	r.check(t, number(0), "")
}

// The same, but the number is held again before the late write arrives.
func TestLateWriteOfAnEarlierTry(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Lost, number(0))
	wantOutcome(t, "alice", r.holdSlowly(t, number(0)), "held")
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	r.hold(t, r.alice, number(0))
	anew := r.item(t, number(0))
	gate.Arrive(t)
	if diff := cmp.Diff(anew.HoldID, r.item(t, number(0)).HoldID); diff != "" {
		t.Errorf("the late write changed the hold: %s", diff)
	}
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	r.check(t, number(0), "")
}

// An extension has written the number's item and not yet the line. The number
// is removed, and held again while the removal is late: the late removal does
// not change the new hold.
func TestLateRemovalOfAnExtendedHold(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.alice, number(0))
	r.advance(5 * time.Minute)
	line := r.injector.Stop(faults.Before, faults.Mentions("PutItem", `"CART"`))
	r.requests.Go(func() error {
		_, err := r.slow.Extend(t.Context(), r.alice)
		return err
	})
	line.Reached(t)
	removal := r.injector.Stop(faults.Before, faults.Mentions("DeleteItem", number(0).Digits()))
	r.requests.Go(func() error { return r.slow.Remove(t.Context(), r.alice, number(0)) })
	removal.Reached(t)
	if got := r.hold(t, r.alice, number(0)); got != "0:held " {
		t.Errorf("the second tab: %s", got)
	}
	removal.Open()
	line.Open()
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
}

// An extension that arrives late doesn't shorten the hold of a later one.
func TestLateExtensionShortensNothing(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.alice, number(0))
	r.advance(5 * time.Minute)
	late := r.injector.Stop(faults.Lost, faults.Mentions("UpdateItem", number(0).Digits()))
	_, err := r.slow.Extend(t.Context(), r.alice)
	must(t, err)
	r.advance(5 * time.Minute)
	view, err := r.Extend(t.Context(), r.alice)
	must(t, err)
	late.Arrive(t)
	if diff := cmp.Diff(view.HeldUntil, r.item(t, number(0)).Until); diff != "" {
		t.Errorf("the end that alice was shown, and the number's: %s", diff)
	}
}

// A claim arrives hours after its line was dropped: no cart shows the hold, and
// reconciling frees it. Holds that a cart shows are kept.
func TestClaimAfterItsLineWasDropped(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Lost, number(0))
	wantOutcome(t, "alice", r.holdSlowly(t, number(0)), "held")
	must(t, r.requests.Wait())
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	r.advance(3 * time.Hour)
	must(t, r.LapseCart(t.Context(), r.alice))
	r.hold(t, r.alice, number(1))
	gate.Arrive(t)
	must(t, r.LapseCart(t.Context(), r.alice))
	if got := r.item(t, number(0)).State; got != did.Held {
		t.Fatalf("the late write left %q: the test tests nothing", got)
	}
	freed, err := r.FreeUnlisted(t.Context(), r.alice, numbers(0, 3))
	must(t, err)
	if len(freed) != 1 || freed[0].Number != number(0) {
		t.Errorf("freed %v, want the first number alone", freed)
	}
	r.check(t, number(0), "")
	r.check(t, number(1), "alice")
}

// A purchase is late. Sent again, it is refused with the words that nothing was
// charged, because another number has come into the cart. Then nothing is charged,
// even if the purchase arrives afterwards.
func TestLatePurchaseAfterARefusal(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.alice, number(0))
	claim := r.stopClaim(faults.Before, number(1))
	added := r.holdSlowly(t, number(1))
	claim.Reached(t)
	purchase := r.injector.Stop(faults.Before, faults.Mentions("TransactWriteItems", number(0).Digits()))
	r.requests.Go(func() error {
		_, err := r.slow.Checkout(t.Context(), r.alice, "key", usd("3"))
		return unlessRefused(err)
	})
	purchase.Reached(t)
	claim.Open()
	wantOutcome(t, "the other tab", added, "held")
	if _, err := r.Checkout(t.Context(), r.alice, "key", usd("3")); !errors.Is(err, shop.ErrTotalChanged) {
		t.Fatalf("sent again: %v, want a refusal", err)
	}
	purchase.Open()
	must(t, r.requests.Wait())
	if spent := r.checkBooks(t, r.alice); !spent.IsZero() {
		t.Errorf("%s were charged after the refusal", spent)
	}
	r.check(t, number(0), "alice")
}

// unlessRefused returns the error, unless it is the refusal of a changed total.
func unlessRefused(err error) error {
	if errors.Is(err, shop.ErrTotalChanged) {
		return nil
	}
	return err
}

// While one hold is on its way, the hold of another number needs the offers of
// both: if they can't be read, it fails with an error.
func TestHoldWithoutTheOffersOfAPendingOne(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Before, number(0))
	outcome := r.holdSlowly(t, number(0))
	gate.Reached(t)
	failed := 0
	for queries := 1; queries <= 8; queries++ {
		broken := shop.New(dynamo.New(faults.New(func(c faults.Call) faults.Fault {
			if c.Operation == "Query" && c.NthOf >= queries {
				return faults.Throttle
			}
			return faults.None
		}).Into(r.cfg), r.table), r.now)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, _, err := broken.Hold(ctx, r.alice, []e164.Number{number(queries)})
		cancel()
		if err != nil {
			failed++
		}
	}
	if failed < 4 { // the first offers take three queries
		t.Errorf("%d holds failed: the offers of both were not reached", failed)
	}
	gate.Open()
	<-outcome
	must(t, r.requests.Wait())
}
