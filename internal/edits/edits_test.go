package edits_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/did"
	"didpurchase/internal/edits"
	"didpurchase/internal/money"
	"didpurchase/internal/pricing"
	"didpurchase/internal/shop"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

func counts(j edits.Job) string {
	return fmt.Sprintf("%s: %d = %d changed, %d unchanged, %d rejected", j.Status, j.Selected, j.Changed, j.Unchanged,
		j.Rejected)
}

// TestEditAndUndo edits numbers of three parts, with one that does not change and
// two that can't; the undo restores the old values, but not of a number that was
// changed since.
func TestEditAndUndo(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 200)
	w.customer("bob", 500, 1)
	_, err := w.shop.Edit(t.Context(), c, number(3), func(s did.Settings) did.Settings {
		return did.Settings{Route: s.Route, Label: "Desk", Tags: []string{"old", "vip"}}
	})
	w.must(err)
	change := edits.Change{Label: text("Desk"), AddTags: []string{"vip"}, RemoveTags: []string{"old"}}
	_, err = w.shop.Edit(t.Context(), c, number(7), change2(change))
	w.must(err)
	before := w.rentals(0, 200)
	dry := w.run(c, edits.Request{Change: change, Numbers: listed(0, 202), DryRun: true})
	wanttest.Equal(t, "dry run", counts(dry), "completed: 202 = 199 changed, 1 unchanged, 2 rejected")
	wanttest.Diff(t, "items after a dry run", w.rentals(0, 200), before)

	applied, err := w.Apply(t.Context(), c, dry.ID)
	w.must(err)
	applied = w.finish(applied)
	wanttest.Equal(t, "applied", counts(applied), "completed: 202 = 199 changed, 1 unchanged, 2 rejected")
	again, err := w.Apply(t.Context(), c, dry.ID)
	w.must(err)
	wanttest.Equal(t, "applied again", again.ID, applied.ID)
	for n, d := range w.rentals(0, 200) {
		wanttest.Equal(t, n.String()+" has the label", d.Label, "Desk")
		wanttest.Equal(t, n.String()+" has the tags", strings.Join(d.Tags, " "), "vip")
		wanttest.True(t, n.String()+" was written once", d.Ver == before[n].Ver+1 || n == number(7) && d.Ver == before[n].Ver)
	}
	report := w.report(applied)
	wanttest.Equal(t, "rows of the report", len(report), 202)
	wanttest.Equal(t, "row of number 3", strings.Join(report[3], "|"), "|'+442071230003|changed|||||||||old, vip|vip")
	wanttest.Equal(t, "row of number 200", strings.Join(report[200][1:5], "|"),
		"'+442071230200|rejected|not_found|it is not one of your numbers")

	_, err = w.shop.Edit(t.Context(), c, number(9), func(s did.Settings) did.Settings { s.Label = "Mine"; return s })
	w.must(err)
	undone, err := w.Undo(t.Context(), c, applied.ID)
	w.must(err)
	undone = w.finish(undone)
	wanttest.Equal(t, "undo", counts(undone), "completed: 199 = 198 changed, 0 unchanged, 1 rejected")
	for n, d := range w.rentals(0, 200) {
		if n != number(9) {
			wanttest.Diff(t, n.String()+" has its old settings", d.Settings(), before[n].Settings())
		}
	}
}

// change2 applies the label and tags of a change to one rental.
func change2(c edits.Change) func(did.Settings) did.Settings {
	return func(s did.Settings) did.Settings {
		return did.Settings{Route: s.Route, Label: *c.Label, Tags: c.AddTags}
	}
}

// TestActor: the numbers' items name who asked, not the worker.
func TestActor(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 1)
	w.run(c, edits.Request{Change: edits.Change{Label: text("x")}, Numbers: listed(0, 1)})
	wanttest.Equal(t, "by", w.rentals(0, 1)[first].By.ID, "ursula")
}

