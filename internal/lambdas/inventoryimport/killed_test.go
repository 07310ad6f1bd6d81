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
)

// whole is what an import leaves behind.
type whole struct {
	Ranges []string
	Report string
	Status intake.Status
	Counts intake.Counts
}

func (w *world) whole() whole {
	w.Helper()
	job := w.jobs("acme")[0]
	if job.ReportKey == "" {
		w.Fatalf("import is %s: %s", job.Status, job.Error)
	}
	return whole{Ranges: w.ranges("acme"), Report: string(w.read(job.ReportKey)), Status: job.Status, Counts: job.Counts}
}

// mixed is a file with every kind of work: spans, one of them over a border, a
// set to extend, one to make, numbers that are there, and rows to reject.
func mixed() string {
	var file strings.Builder
	file.WriteString("start,end,package\n+442099999000,+442100000999,gold\n+442071239990,+442071240009,gold\n+442071239990,+442071239990,gold\n")
	for i := range 120 {
		fmt.Fprintf(&file, "+4420722%05d,+4420722%05d,standard\n", i*10, i*10+9)
	}
	for i := range 30 {
		fmt.Fprintf(&file, "+44207123%04d,+44207123%04d,gold\n", i*7, i*7)
		fmt.Fprintf(&file, "+44207123%04d,+44207123%04d,standard\n", i*7+1, i*7+1)
	}
	file.WriteString("+442072200005,+442072200014,standard\nx,y,z\n")
	return file.String()
}

// offerSome gives the world a set that mixed extends, of which it has numbers.
func (w *world) offerSome() {
	w.Helper()
	w.drop("before.csv", "number,package\n+442071230000,gold\n+442071230003,gold\n+442071230007,gold\n")
}

// breakable gives the world clients whose calls a plan breaks.
func (w *world) breakable(plan faults.Plan) *faults.Injector {
	w.Helper()
	injector := faults.New(plan)
	env := w.env
	env.AWS = injector.Into(env.AWS)
	w.handle = New(env)
	return injector
}

// unbroken imports mixed and gives what it leaves and how many calls it took.
func unbroken(t *testing.T) (want whole, calls int) {
	w := newWorld(t)
	w.offerSome()
	injector := w.breakable(nil)
	w.drop("mixed.csv", mixed())
	want = w.whole()
	if want.Counts != (intake.Counts{Read: 185, Applied: 180, Unchanged: 2, Rejected: 3, DIDs: 3278}) {
		t.Fatalf("unbroken: %s %+v", want.Status, want.Counts)
	}
	return want, injector.Total()
}

// A process that is killed does not answer: its calls hang for ever. S3's event
// comes again, or the sweep sends the job that is due; either finds a lease that
// ran out.
func TestKilledImportIsFinished(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t)
	const points = 20
	for point := range points {
		for _, last := range []faults.Fault{faults.None, faults.DropAfter} {
			at := 1 + point*(calls-1)/(points-1)
			t.Run(fmt.Sprintf("call %d of %d, %s", at, calls, last), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				w.offerSome()
				event := w.put("inventory/acme/mixed.csv", mixed())
				w.killAt(at, last, event)
				w.clock.Add(int64(2 * intake.Lease))
				w.handle = New(w.env)
				jobs := w.jobs("acme")
				if at%2 == 0 && len(jobs) == 2 && !jobs[0].Status.Finished() {
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
}

// killAt sends an event to a function that is killed at its nth call, which is
// not made, or made without its answer being heard.
func (w *world) killAt(nth int, last faults.Fault, event any) {
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

// Each call is broken once, in each way; after at most one more delivery
// everything is as if none was.
func TestEveryBrokenCallIsMended(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t)
	kinds := append([]faults.Fault{faults.Conflict}, faults.All...)
	const step = 3 // with each kind at another offset: all calls are met
	for first := range len(kinds) * step {
		fault := kinds[first%len(kinds)]
		t.Run(fmt.Sprintf("%s from %d", fault, first), func(t *testing.T) {
			t.Parallel()
			for nth := 1 + first; nth <= calls; nth += len(kinds) * step * 4 {
				w := newWorld(t)
				w.offerSome()
				injector := w.breakable(func(c faults.Call) faults.Fault {
					if c.Nth != nth || fault == faults.Conflict && (c.Service != "DynamoDB" || !writes[c.Operation]) {
						return faults.None
					}
					return fault
				})
				event := w.put("inventory/acme/mixed.csv", mixed())
				if _, err := w.send(t.Context(), event); err != nil {
					w.clock.Add(int64(2 * intake.Lease))
					w.deliver(event)
				}
				if injector.Broken() == 0 && fault != faults.Conflict {
					t.Errorf("call %d of %d was not broken", nth, calls)
				}
				if diff := cmp.Diff(want, w.whole()); diff != "" {
					t.Errorf("call %d broken: unlike unbroken (-want +got):\n%s", nth, diff)
				}
			}
		})
	}
}

var writes = map[string]bool{"PutItem": true, "TransactWriteItems": true}

// A function that nears its deadline notes how far it got and gives the lane
// back; the sweep's next message goes on.
func TestImportThatRunsOutOfTimeGoesOn(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t)
	for _, at := range []int{calls / 10, calls / 2, calls * 9 / 10} {
		w := newWorld(t)
		w.offerSome()
		event := w.put("inventory/acme/mixed.csv", mixed())
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
		job, now := w.jobs("acme")[0], w.env.Now()
		lane, err := w.store.Lane(t.Context(), "acme")
		w.must(err)
		if job.Status != intake.Running || job.NextAt.After(now) || lane.Holder != "" {
			t.Errorf("call %d: import is %s, due at %v, lane held by %q", at, job.Status, job.NextAt.Sub(now), lane.Holder)
		}
		w.deliver(resume(job))
		if diff := cmp.Diff(want, w.whole()); diff != "" {
			t.Errorf("unlike in time (-want +got):\n%s", diff)
		}
	}
}

// A worker that lost its lane writes nothing more than what its successor
// writes too.
func TestLateWorkerLosesItsLane(t *testing.T) {
	t.Parallel()
	want, calls := unbroken(t)
	w := newWorld(t)
	w.offerSome()
	event := w.put("inventory/acme/mixed.csv", mixed())
	first := w.env
	injector := faults.New(func(c faults.Call) faults.Fault {
		if c.Nth == calls/2 { // in the middle of the first, the second takes over and finishes
			w.clock.Add(int64(2 * intake.Lease))
			w.handle = New(w.env)
			w.deliver(resume(w.jobs("acme")[0]))
		}
		return faults.None
	})
	first.AWS = injector.Into(first.AWS)
	w.handle = New(first)
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
