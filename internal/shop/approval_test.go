package shop_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"didpurchase/internal/auth"
	"didpurchase/internal/carrier"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

var (
	byBuyer = auth.Actor{Kind: auth.ByUser, ID: "buyer"}
	byOwner = auth.Actor{Kind: auth.ByUser, ID: "owner"}
)

// asBuyer is the context of a byBuyer, whose orders need an approval.
func asBuyer(t testing.TB) context.Context { return auth.ActingAs(t.Context(), byBuyer) }

// asOwner is the context of an byOwner, whose orders need none.
func asOwner(t testing.TB) context.Context {
	return auth.Approving(auth.ActingAs(t.Context(), byOwner))
}

// supervised is a customer whose orders above a total need an approval; "" for all.
func (w largeShop) supervised(t testing.TB, id, balance, above string) ledger.Customer {
	t.Helper()
	c := w.customer(t, id, balance)
	w.amend(t, c, func(a *ledger.Account) {
		a.Purchasing.Mode = ledger.NeedsApproval
		if above != "" {
			a.Purchasing.ApprovalAbove = usd(above)
		}
	})
	return c
}

func (w largeShop) amend(t testing.TB, c ledger.Customer, change func(*ledger.Account)) {
	t.Helper()
	account, err := w.store.Account(t.Context(), c)
	must(t, err)
	to := account
	to.Ver++
	change(&to)
	must(t, commit.Write(t.Context(), w.store, w.now(), desk.Amendment{SeenVer: account.Ver, To: to}))
}

// ask has the buyer order: with a cart two numbers, else the wanted ones.
func (w largeShop) ask(t testing.TB, c ledger.Customer, wanted *shop.Wanted) shop.Order {
	t.Helper()
	var o shop.Order
	var err error
	if wanted == nil {
		_, _, err = w.Hold(asBuyer(t), c, numbers(0, 2))
		must(t, err)
		o, err = w.orders.Checkout(asBuyer(t), c, "key", usd("6"))
	} else {
		o, err = w.orders.PlaceOrder(asBuyer(t), c, "key", *wanted)
	}
	must(t, err)
	must(t, w.orders.WorkOff(t.Context(), c, o.ID))
	o, err = w.store.Order(t.Context(), c, o.ID)
	must(t, err)
	return o
}

// TestOrdersWaitForAnApproval: each kind of order waits with its numbers reserved and
// nothing charged, until somebody or the deadline decides.
func TestOrdersWaitForAnApproval(t *testing.T) {
	t.Parallel()
	few, many := list(numbers(0, 3), "9"), list(numbers(0, 7), "21")
	approve := func(t testing.TB, w largeShop, o shop.Order) error {
		_, err := w.orders.Approve(asOwner(t), o.Customer, o.ID, money.Amount{}, false)
		return err
	}
	decline := func(t testing.TB, w largeShop, o shop.Order) error {
		_, err := w.orders.Decline(asOwner(t), o.Customer, o.ID, "too many", false)
		return err
	}
	withdraw := func(t testing.TB, w largeShop, o shop.Order) error {
		_, err := w.orders.CancelOrder(asBuyer(t), o.Customer, o.ID)
		return err
	}
	late := func(_ testing.TB, w largeShop, _ shop.Order) error { w.advance(7 * 24 * time.Hour); return nil }
	for what, tc := range map[string]struct {
		wanted *shop.Wanted
		count  int
		decide func(testing.TB, largeShop, shop.Order) error
		want   ended
		by     auth.Actor
	}{
		"a cart, approved":   {nil, 2, approve, ended{shop.Completed, 2, 2, "6.00 USD", ""}, byOwner},
		"few, approved":      {&few, 3, approve, ended{shop.Completed, 3, 3, "9.00 USD", ""}, byOwner},
		"many, approved":     {&many, 7, approve, ended{shop.Completed, 7, 7, "21.00 USD", ""}, byOwner},
		"a cart, declined":   {nil, 2, decline, ended{shop.Rejected, 2, 0, "0.00 USD", "declined"}, byOwner},
		"many, declined":     {&many, 7, decline, ended{shop.Rejected, 7, 0, "0.00 USD", "declined"}, byOwner},
		"few, withdrawn":     {&few, 3, withdraw, ended{shop.Rejected, 3, 0, "0.00 USD", "cancelled"}, byBuyer},
		"a cart, too late":   {nil, 2, late, ended{shop.Rejected, 2, 0, "0.00 USD", "approval_expired"}, auth.Renewals},
		"many, far too late": {&many, 7, late, ended{shop.Rejected, 7, 0, "0.00 USD", "approval_expired"}, auth.Renewals},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newLargeShop(t)
			alice := w.supervised(t, "alice", "100", "")
			o := w.ask(t, alice, tc.wanted)
			wanttest.Equal(t, "waits", o.Status, shop.AwaitingApproval)
			wanttest.Equal(t, "until", o.Large.NextAt, o.CreatedAt.Add(7*24*time.Hour))
			wanttest.Diff(t, "reserved", w.states(t), map[string]int{"reserved alice": tc.count})
			wanttest.Equal(t, "listed", len(w.waiting(t, alice)), 1)
			must(t, tc.decide(t, w, o))
			must(t, w.orders.WorkOff(t.Context(), alice, o.ID))
			wanttest.Diff(t, "ended", w.ended(t, o), tc.want)
			wanttest.Equal(t, "still listed", len(w.waiting(t, alice)), 0)
			after, err := w.store.Order(t.Context(), alice, o.ID)
			must(t, err)
			wanttest.Equal(t, "ordered by", after.By, byBuyer)
			wanttest.Equal(t, "decided by", after.Actor(), tc.by)
			if after.Status == shop.Completed {
				wanttest.Equal(t, "number rented by", w.item(t, number(0)).By, byOwner)
				wanttest.Diff(t, "states", w.states(t), map[string]int{"assigned alice": tc.count})
			} else {
				wanttest.Diff(t, "states", w.states(t), map[string]int{})
				wanttest.Equal(t, "lines of a rejected order", len(after.Lines), 0)
			}
			w.checkBooks(t, alice)
		})
	}
}