// TestEndings cancels, restores and reclaims in bulk, and undoes a cancellation.
func TestEndings(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 100)
	cancelled := w.run(c, edits.Request{Change: edits.Change{Action: edits.Cancel}, Numbers: listed(0, 100)})
	wanttest.Equal(t, "cancelled", counts(cancelled), "completed: 100 = 100 changed, 0 unchanged, 0 rejected")
	again := w.run(c, edits.Request{Change: edits.Change{Action: edits.Cancel}, Numbers: listed(0, 100)})
	wanttest.Equal(t, "cancelled twice", counts(again), "completed: 100 = 0 changed, 0 unchanged, 100 rejected")
	undo, err := w.Undo(t.Context(), c, cancelled.ID)
	w.must(err)
	wanttest.Equal(t, "undone", counts(w.finish(undo)), "completed: 100 = 100 changed, 0 unchanged, 0 rejected")
	w.run(c, edits.Request{Change: edits.Change{Action: edits.Cancel}, Numbers: listed(0, 100)})
	restored := w.run(c, edits.Request{Change: edits.Change{Action: edits.Restore}, Numbers: listed(0, 50)})
	wanttest.Equal(t, "restored", counts(restored), "completed: 50 = 50 changed, 0 unchanged, 0 rejected")

	for n, d := range w.rentals(50, 50) {
		move, err := d.AgeUntil(noon.Add(90*24*time.Hour), noon)
		w.must(err)
		w.must(w.store.Commit(t.Context(), batch(n.Digits(), move)))
	}
	dry := w.run(c, edits.Request{Change: edits.Change{Action: edits.Reclaim}, Numbers: listed(0, 100), DryRun: true})
	wanttest.Equal(t, "reclaim, dry", counts(dry), "completed: 100 = 50 changed, 0 unchanged, 50 rejected")
	wanttest.Equal(t, "cost, dry", dry.Total.String(), "100.00 USD")
	dear := w.run(c, edits.Request{Change: edits.Change{Action: edits.Reclaim}, Numbers: listed(0, 100),
		Most: money.MustParse("99", "USD")})
	wanttest.Equal(t, "reclaim for too much", counts(dear), "completed: 100 = 40 changed, 0 unchanged, 60 rejected")
	applied, err := w.Apply(t.Context(), c, dry.ID)
	w.must(err)
	applied = w.finish(applied)
	wanttest.Equal(t, "reclaimed", counts(applied), "completed: 100 = 10 changed, 0 unchanged, 90 rejected")
	account, err := w.store.Account(t.Context(), c)
	w.must(err)
	wanttest.Equal(t, "balance", account.Balance.String(), "900.00 USD")
	_, err = w.Undo(t.Context(), c, applied.ID)
	wanttest.True(t, "no undo of a reclaim", errors.Is(err, edits.ErrState))
}

// TestEndingsWithPriceToCome: a rental that is cancelled and restored in bulk keeps
// the price that was agreed for later, unless it was taken back in the meantime. One
// that is reclaimed costs today's price, and has no other to come.
func TestEndingsWithPriceToCome(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 4)
	dearer := monthly
	dearer.Version, dearer.Recurring = 2, money.MustParse("3", "USD")
	w.must(w.store.PutPackage(t.Context(), "acme", pricing.Package{Terms: dearer}))
	next := did.NextPrice{Change: "01P", Version: 2, Name: "Standard", Recurring: dearer.Recurring,
		From: noon.AddDate(0, 0, 40)}
	for n, d := range w.rentals(0, 4) {
		move, err := d.AgreeOn(next, noon)
		w.must(err)
		w.must(w.store.Commit(t.Context(), batch(n.Digits(), move)))
	}
	cancelled := w.run(c, edits.Request{Change: edits.Change{Action: edits.Cancel}, Numbers: listed(0, 4)})
	wanttest.Equal(t, "cancelled", counts(cancelled), "completed: 4 = 4 changed, 0 unchanged, 0 rejected")

	ended, keeps := w.rentals(2, 1)[number(2)], w.rentals(3, 1)[number(3)]
	age, err := ended.AgeUntil(noon.AddDate(0, 0, 90), noon)
	w.must(err)
	keep, err := keeps.KeepPrice(noon)
	w.must(err)
	w.must(w.store.Commit(t.Context(), batch("end", age, keep)))
	w.run(c, edits.Request{Change: edits.Change{Action: edits.Restore}, Numbers: listed(0, 1)})
	undo, err := w.Undo(t.Context(), c, cancelled.ID)
	w.must(err)
	wanttest.Equal(t, "undone", counts(w.finish(undo)), "completed: 4 = 2 changed, 0 unchanged, 2 rejected")
	reclaimed := w.run(c, edits.Request{Change: edits.Change{Action: edits.Reclaim}, Numbers: listed(2, 1),
		Most: money.MustParse("3", "USD")})
	wanttest.Equal(t, "reclaimed", counts(reclaimed), "completed: 1 = 1 changed, 0 unchanged, 0 rejected")
	wanttest.Equal(t, "cost of the reclaim", reclaimed.Total.String(), "3.00 USD")

	rentals := w.rentals(0, 4)
	for i, want := range []string{"2.00 2.00 3.00", "2.00 2.00 3.00", "3.00 3.00 3.00", "2.00 2.00 2.00"} {
		var charges []string
		for k := range 3 {
			charges = append(charges, rentals[number(i)].ChargeOf(k, time.UTC, money.Rate{}).Net.Number())
		}
		wanttest.Equal(t, fmt.Sprintf("charges of number %d", i), strings.Join(charges, " "), want)
	}
	wanttest.Diff(t, "price to come of the restored one", rentals[number(0)].NextPrice, next)
	wanttest.Diff(t, "price to come of the reclaimed one", rentals[number(2)].NextPrice, did.NextPrice{})
}

