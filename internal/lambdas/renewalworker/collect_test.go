package renewalworker_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/internal/carrier"
	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/lambdas/renewalworker"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/renewal"
	"didpurchase/internal/wanttest"
)

var rules = carrier.Dunning{GraceDays: 3, SuspendedDays: 20, AgingDays: 5, CatchUp: 10}

func upTo(from, to int) (periods []int) {
	for k := from; k <= to; k++ {
		periods = append(periods, k)
	}
	return periods
}

// Charges and their effect on a rental: one life in each line, in days after the
// purchase.
func TestLives(t *testing.T) {
	t.Parallel()
	type step struct {
		day  float64
		pays string // "" = the schedule runs
	}
	for _, tc := range []struct {
		what, pkg, balance string
		steps              []step
		want               []int // periods charged
		state              did.State
		left               string // balance
	}{
		{"paid on time", "daily", "4", []step{{1, ""}, {2, ""}, {3, ""}}, upTo(0, 3), did.Assigned, "0.00"},
		{"a late delivery", "daily", "4", []step{{1.5, ""}, {1.5, ""}, {1.9, ""}, {2.1, ""}}, upTo(0, 2), did.Assigned,
			"1.00"},
		{"an outage: one by one", "daily", "20", []step{{9.5, ""}}, upTo(0, 9), did.Assigned, "10.00"},
		{"a long outage: up to the limit", "daily", "40", []step{{30, ""}}, append([]int{0}, upTo(21, 30)...), did.Assigned,
			"29.00"},
		{"an outage, and money for a part", "daily", "5", []step{{9.5, ""}}, upTo(0, 4), did.PastDue, "0.00"},
		{"grace", "weekly", "1", []step{{7, ""}, {9.9, ""}}, upTo(0, 0), did.PastDue, "0.00"},
		{"paid in grace: the period that was due", "weekly", "1", []step{{7, ""}, {9.9, "5"}}, upTo(0, 1), did.Assigned,
			"4.00"},
		{"the last try, when grace is over", "weekly", "1", []step{{7, ""}, {10, ""}}, upTo(0, 0), did.Suspended, "0.00"},
		{"a part payment does not start the grace again", "daily", "1", []step{{1, ""}, {3.9, "1"}, {4, ""}}, upTo(0, 1),
			did.Suspended, "0.00"},
		{"several due in grace are paid", "daily", "1", []step{{1, ""}, {3.9, "5"}}, upTo(0, 3), did.Assigned, "2.00"},
		{"suspended: those before, and the one that contains now", "daily", "1", []step{{1, ""}, {4.5, ""}, {14.5, "9"}},
			append(upTo(0, 4), 14), did.Assigned, "4.00"},
		{"suspended: too little is nothing", "daily", "1", []step{{1, ""}, {4.5, ""}, {14.5, "4.99"}}, upTo(0, 0),
			did.Suspended, "4.99"},
		{"suspended: enough in two parts", "daily", "1", []step{{1, ""}, {4.5, ""}, {14.5, "4"}, {15, "1"}},
			append(upTo(0, 4), 15), did.Assigned, "0.00"},
		{"released", "weekly", "1", []step{{7, ""}, {10, ""}, {30, ""}}, upTo(0, 0), did.Aging, "0.00"},
		{"aging is not paid for", "weekly", "1", []step{{7, ""}, {10, ""}, {30, ""}, {34.9, "9"}}, upTo(0, 0), did.Aging,
			"9.00"},
		{"back in stock", "weekly", "1", []step{{7, ""}, {10, ""}, {30, ""}, {35, ""}}, upTo(0, 0), did.None, "0.00"},
		{"an outage takes no state over", "weekly", "1", []step{{100, ""}, {102.9, ""}}, upTo(0, 0), did.PastDue, "0.00"},
		{"free of charge, without money", "free", "0", []step{{3, ""}}, upTo(0, 3), did.Assigned, "0.00"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			t.Parallel()
			w := newMarket(t, rules)
			alice, n := w.customer(t, "alice", tc.balance), blocks[tc.pkg]
			w.rent(t, alice, n)
			for _, s := range tc.steps {
				*w.now = noon.Add(time.Duration(s.day * float64(24*time.Hour)))
				if s.pays != "" {
					w.pay(t, alice, s.pays)
				}
				w.tick(t, *w.now)
			}
			if got := w.charged(t, alice, n); !slices.Equal(got, tc.want) {
				t.Errorf("periods %v, want %v", got, tc.want)
			}
			if got := w.did(t, n); got.State != tc.state {
				t.Errorf("%s, want %s", got.State, tc.state)
			}
			if got := w.account(t, alice); got.Balance.Number() != tc.left || !got.CollectAt.IsZero() {
				t.Errorf("balance %s, want %s; to collect at %s", got.Balance, tc.left, got.CollectAt)
			}
			w.checkBooks(t, alice)
		})
	}
}