func (w largeShop) waiting(t testing.TB, c ledger.Customer) []shop.Waiting {
	t.Helper()
	waiting, _, err := w.store.WaitingOrders(t.Context(), c, shop.Page{Limit: 200})
	must(t, err)
	return waiting
}

// TestWhoNeedsAnApproval: owners and small orders need none; a reclaim can't wait.
func TestWhoNeedsAnApproval(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	alice := w.supervised(t, "alice", "100", "6")
	o, err := w.orders.PlaceOrder(asBuyer(t), alice, "small", list(numbers(0, 2), "6"))
	must(t, err)
	wanttest.Equal(t, "up to the threshold", o.Status, shop.Completed)
	o, err = w.orders.PlaceOrder(asOwner(t), alice, "own", list(numbers(10, 3), "9"))
	must(t, err)
	wanttest.Equal(t, "the owner's", o.Status, shop.Completed)
	staffs := list(numbers(20, 3), "9")
	staffs.ByStaff = true
	o, err = w.orders.PlaceOrder(t.Context(), alice, "staff", staffs)
	must(t, err)
	wanttest.Equal(t, "the staff's", o.Status, shop.Completed)
	o, err = w.orders.PlaceOrder(asBuyer(t), alice, "large", list(numbers(30, 3), "9"))
	must(t, err)
	wanttest.Equal(t, "above the threshold", o.Status, shop.AwaitingApproval)
	_, err = w.orders.PlaceOrder(asBuyer(t), alice, "poor", list(numbers(40, 90), "999"))
	wanttest.True(t, "beyond the funds: "+fmt.Sprint(err), errors.Is(err, ledger.ErrInsufficientFunds))
}

