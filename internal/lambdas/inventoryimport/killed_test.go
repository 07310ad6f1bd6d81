package inventoryimport

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/wanttest"
)

// whole is the result of an import.
type whole struct {
	Ranges []string
	Report string
	Status intake.Status
	Counts plan.Counts
}

func (w *importer) whole() whole {
	w.Helper()
	job := w.jobs("acme")[0]
	if job.ReportKey == "" {
		w.Fatalf("import is %s: %s", job.Status, job.Error)
	}
	return whole{Ranges: w.ranges("acme"), Report: string(w.read(job.ReportKey)), Status: job.Status, Counts: job.Counts}
}

// mixed is a file with every kind of work: spans, one of them over a border, a set
// to extend, a set to make, numbers that are offered already, and rows to reject.
func mixed(spans, singles int) string {
	var file strings.Builder
	file.WriteString("start,end,package\n+442099999000,+442100000999,gold\n+442071239990,+442071240009," +
		"gold\n+442071239990,+442071239990,gold\n")
	for i := range spans {
		fmt.Fprintf(&file, "+442072%06d,+442072%06d,standard\n", 200_000+i*1_300, 200_000+i*1_300+9)
	}
	for i := range singles {
		fmt.Fprintf(&file, "+44207123%04d,+44207123%04d,gold\n", i*7, i*7)
		fmt.Fprintf(&file, "+44207123%04d,+44207123%04d,standard\n", i*7+1, i*7+1)
	}
	file.WriteString("+442072200005,+442072200014,standard\nx,y,z\n")
	return file.String()
}

// long has more ranges than one entry of the change log; short has a step of each
// kind.
var long, short = mixed(110, 30), mixed(4, 3)

// offerSome offers a set some of whose numbers are in mixed, and which mixed
// extends.
func (w *importer) offerSome() {
	w.Helper()
	w.drop("before.csv", "number,package\n+442071230000,gold\n+442071230003,gold\n+442071230007,gold\n")
}

// breakable gives the importer clients whose calls a plan breaks.
func (w *importer) breakable(plan faults.Plan) *faults.Injector {
	w.Helper()
	injector := faults.New(plan)
	env := w.env
	env.AWS = injector.Into(env.AWS)
	w.handle = w.wire(env)
	return injector
}

// unbroken imports a file, and returns its result and the number of its calls.
func unbroken(t *testing.T, file string) (want whole, calls int) {
	w := newImporter(t)
	w.offerSome()
	injector := w.breakable(nil)
	w.drop("mixed.csv", file)
	return w.whole(), injector.Total()
}

func TestMixedFile(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]plan.Counts{
		long:  {Read: 175, Applied: 170, Unchanged: 2, Rejected: 3, DIDs: 3178},
		short: {Read: 15, Applied: 10, Unchanged: 2, Rejected: 3, DIDs: 2064},
	} {
		if got, _ := unbroken(t, file); rowsOf(got.Counts) != want || got.Status != intake.Completed {
			t.Errorf("import is %s %+v, want %+v", got.Status, got.Counts, want)
		}
	}
}

// A process that is killed does not answer: its calls hang for ever. S3's event
// comes again, or the sweep sends the job, which is due; either finds a lease that
// ran out.
func TestKilledImportIsFinished(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t, long)
	const points = 20
	for point := range points {
		at, last := 1+point*(calls-1)/(points-1), []faults.Fault{faults.None, faults.DropAfter}[point%2]
		t.Run(fmt.Sprintf("call %d of %d, %s", at, calls, last), func(t *testing.T) {
			t.Parallel()
			w := newImporter(t)
			w.offerSome()
			event := w.put("inventory/acme/mixed.csv", long)
			w.killAt(at, last, event)
			w.clock.Add(int64(2 * intake.Lease))
			w.handle = w.wire(w.env)
			jobs := w.jobs("acme")
			if point%4 < 2 && len(jobs) == 2 && !jobs[0].Status.Finished() {
				if due := w.due(w.env.Now()); len(due) != 1 || due[0] != jobs[0].ID {
					t.Errorf("due are %v, want %s", due, jobs[0].ID)
				}
				w.deliver(resume(jobs[0]))
			} else {
				w.deliver(event)
			}
			if diff := cmp.Diff(want, w.whole()); diff != "" {
				t.Errorf("unlike unkilled (-want +got):\n%s", diff)
			}
		})
	}
}