// A rental of 31 January ends with each month, also after a shorter one.
func TestMonthEnds(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice, n := w.customer(t, "alice", "100"), blocks["monthly"]
	w.rent(t, alice, n)
	for _, day := range []string{"2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-12-31",
		"2027-02-28"} {
		at, err := time.Parse("2006-01-02T15", day+"T12")
		must(t, err)
		w.tick(t, at.Add(-time.Millisecond))
		if end := w.did(t, n).PeriodEnd; end.After(at) {
			t.Errorf("%s: the period ended before: it lasts until %s", day, end)
		}
		w.tick(t, at)
	}
	if got := w.charged(t, alice, n); !slices.Equal(got, upTo(0, 13)) {
		t.Errorf("periods %v", got)
	}
	invoices := map[string]bool{}
	for _, e := range w.entries(t, alice)[1:] {
		invoices[e.InvoiceID] = true
	}
	if len(invoices) != 1+7 { // the order's invoice, and one for each day with renewals
		t.Errorf("invoices %v", invoices)
	}
}

// The funds go to the oldest bill; a bill in another currency waits, and does
// not affect the others.
func TestOldestFirst(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice := w.customer(t, "alice", "5")
	list := numbers("daily", 0, 3)
	for i, n := range slices.Backward(list) {
		*w.now = noon.Add(time.Duration(2-i) * time.Hour)
		w.rent(t, alice, n)
	}
	w.rentInEuros(t, alice, 442071270000)
	w.tick(t, noon.AddDate(0, 0, 1).Add(3*time.Hour))
	for n, want := range map[e164.Number]did.State{list[2]: did.Assigned, list[1]: did.Assigned, list[0]: did.PastDue} {
		if got := w.did(t, n); got.State != want {
			t.Errorf("%s: %s, want %s", n, got.State, want)
		}
	}
	stuck := w.did(t, 442071270000)
	wanttest.Equal(t, "in euros: state", stuck.State, did.Assigned)
	wanttest.Equal(t, "in euros: attempts", stuck.Attempts, 1)
	wanttest.Diff(t, "in euros: next event", stuck.NextAt, w.now.Add(time.Hour))
	w.tick(t, w.now.Add(time.Hour))
	if stuck = w.did(t, 442071270000); stuck.State != did.Assigned || stuck.Attempts != 2 {
		t.Errorf("in euros, an hour later: %s, %d attempts", stuck.State, stuck.Attempts)
	}
	w.checkBooks(t, alice)
}

// rentInEuros makes a rental that the customer's account can't pay.
func (w renewals) rentInEuros(t *testing.T, c ledger.Customer, n e164.Number) {
	t.Helper()
	terms := pricing.Terms{Package: "euros", Version: 1, Setup: eur("0"), Recurring: eur("1"),
		Interval: prices["daily"].Interval}
	hold := did.HoldFor(c.Carrier, c.ID, n, ulid.Make().String(), noon.Add(time.Hour), did.Offer{Terms: terms}, noon)
	w.commit(t, hold)
	rented, err := did.Assign(hold.To, ulid.Make().String(), noon, time.UTC)
	must(t, err)
	w.commit(t, rented)
}

func eur(n string) money.Amount { return money.MustParse(n, "EUR") }

