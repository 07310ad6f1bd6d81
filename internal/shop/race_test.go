package shop_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
)

// race is a testShop in which one request of alice is slow.
type race struct {
	*testShop
	alice, bob ledger.Customer
	slow       *shop.Service
	injector   *faults.Injector
	requests   errgroup.Group
}

func newRace(t *testing.T) *race {
	w := newTestShop(t)
	r := &race{testShop: w, alice: w.customer(t, "alice", "100"), bob: w.customer(t, "bob", "100"),
		injector: faults.New(nil)}
	r.slow = shop.New(dynamo.New(r.injector.Into(w.cfg), w.table), w.now)
	return r
}

// stopClaim stops the next claim of the number by the slow service.
func (r *race) stopClaim(where faults.Where, n e164.Number) *faults.Gate {
	return r.injector.Stop(where, faults.Mentions("UpdateItem", n.Digits()))
}

// holdSlowly holds the number by the slow service; outcome receives the outcome.
func (r *race) holdSlowly(t *testing.T, n e164.Number) (outcome chan string) {
	outcome = make(chan string, 1)
	r.requests.Go(func() error {
		results, _, err := r.slow.Hold(t.Context(), r.alice, []e164.Number{n})
		if err != nil {
			outcome <- err.Error()
			return err
		}
		outcome <- string(results[0].Outcome)
		return nil
	})
	return outcome
}

// check compares the holder of the number with the carts that show the number and
// with the expected holder.
func (r *race) check(t *testing.T, n e164.Number, holder string) {
	t.Helper()
	type state struct{ Holder, Cart string }
	got := state{Holder: r.item(t, n).Customer}
	for _, c := range []ledger.Customer{r.alice, r.bob} {
		view, err := r.View(t.Context(), c)
		must(t, err)
		for _, i := range view.Items {
			if i.Number == n {
				got.Cart += c.ID
			}
		}
	}
	if diff := cmp.Diff(state{holder, holder}, got); diff != "" {
		t.Errorf("who holds %s, and who is shown it: %s", n, diff)
	}
}

func wantOutcome(t *testing.T, what string, got <-chan string, want string) {
	t.Helper()
	if diff := cmp.Diff(want, <-got); diff != "" {
		t.Errorf("%s gets: %s", what, diff)
	}
}

