package edits_test

import (
	"testing"

	"didpurchase/internal/auth"
	"didpurchase/internal/commit"
	"didpurchase/internal/desk"
	"didpurchase/internal/edits"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/wanttest"
)

// aging has a customer whose numbers are in quarantine, and whose purchases of more
// than 300.00 USD need an approval.
func (w *tenant) aging(id string, count int) ledger.Customer {
	w.t.Helper()
	c := w.customer(id, 0, count)
	w.run(c, edits.Request{Change: edits.Change{Action: edits.Cancel}, Numbers: listed(0, count)})
	for n, d := range w.rentals(0, count) {
		move, err := d.AgeUntil(noon.AddDate(0, 3, 0), noon)
		w.must(err)
		w.must(w.store.Commit(w.t.Context(), batch(n.Digits(), move)))
	}
	account, err := w.store.Account(w.t.Context(), c)
	w.must(err)
	to := account
	to.Ver++
	to.Purchasing.Mode, to.Purchasing.ApprovalAbove = ledger.NeedsApproval, money.MustParse("300", "USD")
	w.must(commit.Write(w.t.Context(), w.store, noon, desk.Amendment{SeenVer: account.Ver, To: to}))
	return c
}

// TestReclaimNeedsApproval: a buyer's job takes numbers back up to the total that
// needs no approval, over all of its parts, and rejects every other with that reason;
// an owner's takes them all back.
func TestReclaimNeedsApproval(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.aging("alice", 170)
	all := edits.Request{Change: edits.Change{Action: edits.Reclaim}, Numbers: listed(0, 170), Most: money.MustParse("900", "USD")}
	byBuyer := w.run(c, all)
	wanttest.Equal(t, "a buyer's", counts(byBuyer), "completed: 170 = 90 changed, 0 unchanged, 80 rejected")
	for _, row := range w.report(byBuyer)[90:] {
		wanttest.Equal(t, "reason of "+row[1], row[3], "approval_required")
	}
	job, err := w.Create(auth.Approving(as(t.Context(), "olive")), c, all)
	w.must(err)
	wanttest.Equal(t, "an owner's", counts(w.finish(job)), "completed: 170 = 80 changed, 0 unchanged, 90 rejected")
}