// TestApprovalsAreRefused: what refuses an approval charges nothing and leaves the
// order waiting.
func TestApprovalsAreRefused(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	alice := w.supervised(t, "alice", "10", "")
	o := w.ask(t, alice, nil)
	approve := func(confirmed money.Amount) error {
		_, err := w.orders.Approve(asOwner(t), alice, o.ID, confirmed, false)
		return err
	}
	still := func(what string) {
		t.Helper()
		now, err := w.store.Order(t.Context(), alice, o.ID)
		must(t, err)
		wanttest.Equal(t, what+": status", now.Status, shop.AwaitingApproval)
		account, err := w.store.Account(t.Context(), alice)
		must(t, err)
		wanttest.Equal(t, what+": balance", account.Balance.String(), "10.00 USD")
	}
	twenty, err := money.ParseRate("20")
	must(t, err)
	w.amend(t, alice, func(a *ledger.Account) { a.Tax = twenty })
	var changed *shop.TotalChanged
	wanttest.True(t, "another tax", errors.As(approve(money.Amount{}), &changed))
	wanttest.Equal(t, "today's total", changed.Today.String(), "7.20 USD")
	still("another tax")
	w.amend(t, alice, func(a *ledger.Account) { a.Purchasing.Limit = usd("7") })
	var over *ledger.OverLimit
	wanttest.True(t, "over the month's limit", errors.As(approve(usd("7.20")), &over))
	still("over the limit")
	w.amend(t, alice, func(a *ledger.Account) { a.Purchasing.Limit = money.Amount{} })
	w.amend(t, alice, func(a *ledger.Account) { a.Tax, _ = money.ParseRate("90") })
	wanttest.True(t, "too expensive", errors.Is(approve(usd("11.40")), ledger.ErrInsufficientFunds))
	still("too expensive")
	w.amend(t, alice, func(a *ledger.Account) { a.Tax = twenty })
	must(t, approve(usd("7.20")))
	must(t, approve(usd("7.20")))
	_, err = w.orders.Decline(asOwner(t), alice, o.ID, "no", false)
	wanttest.True(t, "decline after the approval", errors.Is(err, shop.ErrNotWaiting))
	_, err = w.orders.CancelOrder(asBuyer(t), alice, o.ID)
	wanttest.True(t, "withdraw after the approval", errors.Is(err, shop.ErrOrderState))
	wanttest.Equal(t, "spent", w.checkBooks(t, alice).String(), "7.20 USD")
}

// TestWaitingNumbersAreLimited: the carrier's limit of reserved numbers counts those
// that wait, and a decision makes room.
func TestWaitingNumbersAreLimited(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	w.settings(t, func(c *carrier.Carrier) { c.MaxReserved = 5 })
	alice := w.supervised(t, "alice", "100", "")
	first := w.ask(t, alice, nil)
	two := list(numbers(10, 2), "6")
	o, err := w.orders.PlaceOrder(asBuyer(t), alice, "second", two)
	must(t, err)
	more := list(numbers(20, 2), "6")
	_, err = w.orders.PlaceOrder(asBuyer(t), alice, "more", more)
	var over *shop.OverReserved
	wanttest.True(t, fmt.Sprintf("6 of 5: %v", err), errors.As(err, &over))
	_, err = w.orders.Approve(asOwner(t), alice, o.ID, money.Amount{}, false)
	must(t, err)
	_, err = w.orders.PlaceOrder(asBuyer(t), alice, "more", more)
	must(t, err)
	_, err = w.orders.Decline(asOwner(t), alice, first.ID, "no", false)
	must(t, err)
	must(t, w.orders.WorkOff(t.Context(), alice, first.ID))
	account, err := w.store.Account(t.Context(), alice)
	must(t, err)
	wanttest.Equal(t, "counted", account.Reserving, 2)
}

// settings changes the carrier's settings.
func (w largeShop) settings(t testing.TB, change func(*carrier.Carrier)) {
	t.Helper()
	acme, err := w.store.Carrier(t.Context(), "acme")
	must(t, err)
	to := acme
	to.Ver++
	change(&to)
	must(t, commit.Write(t.Context(), w.store, w.now(), carrier.Update{SeenVer: acme.Ver, To: to}))
}

// decisions are what may happen to a waiting order at once.
var decisions = []func(context.Context, *shop.LargeOrders, shop.Order) error{
	func(ctx context.Context, l *shop.LargeOrders, o shop.Order) error {
		_, err := l.Approve(auth.ActingAs(ctx, byOwner), o.Customer, o.ID, money.Amount{}, false)
		return err
	},
	func(ctx context.Context, l *shop.LargeOrders, o shop.Order) error {
		_, err := l.CancelOrder(auth.ActingAs(ctx, byBuyer), o.Customer, o.ID)
		return err
	},
	func(ctx context.Context, l *shop.LargeOrders, o shop.Order) error {
		_, err := l.Decline(auth.ActingAs(ctx, byOwner), o.Customer, o.ID, "no", true)
		return err
	},
	func(ctx context.Context, l *shop.LargeOrders, o shop.Order) error {
		return l.WorkOff(ctx, o.Customer, o.ID)
	},
}