// Alice's hold is refused because bob has the number, but the refusal arrives late.
// Meanwhile bob gives it back and alice's second tab holds it.
func TestLateRefusalLeavesALaterHold(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.bob, number(0))
	gate := r.stopClaim(faults.After, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	must(t, r.Remove(t.Context(), r.bob, number(0)))
	if got := r.hold(t, r.alice, number(0)); got != "0:held " {
		t.Errorf("the second tab: %s", got)
	}
	gate.Open()
	wantOutcome(t, "the first tab", first, "already_held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
}

// Two tabs of alice hold a number. The later one is refused because bob has it, and
// the refusal arrives late. Meanwhile bob gives it back and the earlier tab gets
// it: the late refusal does not take it out again.
func TestLateRefusalLeavesAnEarlierHold(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.bob, number(0))
	earlier := r.stopClaim(faults.Before, number(0))
	first := r.holdSlowly(t, number(0))
	earlier.Reached(t)
	later := r.stopClaim(faults.After, number(0))
	second := r.holdSlowly(t, number(0))
	later.Reached(t)
	must(t, r.Remove(t.Context(), r.bob, number(0)))
	earlier.Open()
	wantOutcome(t, "the first tab", first, "held")
	later.Open()
	wantOutcome(t, "the second tab", second, "held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
}

// The claim of a hold arrives after the customer has taken the number out.
func TestRemoveBeforeTheClaim(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Before, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	gate.Open()
	wantOutcome(t, "the first tab", first, "unavailable")
	must(t, r.requests.Wait())
	r.check(t, number(0), "")
}

// The customer takes the number out after its hold was written and before the
// request gets the answer. Other tabs have seen it held, so it was.
func TestRemoveAfterTheClaim(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.After, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	for r.item(t, number(0)).State != did.Held { // the gate is reached before the write is carried out
		time.Sleep(time.Millisecond)
	}
	r.check(t, number(0), "alice")
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	gate.Open()
	wantOutcome(t, "the first tab", first, "held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "")
}

// A number is being added while the cart is bought: the purchase has the
// numbers that the customer saw, and the new number is in the cart afterwards.
func TestCheckoutBeforeTheClaim(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.alice, number(1))
	gate := r.stopClaim(faults.Before, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	order, err := r.Checkout(t.Context(), r.alice, "key", usd("3"))
	must(t, err)
	if len(order.Lines) != 1 {
		t.Errorf("bought %d numbers, want 1", len(order.Lines))
	}
	gate.Open()
	wantOutcome(t, "the first tab", first, "held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
}

// A number that was taken out is held again a second before its line's end, and its
// claim arrives after the lapse has run.
func TestClaimAfterTheOldEnd(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	r.hold(t, r.alice, number(0))
	must(t, r.Remove(t.Context(), r.alice, number(0)))
	r.advance(shop.HoldFor - time.Second)
	gate := r.stopClaim(faults.Before, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	r.advance(10 * time.Second)
	must(t, r.LapseCart(t.Context(), r.alice))
	gate.Open()
	wantOutcome(t, "alice", first, "held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
	r.advance(shop.HoldFor + did.Grace)
	must(t, r.LapseCart(t.Context(), r.alice))
	r.check(t, number(0), "")
}

// A request that was halted between its line and its claim does not claim any
// more when it goes on.
func TestClaimOfAHaltedRequest(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.injector.Stop(faults.After, faults.Mentions("PutItem", `"CART"`))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	r.advance(2 * time.Minute)
	gate.Open()
	if got := <-first; got == "held" {
		t.Errorf("a claim two minutes after its line: %s", got)
	}
	if err := r.requests.Wait(); err == nil {
		t.Error("no error")
	}
	r.check(t, number(0), "")
}

// The answer of a hold is lost, and the number is bought in another tab before
// the hold is sent again: it worked.
func TestBoughtBeforeTheHoldWasAnswered(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	lost := r.injector.Stop(faults.After, faults.Mentions("UpdateItem", number(0).Digits()))
	first := r.holdSlowly(t, number(0))
	lost.Reached(t)
	_, err := r.Checkout(t.Context(), r.alice, "key", usd("3"))
	must(t, err)
	lost.Open()
	wantOutcome(t, "the first tab", first, "held")
	must(t, r.requests.Wait())

	again := r.stopClaim(faults.Lost, number(1))
	second := r.holdSlowly(t, number(1))
	again.Reached(t)
	must(t, r.requests.Wait()) // sent again after the lost answer
	wantOutcome(t, "the second tab", second, "held")
	_, err = r.Checkout(t.Context(), r.alice, "key 2", usd("3"))
	must(t, err)
	again.Arrive(t)
	if got := r.item(t, number(1)).State; got != did.Assigned {
		t.Errorf("after the late write it is %s, want assigned", got)
	}
}

// The cart is bought while one of its holds is being renewed by another tab.
func TestCheckoutBesideTheSameHold(t *testing.T) {
	t.Parallel()
	r := newRace(t)
	gate := r.stopClaim(faults.Before, number(0))
	first := r.holdSlowly(t, number(0))
	gate.Reached(t)
	if got := r.hold(t, r.alice, number(0)); got != "0:held " {
		t.Errorf("the second tab: %s", got)
	}
	gate.Open()
	wantOutcome(t, "the first tab", first, "held")
	must(t, r.requests.Wait())
	r.check(t, number(0), "alice")
	_, err := r.Checkout(t.Context(), r.alice, "key", usd("3"))
	must(t, err)
}
