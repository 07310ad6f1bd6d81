package edits_test

import (
	"context"
	"flag"
	"fmt"
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/edits"
	"didpurchase/internal/faults"
	"didpurchase/internal/ledger"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

var whole = flag.Bool("whole", false, "break every call of an edit in every way, and edit 20,000 numbers")

func batch(id string, changes ...commit.Change) commit.Batch {
	return commit.Batch{ID: id, Changes: changes}
}

// killed is a process that is stopped at its nth call, which is lost in this way.
func killed(nth int, how faults.Fault) faults.Plan {
	n := 0
	return func(faults.Call) faults.Fault {
		switch n++; {
		case n < nth:
			return faults.None
		case n == nth:
			return how
		default:
			return faults.DropBefore
		}
	}
}

// TestEditSurvivesFaults breaks each call of an edit and of its undo once, and
// stops the process at each call for good; then another goes on. Each number is
// written once by each, the report is as the numbers are, and the undo restores
// them.
func TestEditSurvivesFaults(t *testing.T) {
	t.Parallel()
	plans := []func(nth int) faults.Plan{}
	for _, fault := range faults.All {
		plans = append(plans, func(nth int) faults.Plan { return faults.Nth(nth, fault) })
	}
	plans = append(plans, func(nth int) faults.Plan { return killed(nth, faults.DropBefore) },
		func(nth int) faults.Plan { return killed(nth, faults.DropAfter) })
	w := newTenant(t)
	w.Service = w.Service.WithParts(3)
	for i, nth, total := 0, 1, 1; nth <= total; i++ {
		c := w.customer(fmt.Sprintf("c%03d", i), 10*i, 5)
		injector := faults.New(plans[i%len(plans)](nth))
		w.brokenEdit(t, injector, c, 10*i)
		total = max(total, injector.Total())
		if t.Failed() {
			t.Fatalf("call %d, plan %d", nth, i%len(plans))
		}
		if !*whole || (i+1)%len(plans) == 0 {
			nth++
		}
	}
}

// brokenEdit edits 5 numbers and undoes it while calls are broken, and then
// without that.
func (w *tenant) brokenEdit(t *testing.T, injector *faults.Injector, c ledger.Customer, from int) {
	t.Helper()
	store := dynamo.New(injector.Into(w.cfg), w.table)
	broken := edits.New(store, shop.New(store, w.now), w.now).WithParts(3)
	before := w.rentals(from, 5)
	r := edits.Request{Key: "k", Change: edits.Change{Label: text("new"), AddTags: []string{"tag"}},
		Numbers: listed(from, 5)}
	made := w.resumed(broken, func(s *edits.Service) (edits.Job, error) { return s.Create(t.Context(), c, r) })
	wanttest.Equal(t, "edit", counts(made), "completed: 5 = 5 changed, 0 unchanged, 0 rejected")
	for n, d := range w.rentals(from, 5) {
		wanttest.Equal(t, n.String()+" after the edit", d.Label, "new")
		wanttest.Equal(t, n.String()+" was written", d.Ver, before[n].Ver+1)
	}
	for _, row := range w.report(made) {
		wanttest.Equal(t, row[1]+" in the report", row[2]+" "+row[10]+" "+row[12], "changed new tag")
	}
	undone := w.resumed(broken, func(s *edits.Service) (edits.Job, error) { return s.Undo(t.Context(), c, made.ID) })
	wanttest.Equal(t, "undo", counts(undone), "completed: 5 = 5 changed, 0 unchanged, 0 rejected")
	for n, d := range w.rentals(from, 5) {
		wanttest.Diff(t, n.String()+" after the undo", d.Settings(), before[n].Settings())
		wanttest.Equal(t, n.String()+" was written", d.Ver, before[n].Ver+2)
	}
	jobs, _, err := w.store.Edits(t.Context(), c, shop.Page{Limit: 9})
	w.must(err)
	wanttest.Equal(t, "jobs", len(jobs), 2)
}

// resumed makes a job and works it off, first with a service that may break.
func (w *tenant) resumed(broken *edits.Service, create func(*edits.Service) (edits.Job, error)) edits.Job {
	w.t.Helper()
	job, err := create(broken)
	if err == nil {
		err = broken.WorkOff(context.Background(), job.Customer, job.ID)
	}
	if err != nil {
		job, err = create(w.Service)
		w.must(err)
	}
	return w.finish(job)
}