// TestDecisionsRace: approvals, a withdrawal, a decline and the worker meet at one
// order, some of them beside its deadline. One of them decides.
func TestDecisionsRace(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	for i := range 12 {
		c := w.supervised(t, fmt.Sprintf("buyer%02d", i), "100", "")
		wanted := list(numbers(10*i, 2+4*(i%2)), "99")
		o := w.ask(t, c, &wanted)
		if i%3 == 0 {
			must(t, w.age(t, o)) // its deadline is now
		}
		var wait sync.WaitGroup
		for _, decide := range append(decisions, decisions[0], decisions[i%4]) {
			wait.Go(func() {
				err := decide(t.Context(), w.orders, o)
				if err != nil && !errors.Is(err, shop.ErrNotWaiting) && !errors.Is(err, shop.ErrOrderState) {
					t.Errorf("order %d: %v", i, err)
				}
			})
		}
		wait.Wait()
		must(t, w.orders.WorkOff(t.Context(), c, o.ID))
		w.checkEnded(t, c, "100", wanted.Quantity)
		wanttest.Equal(t, "listed", len(w.waiting(t, c)), 0)
	}
}

// age moves the order's deadline to now.
func (w largeShop) age(t testing.TB, o shop.Order) error {
	t.Helper()
	seen := o.Large.Ver
	large := *o.Large
	o.Large = &large
	o.Large.Ver, o.Large.Deadline, o.Large.NextAt = seen+1, w.now(), w.now()
	return commit.Write(t.Context(), w.store, w.now(), shop.OrderUpdate{SeenVer: seen, To: o})
}

// TestDecisionsSurviveFaults breaks each call of an order and of each decision once,
// in every way, and asks again: it is charged at most once, and nothing stays reserved.
func TestDecisionsSurviveFaults(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	for i, nth, total := 0, 1, 1; nth <= total; i++ {
		fault := faults.All[i%len(faults.All)]
		c := w.supervised(t, fmt.Sprintf("buyer%03d", i), "100", "")
		total = max(total, w.brokenDecision(t, faults.New(faults.Nth(nth, fault)), c, i))
		if t.Failed() {
			t.Fatalf("call %d, %v, decision %d", nth, fault, i%3)
		}
		if !*whole || (i+1)%(3*len(faults.All)) == 0 {
			nth++
		}
	}
}

// brokenDecision orders 2 or 5 numbers and decides while calls are broken, then once
// more without that. It returns how many calls there were.
func (w largeShop) brokenDecision(t *testing.T, injector *faults.Injector, c ledger.Customer, i int) int {
	t.Helper()
	ctx, stop := context.WithCancel(asBuyer(t))
	defer stop()
	broken, wanted := w.large(dynamo.New(injector.Into(w.cfg), w.table)), list(numbers(10*i, 2+3*(i%2)), "15")
	o, err := broken.PlaceOrder(ctx, c, "key", wanted)
	if err == nil {
		err = errors.Join(broken.WorkOff(ctx, c, o.ID), decisions[i%3](ctx, broken, o))
	}
	if err != nil {
		o, err = w.orders.PlaceOrder(asBuyer(t), c, "key", wanted)
		must(t, err)
		must(t, w.orders.WorkOff(t.Context(), c, o.ID))
		must(t, decisions[i%3](t.Context(), w.orders, o))
	}
	must(t, w.orders.WorkOff(t.Context(), c, o.ID))
	w.checkEnded(t, c, "100", wanted.Quantity)
	want := shop.Rejected
	if i%3 == 0 {
		want = shop.Completed
	}
	wanttest.Equal(t, "status", w.ended(t, o).Status, want)
	wanttest.Equal(t, "listed", len(w.waiting(t, c)), 0)
	return injector.Total()
}

// The carrier decides how long an order waits.
func TestTheCarrierSetsTheDeadline(t *testing.T) {
	t.Parallel()
	w := newLargeShop(t)
	w.settings(t, func(c *carrier.Carrier) { c.ApprovalDays = 2 })
	o := w.ask(t, w.supervised(t, "alice", "100", ""), nil)
	wanttest.Equal(t, "deadline", o.Large.Deadline, o.CreatedAt.Add(48*time.Hour))
}
