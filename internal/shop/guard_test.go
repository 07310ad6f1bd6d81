package shop_test

import (
	"errors"
	"testing"
	"time"

	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// A checkout leaves the cart's timer as it is, and the timer then issues the
// invoice: also that of another checkout which comes while it does so.
func TestTheCartsTimerGuardsInvoices(t *testing.T) {
	t.Parallel()
	w := newTestShop(t)
	alice := w.customer(t, "alice", "100")
	buy := func(key string, n int) {
		w.hold(t, alice, number(n))
		_, err := w.Checkout(t.Context(), alice, key, usd("3"))
		must(t, err)
	}
	cart := func() shop.Cart {
		c, err := w.store.Cart(t.Context(), alice)
		must(t, err)
		return c
	}
	w.hold(t, alice, number(1))
	timer := cart().NextAt()
	_, err := w.Checkout(t.Context(), alice, "k1", usd("3"))
	must(t, err)
	wanttest.Equal(t, "timer after a checkout", cart().NextAt(), timer)
	w.advance(time.Minute)
	buy("k2", 2)
	wanttest.Diff(t, "guard after two checkouts", cart().Guard, shop.Guard{From: 1, At: timer})

	var issued [][]ledger.InvoiceRef
	issue := func(refs []ledger.InvoiceRef) error {
		if issued = append(issued, refs); len(issued) == 1 {
			buy("k3", 3)
		}
		return nil
	}
	must(t, w.IssueGuarded(t.Context(), alice, issue))
	wanttest.Equal(t, "calls before the guard is due", len(issued), 0)
	w.advance(timer.Sub(w.now()))
	failed := errors.New("archive away")
	err = w.IssueGuarded(t.Context(), alice, func([]ledger.InvoiceRef) error { return failed })
	wanttest.True(t, "a failure is returned", errors.Is(err, failed))
	wanttest.Equal(t, "first guarded invoice after a failure", cart().Guard.From, 1)
	must(t, w.IssueGuarded(t.Context(), alice, issue))
	ref := func(n int) ledger.InvoiceRef { return ledger.InvoiceRef{Customer: alice, Number: n} }
	wanttest.Diff(t, "invoices by call", issued, [][]ledger.InvoiceRef{{ref(1), ref(2)}, {ref(1), ref(2), ref(3)}})
	wanttest.Diff(t, "guard at the end", cart().Guard, shop.Guard{})
	wanttest.True(t, "the cart has no timer at the end", cart().NextAt().IsZero())
}
