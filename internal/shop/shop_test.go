package shop_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/did"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

func TestHoldTellsEachNumber(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, bob := w.customer(t, "alice", "10"), w.customer(t, "bob", "10")
	w.offer(t, "yen", first+10_000, first+10_009)
	w.offer(t, "unpriced", first+20_000, first+20_009)

	if got := w.hold(t, alice, number(1), number(2), number(1)); got != "1:held 2:held " {
		t.Errorf("alice: %s", got)
	}
	if got := w.hold(t, bob, number(2), number(3), number(10_001), number(20_001),
		number(30_000)); got != "2:unavailable 3:held 10001:not_offered 20001:not_offered 30000:not_offered " {
		t.Errorf("bob: %s", got)
	}
	if got := w.hold(t, alice, number(1)); got != "1:already_held " {
		t.Errorf("alice again: %s", got)
	}
	_, view, err := w.Hold(t.Context(), alice, nil)
	must(t, err)
	if len(view.Items) != 2 {
		t.Fatalf("items of the cart are %+v, want two", view.Items)
	}
	wanttest.Diff(t, "total of the cart", view.Quote.Total, usd("6"))
	wanttest.Diff(t, "end of the holds", view.HeldUntil, noon.Add(shop.HoldFor))
	wanttest.Equal(t, "area of the first item", view.Items[0].Area, "London")
	if _, _, err := w.Hold(t.Context(), alice, numbers(0, shop.MaxPerRequest+1)); !errors.Is(err, shop.ErrTooMany) {
		t.Errorf("101 numbers: %v", err)
	}
	if _, _, err := w.Hold(t.Context(), ledger.Customer{Carrier: "globex", ID: "alice"}, numbers(0, 1)); !errors.Is(err,
		commit.ErrNotFound) {
		t.Errorf("another carrier's: %v", err)
	}
}

func TestRemove(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, bob := w.customer(t, "alice", "10"), w.customer(t, "bob", "10")
	w.hold(t, alice, number(1))
	w.hold(t, bob, number(1), number(2))
	for range 2 {
		must(t, w.Remove(t.Context(), bob, number(1))) // alice holds it
		must(t, w.Remove(t.Context(), bob, number(2)))
		must(t, w.Remove(t.Context(), bob, number(3))) // no customer holds it
	}
	if got := w.item(t, number(1)); got.Customer != "alice" || got.State != did.Held {
		t.Errorf("alice's hold: %+v", got)
	}
	if got := w.item(t, number(2)); got.State != did.None {
		t.Errorf("given back: %+v", got)
	}
	w.advance(10 * time.Minute)
	if got := w.hold(t, bob, number(2)); got != "2:held " {
		t.Error(got)
	}
	if got := w.item(t, number(2)); !got.Until.Equal(noon.Add(shop.HoldFor)) {
		t.Errorf("giving back and taking again gave time until %s", got.Until)
	}
}

func TestExtend(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "10")
	w.hold(t, alice, number(1))
	for minutes, want := range []int{15, 29, 43, 57, 60, 60} {
		view, err := w.Extend(t.Context(), alice)
		must(t, err)
		if len(view.Items) != 1 || !view.HeldUntil.Equal(noon.Add(time.Duration(want)*time.Minute)) {
			t.Fatalf("extended %d times: %+v, want %d minutes", minutes+1, view, want)
		}
		w.advance(min(14*time.Minute, view.HeldUntil.Sub(w.now())))
	}
	w.advance(time.Second)
	view, err := w.Extend(t.Context(), alice)
	must(t, err)
	if len(view.Items) != 0 || len(view.Lost) != 1 {
		t.Errorf("after an hour: %+v", view)
	}
}

func TestLapse(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, bob := w.customer(t, "alice", "10"), w.customer(t, "bob", "10")
	w.hold(t, alice, number(1), number(2))
	w.advance(shop.HoldFor)
	must(t, w.LapseCart(t.Context(), alice)) // her last moment
	if got := w.item(t, number(1)); got.State != did.Held {
		t.Errorf("lapsed in its last moment: %+v", got)
	}
	w.advance(did.Grace + time.Millisecond)
	if got := w.hold(t, bob, number(1)); got != "1:held " {
		t.Errorf("bob: %s", got)
	}
	must(t, w.LapseCart(t.Context(), alice))
	if got := w.item(t, number(1)); got.Customer != "bob" || got.State != did.Held {
		t.Errorf("bob's hold: %+v", got)
	}
	if got := w.item(t, number(2)); got.State != did.None {
		t.Errorf("lapsed: %+v", got)
	}
	cart, err := w.store.Cart(t.Context(), alice)
	must(t, err)
	if len(cart.Lines) != 0 || !cart.NextAt().IsZero() {
		t.Errorf("lines left: %+v", cart.Lines)
	}
}

