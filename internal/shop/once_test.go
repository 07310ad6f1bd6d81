package shop_test

import (
	"errors"
	"flag"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/faults"
	"didpurchase/internal/shop"
)

var keysSent = flag.Int("keys", 3, "how many Idempotency-Keys are sent from 16 sides at once, for each use case")

// keyed are the use cases that take an Idempotency-Key: the preparation, and the
// request.
var keyed = map[string]struct {
	before func(*testing.T, *testShop, buyer)
	order  func(*testing.T, *shop.Service, buyer) (shop.Order, error)
	left   string // of the 9.00 that the customer had
}{
	"checkout": {
		before: holdAll,
		order: func(t *testing.T, s *shop.Service, b buyer) (shop.Order, error) {
			return s.Checkout(t.Context(), b.Customer, "the key", usd("6"))
		},
		left: "3",
	},
	"allocate": {
		before: func(*testing.T, *testShop, buyer) {},
		order: func(t *testing.T, s *shop.Service, b buyer) (shop.Order, error) {
			return s.Allocate(t.Context(), b.Customer, b.wants, "the key", usd("6"))
		},
		left: "3",
	},
	"reclaim": {
		before: ageOne,
		order: func(t *testing.T, s *shop.Service, b buyer) (shop.Order, error) {
			return s.Reclaim(t.Context(), b.Customer, b.wants[0], "the key", usd("2"))
		},
		left: "4",
	},
}

// TestOneKeyOneOrder sends the same order from 16 sides at once, for many keys,
// with whole calls and with broken ones: each answer is the key's one order, after
// requests that may be repeated were repeated.
func TestOneKeyOneOrder(t *testing.T) {
	t.Parallel()
	for name, k := range keyed {
		for share, keys := range map[float64]int{0: *keysSent, 0.1: *keysSent / 2} {
			t.Run(fmt.Sprintf("%s, %v broken", name, share), func(t *testing.T) {
				t.Parallel()
				w := newTestShop(t)
				for i := range keys {
					b := buyer{w.customer(t, fmt.Sprintf("buyer%03d", i), "9"), numbers(2*i, 2)}
					k.before(t, w, b)
					broken := shop.New(dynamo.New(faults.New(faults.Seeded(uint64(i), share,
						faults.All...)).Into(w.cfg), w.table), w.now)
					want := map[string]int{"": 0}
					got := w.sendAtOnce(t, 16, func() (shop.Order, error) { return k.order(t, broken, b) })
					for id := range got {
						want = map[string]int{id: 16}
					}
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("orders by id that %d sides got: %s", 16, diff)
					}
					account, err := w.store.Account(t.Context(), b.Customer)
					must(t, err)
					if !account.Balance.Equal(usd(k.left)) {
						t.Errorf("%s: %s left, want %s", b, account.Balance, k.left)
					}
				}
			})
		}
	}
}

// sendAtOnce sends one request from several clients and counts their orders.
// Each client repeats a request if the error asks for it.
func (w *testShop) sendAtOnce(t *testing.T, sides int, order func() (shop.Order, error)) map[string]int {
	t.Helper()
	ids := make([]string, sides)
	var g errgroup.Group
	for side := range ids {
		g.Go(func() error {
			for {
				o, err := order()
				if errors.Is(err, commit.ErrUnknown) || errors.Is(err, commit.ErrContended) || errors.Is(err, commit.ErrMovedOn) {
					continue
				}
				ids[side] = o.ID
				if err != nil {
					return fmt.Errorf("side %d: %w", side, err)
				}
				return nil
			}
		})
	}
	must(t, g.Wait())
	counted := map[string]int{}
	for _, id := range ids {
		counted[id]++
	}
	return counted
}

// TestRefusalIsLookedAtAgain: a request reads that its key has made nothing yet;
// then the same request of another client buys everything. The first one must
// return that order, not refuse for lack of numbers.
func TestRefusalIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	for name, k := range keyed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTestShop(t)
			b := buyer{w.customer(t, "alice", "9"), numbers(0, 2)}
			k.before(t, w, b)
			injector := faults.New(nil)
			slow := shop.New(dynamo.New(injector.Into(w.cfg), w.table), w.now)
			gate := injector.Stop(faults.After, faults.Mentions("GetItem", "IDEM#the key"))
			late := make(chan shop.Order, 1)
			var g errgroup.Group
			g.Go(func() error {
				o, err := k.order(t, slow, b)
				late <- o
				return err
			})
			gate.Reached(t)
			first, err := k.order(t, w.Service, b)
			must(t, err)
			gate.Open()
			must(t, g.Wait())
			if diff := cmp.Diff(first.ID, (<-late).ID); diff != "" {
				t.Errorf("the late request's order: %s", diff)
			}
		})
	}
}

// ageOne rents the first number and brings it into quarantine.
func ageOne(t *testing.T, w *testShop, b buyer) {
	t.Helper()
	rentOne(t, w, b)
	_, err := w.Cancel(t.Context(), b.Customer, b.wants[0])
	must(t, err)
	d := w.item(t, b.wants[0])
	aged, err := d.AgeUntil(noon.AddDate(1, 0, 0), noon)
	must(t, err)
	must(t, w.store.Commit(t.Context(), commit.Batch{ID: d.RentalID, Changes: []commit.Change{aged}}))
}

// TestKeyInProgress: while another request's transaction holds the key's record,
// the answer is that it is running, never a reason of business.
func TestKeyInProgress(t *testing.T) {
	t.Parallel()
	for name, k := range keyed {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTestShop(t)
			b := buyer{w.customer(t, "alice", "9"), numbers(0, 2)}
			k.before(t, w, b)
			// The fault's conflict is with the first change, the key's record.
			busy := faults.New(faults.Always("TransactWriteItems", faults.Conflict))
			if _, err := k.order(t, shop.New(dynamo.New(busy.Into(w.cfg), w.table), w.now), b); !errors.Is(err,
				shop.ErrInProgress) {
				t.Errorf("err = %v, want ErrInProgress", err)
			}
		})
	}
}