// killAt sends an event to a function that is killed at its nth call. The call is
// not made, or its answer is lost.
func (w *importer) killAt(nth int, last faults.Fault, event any) {
	w.Helper()
	dead, ended := make(chan struct{}), make(chan struct{})
	w.breakable(func(c faults.Call) faults.Fault {
		switch {
		case c.Nth < nth:
			return faults.None
		case c.Nth == nth && last != faults.None:
			return last
		}
		close(dead)
		select {} // the injector asks one call at a time, so all of them hang
	})
	go func() {
		defer close(ended)
		_, _ = w.send(context.Background(), event)
	}()
	select {
	case <-dead:
	case <-ended: // at its last call
	}
}

// Each call is broken once, with each kind of fault in turn; after at most one more
// delivery the result is the same as without faults.
func TestEveryBrokenCallIsMended(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t, short)
	kinds := append([]faults.Fault{faults.Conflict}, faults.All...)
	for nth := 1; nth <= calls; nth++ {
		for _, fault := range []faults.Fault{kinds[nth%len(kinds)], kinds[(nth+2)%len(kinds)]} {
			t.Run(fmt.Sprintf("call %d of %d, %s", nth, calls, fault), func(t *testing.T) {
				t.Parallel()
				w := newImporter(t)
				w.offerSome()
				injector := w.breakable(func(c faults.Call) faults.Fault {
					if c.Nth != nth || fault == faults.Conflict && (c.Service != "DynamoDB" || !writes[c.Operation]) {
						return faults.None
					}
					return fault
				})
				event := w.put("inventory/acme/mixed.csv", short)
				if _, err := w.send(t.Context(), event); err != nil {
					w.clock.Add(int64(2 * intake.Lease))
					w.deliver(event)
				}
				if injector.Broken() == 0 && fault != faults.Conflict {
					t.Error("it was not broken")
				}
				if diff := cmp.Diff(want, w.whole()); diff != "" {
					t.Errorf("unlike unbroken (-want +got):\n%s", diff)
				}
			})
		}
	}
}

var writes = map[string]bool{"PutItem": true, "TransactWriteItems": true}

// A function that nears its deadline saves its progress and gives the lane back;
// the sweep's next message continues the job.
func TestImportThatRunsOutOfTimeGoesOn(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t, long)
	for _, at := range []int{calls / 10, calls / 2, calls * 9 / 10} {
		w := newImporter(t)
		w.offerSome()
		event := w.put("inventory/acme/mixed.csv", long)
		ctx, cancel := context.WithCancel(t.Context())
		w.breakable(func(c faults.Call) faults.Fault {
			if c.Nth == at {
				cancel()
			}
			return faults.None
		})
		if _, err := w.send(ctx, event); err != nil {
			t.Errorf("out of time at call %d: %v", at, err)
		}
		job := w.jobs("acme")[0]
		lane, err := w.store.Lane(t.Context(), "acme")
		w.must(err)
		due := w.due(w.env.Now())
		call := fmt.Sprintf("call %d", at)
		wanttest.Equal(t, call+": status", job.Status, intake.Running)
		wanttest.Diff(t, call+": due jobs", due, []string{job.ID})
		wanttest.Equal(t, call+": holder of the lane", lane.Holder, "")
		w.deliver(resume(job))
		if diff := cmp.Diff(want, w.whole()); diff != "" {
			t.Errorf("unlike in time (-want +got):\n%s", diff)
		}
	}
}

// A worker that lost its lane writes only what its successor writes too.
func TestLateWorkerLosesItsLane(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t, long)
	w := newImporter(t)
	w.offerSome()
	event := w.put("inventory/acme/mixed.csv", long)
	first := w.env
	injector := faults.New(func(c faults.Call) faults.Fault {
		if c.Nth == calls/2 { // in the middle of the first, the second takes over and finishes
			w.clock.Add(int64(2 * intake.Lease))
			w.handle = w.wire(w.env)
			w.deliver(resume(w.jobs("acme")[0]))
		}
		return faults.None
	})
	first.AWS = injector.Into(first.AWS)
	w.handle = w.wire(first)
	if _, err := w.send(t.Context(), event); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, w.whole()); diff != "" {
		t.Errorf("unlike with one worker (-want +got):\n%s", diff)
	}
	if jobs := w.jobs("acme"); jobs[0].FinishedAt.Before(jobs[0].StartedAt.Add(time.Minute)) {
		t.Error("it was not the second that finished")
	}
}