// A closed account is not charged any more; its numbers become available again.
func TestClosedAccount(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	alice, n := w.customer(t, "alice", "100"), blocks["weekly"]
	w.rent(t, alice, n)
	closed := w.account(t, alice)
	closed.Ver, closed.Status = closed.Ver+1, ledger.Closed
	w.commit(t, ledger.Update{SeenVer: closed.Ver - 1, To: closed})
	for _, day := range []int{7, 10, 30, 35} {
		w.tick(t, noon.AddDate(0, 0, day))
	}
	if got := w.did(t, n); got.State != did.None {
		t.Errorf("%s, want none", got.State)
	}
	if got := w.charged(t, alice, n); !slices.Equal(got, []int{0}) {
		t.Errorf("periods %v charged", got)
	}
}

// A payment that arrives while an earlier payment is being spent is not forgotten.
func TestPaymentDuringCollecting(t *testing.T) {
	t.Parallel()
	w := newMarket(t, rules)
	for nth := 1; ; nth++ {
		*w.now = noon
		c, list := w.customer(t, fmt.Sprintf("buyer%02d", nth), "2"), numbers("weekly", 2*nth, 2)
		w.rent(t, c, list...)
		*w.now = noon.AddDate(0, 0, 7)
		w.workBroken(t, c, nil)
		w.pay(t, c, "1")
		paid := false
		calls, _ := w.workBroken(t, c, func(call faults.Call) faults.Fault {
			if call.Nth == nth {
				paid = w.tryPay(t, c, "1") == nil
			}
			return faults.None
		})
		if calls < nth {
			return
		}
		if !paid {
			t.Fatalf("call %d: not paid", nth)
		}
		w.workBroken(t, c, nil)
		w.wantStates(t, fmt.Sprintf("paid at call %d", nth), list, map[did.State]int{did.Assigned: 2})
		w.checkBooks(t, c)
	}
}

// Every call of a renewal, of one without money, and of one after a payment is
// broken once in each way: after one redelivery the result is the same as without
// faults.
func TestEveryCallOfCollectingBrokenOnce(t *testing.T) {
	t.Parallel()
	for _, fault := range faults.All {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			w, broken := newMarket(t, rules), 0
			for nth := 1; ; nth++ {
				*w.now = noon
				c, list := w.customer(t, fmt.Sprintf("buyer%02d", nth), "7"), numbers("weekly", 4*nth, 4)
				w.rent(t, c, list...)
				over := true
				for _, life := range []struct {
					day   int
					pays  string
					state map[did.State]int
				}{
					{7, "", map[did.State]int{did.Assigned: 3, did.PastDue: 1}},
					{9, "1", map[did.State]int{did.Assigned: 4}},
					{14, "", map[did.State]int{did.PastDue: 4}},
					{17, "", map[did.State]int{did.Suspended: 4}},
					{20, "2", map[did.State]int{did.Assigned: 2, did.Suspended: 2}},
				} {
					*w.now = noon.AddDate(0, 0, life.day)
					if life.pays != "" {
						w.pay(t, c, life.pays)
					}
					calls, hit := w.workBroken(t, c, faults.Nth(nth, fault))
					over, broken = over && calls < nth, broken+hit
					w.wantStates(t, fmt.Sprintf("day %d, call %d of %d", life.day, nth, calls), list, life.state)
				}
				w.checkBooks(t, c)
				if over {
					break
				}
			}
			if broken == 0 {
				t.Error("no call was broken")
			}
		})
	}
}

// workBroken processes a customer's due work with a broken call, and once more
// if that failed.
func (w renewals) workBroken(t *testing.T, c ledger.Customer, plan faults.Plan) (calls, broken int) {
	t.Helper()
	messages, _ := w.sweep(t, *w.now)
	messages = slices.DeleteFunc(messages, func(m string) bool { return !isFor(m, c) })
	injector := faults.New(plan)
	env := w.env
	env.AWS = injector.Into(env.AWS)
	env.AWS.RetryMaxAttempts = 1 // the SDK would hide most of it
	if failed := work(t, renewalworker.New(env), messages...); len(failed) > 0 {
		if failed = work(t, renewalworker.New(w.env), messages...); len(failed) > 0 {
			t.Errorf("failed again: %v", messages)
		}
	}
	return injector.Total(), injector.Broken()
}

func isFor(message string, c ledger.Customer) bool {
	m, err := renewal.ParseMessage(message)
	return err == nil && m.Customer == c.ID
}