// TestCircle: two numbers of one step don't forward to each other.
func TestCircle(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 2)
	rows, err := edits.ReadFile([]byte("number,destination\n+442071230000,+442071230001\n+442071230001,+442071230000\n"))
	w.must(err)
	job := w.run(c, edits.Request{Rows: rows})
	wanttest.Equal(t, "job", counts(job), "completed: 2 = 1 changed, 0 unchanged, 1 rejected")
}

// TestKeysAndLimits: a key makes one job, and a customer runs MaxRunning.
func TestKeysAndLimits(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 1)
	r := edits.Request{Key: "k", Asked: "a", Change: edits.Change{Label: text("x")}, Numbers: listed(0, 1)}
	job, err := w.Create(t.Context(), c, r)
	w.must(err)
	same, err := w.Create(t.Context(), c, r)
	w.must(err)
	wanttest.Equal(t, "same key", same.ID, job.ID)
	r.Asked = "b"
	_, err = w.Create(t.Context(), c, r)
	wanttest.True(t, "another request under the key", errors.Is(err, shop.ErrKeyReused))
	r.Key = ""
	for range edits.MaxRunning - 1 {
		_, err = w.Create(t.Context(), c, r)
		w.must(err)
	}
	_, err = w.Create(t.Context(), c, r)
	wanttest.True(t, "one job too many", errors.Is(err, edits.ErrTooManyJobs))
	cancelled, err := w.Cancel(t.Context(), c, job.ID)
	w.must(err)
	wanttest.Equal(t, "cancelled", counts(w.finish(cancelled)), "cancelled: 1 = 0 changed, 0 unchanged, 0 rejected")
	wanttest.Equal(t, "report of a cancelled job", w.report(cancelled)[0][2], "not_done")
	_, err = w.Create(t.Context(), c, r)
	w.must(err)
	for name, change := range map[string]edits.Change{
		"nothing": {}, "both": {Action: edits.Cancel, Label: text("x")}, "a bad destination": {Destination: text("sip:")},
		"a long label": {Label: text(strings.Repeat("x", 101))}, "a tag of nothing": {AddTags: []string{""}},
		"a tag that comes and goes": {AddTags: []string{"a"}, RemoveTags: []string{"a"}},
	} {
		_, err := w.Create(t.Context(), c, edits.Request{Change: change, Numbers: listed(0, 1)})
		var invalid *validate.Invalid
		wanttest.True(t, name+" is refused", errors.As(err, &invalid))
	}
}

// TestLongValues: parts whose old values would not fit into an item are cut.
func TestLongValues(t *testing.T) {
	t.Parallel()
	w := newTenant(t)
	c := w.customer("alice", 0, 90)
	long := make([]string, did.MaxTags)
	for i := range long {
		long[i] = fmt.Sprintf("%02d%s", i, strings.Repeat("日", did.MaxTag-2))
	}
	set := w.run(c, edits.Request{Change: edits.Change{AddTags: long}, Numbers: listed(0, 90)})
	wanttest.Equal(t, "set", counts(set), "completed: 90 = 90 changed, 0 unchanged, 0 rejected")
	wanttest.True(t, "the part was cut", set.Parts > 1)
	wanttest.Equal(t, "rows of the report", len(w.report(set)), 90)
	undo, err := w.Undo(t.Context(), c, set.ID)
	w.must(err)
	wanttest.Equal(t, "undone", counts(w.finish(undo)), "completed: 90 = 90 changed, 0 unchanged, 0 rejected")
	for n, d := range w.rentals(0, 90) {
		wanttest.Equal(t, n.String()+" has its tags", len(d.Tags), 0)
	}
}
