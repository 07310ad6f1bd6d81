package shop_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// step is a use case; each of its calls to the database is broken once.
type step struct {
	before func(*testing.T, *testShop, buyer) // creates the state that the step needs
	run    func(*testing.T, *shop.Service, buyer) error
	whole  func(*testing.T, *testShop, buyer)
}

// buyer is a customer and three numbers that no other test uses.
type buyer struct {
	ledger.Customer
	wants []e164.Number
}

func holdAll(t *testing.T, w *testShop, b buyer) { w.hold(t, b.Customer, b.wants...) }

var steps = map[string]step{
	"hold": {
		before: func(*testing.T, *testShop, buyer) {},
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, _, err := s.Hold(t.Context(), b.Customer, b.wants)
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			view, err := w.View(t.Context(), b.Customer)
			must(t, err)
			if len(view.Items) != 3 || len(view.Lost) != 0 {
				t.Errorf("%+v", view)
			}
		},
	},
	"remove": {
		before: holdAll,
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			return s.Remove(t.Context(), b.Customer, b.wants[1])
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			view, err := w.View(t.Context(), b.Customer)
			must(t, err)
			if len(view.Items) != 2 || w.item(t, b.wants[1]).State != did.None {
				t.Errorf("%+v", view)
			}
		},
	},
	"extend": {
		before: func(t *testing.T, w *testShop, b buyer) {
			holdAll(t, w, b)
			w.advance(5 * time.Minute)
		},
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Extend(t.Context(), b.Customer)
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			cart, err := w.store.Cart(t.Context(), b.Customer)
			must(t, err)
			for _, l := range cart.Lines {
				if want := noon.Add(20 * time.Minute); !l.Until.Equal(want) || !w.item(t, l.Number).Until.Equal(want) {
					t.Errorf("%s: line until %s, item until %s", l.Number, l.Until, w.item(t, l.Number).Until)
				}
			}
		},
	},
	"lapse": {
		before: func(t *testing.T, w *testShop, b buyer) {
			holdAll(t, w, b)
			w.advance(shop.HoldFor + did.Grace + time.Second)
		},
		run: func(t *testing.T, s *shop.Service, b buyer) error { return s.LapseCart(t.Context(), b.Customer) },
		whole: func(t *testing.T, w *testShop, b buyer) {
			cart, err := w.store.Cart(t.Context(), b.Customer)
			must(t, err)
			if len(cart.Lines) != 0 || w.item(t, b.wants[0]).State != did.None {
				t.Errorf("%+v", cart)
			}
		},
	},
	"checkout": {
		before: holdAll,
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Checkout(t.Context(), b.Customer, "key", usd("9"))
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			if spent := w.checkBooks(t, b.Customer); !spent.Equal(usd("9")) {
				t.Errorf("spent %s", spent)
			}
		},
	},
}

func init() {
	steps["edit"] = step{
		before: rentOne,
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Edit(t.Context(), b.Customer, b.wants[0], func(d did.Settings) did.Settings {
				d.Label = "desk"
				return d
			})
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			if d := w.item(t, b.wants[0]); d.Label != "desk" || d.State != did.Assigned {
				t.Errorf("%+v", d)
			}
		},
	}
	steps["cancel"] = step{
		before: rentOne,
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Cancel(t.Context(), b.Customer, b.wants[0])
			return unlessDone(err)
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			if d := w.item(t, b.wants[0]); d.State != did.PendingRelease || !d.NextAt.Equal(d.PeriodEnd) {
				t.Errorf("%+v", d)
			}
		},
	}
	steps["restore"] = step{
		before: func(t *testing.T, w *testShop, b buyer) {
			rentOne(t, w, b)
			_, err := w.Cancel(t.Context(), b.Customer, b.wants[0])
			must(t, err)
		},
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Restore(t.Context(), b.Customer, b.wants[0])
			return unlessDone(err)
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			if d := w.item(t, b.wants[0]); d.State != did.Assigned || d.Ver != 4 {
				t.Errorf("%+v", d)
			}
		},
	}
	steps["allocate"] = step{
		before: func(*testing.T, *testShop, buyer) {},
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Allocate(t.Context(), b.Customer, b.wants, "key", usd("9"))
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			if spent := w.checkBooks(t, b.Customer); !spent.Equal(usd("9")) {
				t.Errorf("spent %s", spent)
			}
		},
	}
	steps["reclaim"] = step{
		before: ageOne,
		run: func(t *testing.T, s *shop.Service, b buyer) error {
			_, err := s.Reclaim(t.Context(), b.Customer, b.wants[0], "again", usd("2"))
			return err
		},
		whole: func(t *testing.T, w *testShop, b buyer) {
			account, err := w.store.Account(t.Context(), b.Customer)
			must(t, err)
			d := w.item(t, b.wants[0])
			wanttest.Equal(t, "state", d.State, did.Assigned)
			wanttest.Equal(t, "period", d.Period, 0)
			wanttest.Diff(t, "balance of the account", account.Balance, usd("95"))
			wanttest.Equal(t, "number of the account's orders", account.Orders, 2)
			wanttest.Equal(t, "sequence number of the account", account.Seq, 3)
		},
	}
}

// rentOne buys the first of the numbers for 3.00.
func rentOne(t *testing.T, w *testShop, b buyer) {
	w.hold(t, b.Customer, b.wants[0])
	_, err := w.Checkout(t.Context(), b.Customer, "key", usd("3"))
	must(t, err)
}

// unlessDone returns the error, unless a repeat found that the work was done:
// the state shows it.
func unlessDone(err error) error {
	if errors.Is(err, did.ErrIllegalMove) {
		return nil
	}
	return err
}

// TestEveryCallBrokenOnce breaks each call of each step in each way; after at most
// one retry the result is the same as without faults.
func TestEveryCallBrokenOnce(t *testing.T) {
	t.Parallel()
	for name, s := range steps {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, cases := newTestShop(t), 0
			for _, fault := range faults.All {
				broken := 0
				for nth := 1; ; nth++ {
					b := buyer{w.customer(t, fmt.Sprintf("buyer%03d", cases), "100"), numbers(3*cases, 3)}
					injector := w.breakOnce(t, s, b, fault, nth)
					cases, broken = cases+1, broken+injector.Broken()
					if nth > injector.Total() {
						break
					}
				}
				if broken == 0 {
					t.Errorf("%s: no call was broken", fault)
				}
			}
		})
	}
}

// breakOnce runs the step with its nth call broken, and once more if that made
// it fail.
func (w *testShop) breakOnce(t *testing.T, s step, b buyer, fault faults.Fault, nth int) *faults.Injector {
	t.Helper()
	w.clock.Store(0)
	s.before(t, w, b)
	injector := faults.New(faults.Nth(nth, fault))
	broken := shop.New(dynamo.New(injector.Into(w.cfg), w.table), w.now)
	if err := s.run(t, broken, b); err != nil {
		t.Logf("call %d, %s: %v", nth, fault, err)
		if err := s.run(t, w.Service, b); err != nil {
			t.Errorf("after one retry: %v", err)
		}
	}
	if s.whole(t, w, b); t.Failed() {
		t.Fatalf("call %d broken: %s", nth, fault)
	}
	return injector
}