func TestCheckout(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, bob := w.customer(t, "alice", "20"), w.customer(t, "bob", "5")
	w.hold(t, alice, numbers(0, 3)...)
	w.hold(t, bob, numbers(10, 2)...)

	if _, err := w.Checkout(t.Context(), alice, "k", usd("8")); !errors.Is(err, shop.ErrTotalChanged) {
		t.Errorf("another total: %v", err)
	}
	if _, err := w.Checkout(t.Context(), bob, "k", usd("6")); !errors.Is(err, ledger.ErrInsufficientFunds) {
		t.Errorf("5 for 6: %v", err)
	}
	order, err := w.Checkout(t.Context(), alice, "k", usd("9"))
	must(t, err)
	for range 2 {
		again, err := w.Checkout(t.Context(), alice, "k", usd("9"))
		must(t, err)
		wanttest.Equal(t, "the same key: order", again.ID, order.ID)
		wanttest.Equal(t, "the same key: number of lines", len(again.Lines), 3)
		wanttest.Equal(t, "the same key: number of the order", again.Number, "alice-1")
	}
	if _, err := w.Checkout(t.Context(), alice, "k", usd("10")); !errors.Is(err, shop.ErrKeyReused) {
		t.Errorf("another body: %v", err)
	}
	if _, err := w.Checkout(t.Context(), alice, "k2", usd("9")); !errors.Is(err, shop.ErrCartEmpty) {
		t.Errorf("nothing left: %v", err)
	}
	if spent := w.checkBooks(t, alice); !spent.Equal(usd("9")) {
		t.Errorf("spent %s", spent)
	}
	w.checkBooks(t, bob)
	if got := w.hold(t, bob, number(0)); got != "0:unavailable " {
		t.Errorf("a sold number: %s", got)
	}
	w.advance(shop.KeyLifetime + time.Second)
	w.hold(t, alice, number(20))
	if later, err := w.Checkout(t.Context(), alice, "k", usd("3")); err != nil || later.ID == order.ID {
		t.Errorf("the key after its life: %+v, %v", later, err)
	}
}

func TestCheckoutOfAFullCart(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "1000")
	w.hold(t, alice, numbers(0, shop.MaxLines)...)
	order, err := w.Checkout(t.Context(), alice, "k", usd("270"))
	must(t, err)
	if len(order.Lines) != shop.MaxLines {
		t.Errorf("%d lines", len(order.Lines))
	}
	w.checkBooks(t, alice)
}

func TestCheckoutNamesWhatIsLost(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice, bob := w.customer(t, "alice", "20"), w.customer(t, "bob", "20")
	w.hold(t, alice, number(1))
	w.advance(shop.HoldFor + did.Grace + time.Second)
	w.hold(t, alice, number(2))
	w.hold(t, bob, number(1))
	var lost *shop.Unavailable
	_, err := w.Checkout(t.Context(), alice, "k", usd("6"))
	if !errors.As(err, &lost) {
		t.Fatalf("error %v, want shop.Unavailable", err)
	}
	if len(lost.Numbers) != 1 {
		t.Fatalf("lost numbers are %v, want one", lost.Numbers)
	}
	wanttest.Equal(t, "lost number", lost.Numbers[0], number(1))
	order, err := w.Checkout(t.Context(), alice, "k", usd("3"))
	must(t, err)
	if len(order.Lines) != 1 || order.Lines[0].Number != number(2) {
		t.Errorf("%+v", order)
	}
}

// TestRaceForTheSameNumbers: 64 customers want the same 10 numbers.
func TestRaceForTheSameNumbers(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	const buyers, wanted = 64, 10
	var g errgroup.Group
	customers := make([]ledger.Customer, buyers)
	sold := make([]int, buyers)
	for i := range customers {
		customers[i] = w.customer(t, fmt.Sprintf("buyer%02d", i), "1000")
		g.Go(func() error {
			_, view, err := w.Hold(t.Context(), customers[i], numbers(0, wanted))
			if err != nil || len(view.Items) == 0 {
				return err
			}
			order, err := w.Checkout(t.Context(), customers[i], "k", view.Quote.Total)
			sold[i] = len(order.Lines)
			return err
		})
	}
	must(t, g.Wait())
	total := 0
	for i, c := range customers {
		w.checkBooks(t, c)
		total += sold[i]
	}
	if total != wanted {
		t.Errorf("%d sold, want %d", total, wanted)
	}
}

// TestRaceInOneBlock: 64 customers want 10 numbers each, none the same.
func TestRaceInOneBlock(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	var g errgroup.Group
	for i := range 64 {
		c := w.customer(t, fmt.Sprintf("buyer%02d", i), "1000")
		g.Go(func() error {
			_, view, err := w.Hold(t.Context(), c, numbers(10*i, 10))
			if err != nil {
				return err
			}
			order, err := w.Checkout(t.Context(), c, "k", view.Quote.Total)
			if err == nil && len(order.Lines) != 10 {
				return fmt.Errorf("%s got %d of 10", c, len(order.Lines))
			}
			return err
		})
	}
	must(t, g.Wait())
}

// TestTwoTabs: one customer checks out twice at once under two keys: one order.
func TestTwoTabs(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "100")
	w.hold(t, alice, numbers(0, 5)...)
	var g errgroup.Group
	errs := make([]error, 8)
	for i := range errs {
		g.Go(func() error {
			_, errs[i] = w.Checkout(t.Context(), alice, fmt.Sprintf("k%d", i), usd("15"))
			return nil
		})
	}
	_ = g.Wait()
	bought := 0
	for _, err := range errs {
		switch {
		case err == nil:
			bought++
		case !errors.Is(err, shop.ErrCartEmpty) && !errors.Is(err, shop.ErrDIDsUnavailable):
			t.Error(err)
		}
	}
	if spent := w.checkBooks(t, alice); bought != 1 || !spent.Equal(usd("15")) {
		t.Errorf("bought %d times, spent %s", bought, spent)
	}
}
