package inventoryimport

import (
	"flag"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/faults"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
)

// jobKinds are jobs of each kind, over the ranges of offerBlocks, with rows for
// most of their cases. The files have more than one batch of steps.
var jobKinds = map[string]struct {
	request intake.Request
	file    string
	applied bool // as a dry run first
}{
	"replace": {request: intake.Request{Strategy: intake.Replace, DryRun: new(false)},
		file: several("start,end,package", "+442071%06d,+442071%06d,standard", 40)},
	"applied": {request: intake.Request{Strategy: intake.Replace},
		file: several("start,end,package", "+442071%06d,+442071%06d,gold", 40), applied: true},
	"withdraw": {request: intake.Request{Action: plan.Withdraw},
		file: several("start,end", "+442071%06d,+442071%06d", 120)},
	"reprice": {request: intake.Request{Action: plan.Reprice, Package: "standard"},
		file: several("start,end", "+442071%06d,+442071%06d", 60)},
	"withhold": {request: intake.Request{Action: plan.Withhold}, file: several("start,end", "+442071%06d,+442071%06d", 6)},
	"return":   {request: intake.Request{Action: plan.Return}, file: several("start,end", "+442071%06d,+442071%06d", 8)},
	"adopt": {request: intake.Request{Action: plan.Adopt},
		file: several("number,customer,package,paid_until,label", "+442071%06d,alice,gold,2027-01-31,%d", 25)},
}

// several has rows of three numbers each, with gaps between, and a bad row.
func several(header, row string, rows int) string {
	var file strings.Builder
	file.WriteString(header + "\n")
	for i := range rows {
		at := 230_000 + i*900
		fmt.Fprintf(&file, row+"\n", at, at+2)
	}
	return file.String() + "x,y,z\n"
}

// offerBlocks offers spans and a set, some of whose numbers are held or withheld.
func (w *importer) offerBlocks() {
	w.Helper()
	w.drop("before.csv", "start,end,package\n+442071230000,+442071249999,gold\n+442071260000,+442071269999,"+
		"standard\n+442071250001,+442071250001,gold\n+442071250900,+442071250900,gold\n")
	w.hold(w.customer(), 442071230001, 442071230901)
	for n := e164.Number(442071231800); n < 442071231802; n++ {
		w.commit(did.WithholdBy("acme", n, "before", w.env.Now()))
	}
}

// wholeJob is the result of a job.
type wholeJob struct {
	Left whole
	JSON string
	DIDs []string
}

func (w *importer) wholeJob(id string) wholeJob {
	w.Helper()
	job := w.job(id)
	if job.ReportKey == "" {
		w.Fatalf("%s is %s: %s", job.Action, job.Status, job.Error)
	}
	left := wholeJob{Left: whole{Ranges: w.ranges("acme"), Report: string(w.read(job.ReportKey)), Status: job.Status,
		Counts: job.Counts}}
	left.JSON = strings.NewReplacer(id, "ID").Replace(string(w.read(job.JSONReportKey())))
	for b := e164.Block(44207123); b <= 44207128; b++ {
		dids, err := w.store.DIDsIn(w.Context(), "acme", e164.Span{Start: b.First(), End: b.Last()})
		w.must(err)
		for _, d := range dids {
			left.DIDs = append(left.DIDs, fmt.Sprint(d.Number, d.State, d.Ver, d.Customer, d.Period, d.Label))
		}
	}
	return left
}

// begin makes the job of a kind, and returns the event that starts its work.
func (w *importer) begin(kind string) (id string, event any) {
	w.Helper()
	k := jobKinds[kind]
	k.request.Filename = "a.csv"
	uploaded := w.upload(k.request, k.file)
	if !k.applied {
		return w.jobOfKey(uploaded.Records[0].S3.Object.Key).ID, uploaded
	}
	w.deliver(uploaded)
	job, err := w.staff.Apply(w.Context(), "acme", w.jobOf("acme", uploaded).ID)
	w.must(err)
	return job.ID, resume(job)
}

func (w *importer) jobOfKey(key string) intake.Job {
	w.Helper()
	return w.job(strings.Split(key, "/")[2])
}

// killPoints is the number of calls at which a job of each kind is killed, and of
// calls that are broken; .ci/run asks for 20, and then every call is broken in
// turn.
var killPoints = flag.Int("kill-points", 5,
	"at how many calls a job of each kind is killed; from 20 on, each call is broken too")

// everyCall is the number of kill points from which on each call is broken.
const everyCall = 20

// undisturbed runs a job of a kind, and returns its result and the number of its
// calls.
func undisturbed(t *testing.T, kind string) (want wholeJob, calls int) {
	t.Helper()
	w := newImporter(t)
	w.offerBlocks()
	id, event := w.begin(kind)
	injector := w.breakable(nil)
	w.deliver(event)
	want = w.wholeJob(id)
	if want.Left.Status != intake.Completed || want.Left.Counts.Applied == 0 {
		t.Fatalf("undisturbed it is %s %+v", want.Left.Status, want.Left.Counts)
	}
	return want, injector.Total()
}

// A job of any kind that is killed at any call is finished with the same result as
// without it.
func TestKilledJobsAreFinished(t *testing.T) {
	t.Parallel()
	for kind := range jobKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want, calls := undisturbed(t, kind)
			for point := range *killPoints {
				at, last := 1+point*(calls-1)/(*killPoints-1), []faults.Fault{faults.None, faults.DropAfter}[point%2]
				t.Run(fmt.Sprintf("call %d of %d, %s", at, calls, last), func(t *testing.T) {
					t.Parallel()
					w := newImporter(t)
					w.offerBlocks()
					id, event := w.begin(kind)
					w.killAt(at, last, event)
					w.clock.Add(int64(2 * intake.Lease))
					w.handle = w.wire(w.env)
					w.deliver(event)
					if diff := cmp.Diff(want, w.wholeJob(id)); diff != "" {
						t.Errorf("unlike unkilled (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

// Whatever kind of job has whatever call broken once, after at most one more
// delivery it is finished as if none was.
func TestBrokenJobsAreMended(t *testing.T) {
	t.Parallel()
	for kind := range jobKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			want, calls := undisturbed(t, kind)
			for _, broken := range breakages(calls) {
				t.Run(fmt.Sprintf("call %d of %d, %s", broken.nth, calls, broken.fault), func(t *testing.T) {
					t.Parallel()
					w := newImporter(t)
					w.offerBlocks()
					id, event := w.begin(kind)
					injector := w.breakable(faults.Nth(broken.nth, broken.fault))
					if !w.accepts(event) {
						w.clock.Add(int64(2 * intake.Lease))
						w.deliver(event)
					}
					if injector.Broken() == 0 && broken.fault != faults.Conflict { // reads meet no conflict
						t.Error("it was not broken")
					}
					if diff := cmp.Diff(want, w.wholeJob(id)); diff != "" {
						t.Errorf("unlike unbroken (-want +got):\n%s", diff)
					}
				})
			}
		})
	}
}

// breakage is a broken call, and its fault.
type breakage struct {
	nth   int
	fault faults.Fault
}

// breakages are all calls of a job, with two faults in turn, or some of them. Two
// faults, because a read meets no conflict.
func breakages(calls int) (list []breakage) {
	if *killPoints < everyCall {
		for point := range *killPoints {
			list = append(list, breakage{1 + point*(calls-1)/(*killPoints-1), faults.All[point%len(faults.All)]})
		}
		return list
	}
	for nth := 1; nth <= calls; nth++ {
		for _, turn := range []int{nth, nth + 2} {
			list = append(list, breakage{nth, faults.All[turn%len(faults.All)]})
		}
	}
	return list
}

// accepts sends an event and reports whether all of it was accepted.
func (w *importer) accepts(event any) bool {
	w.Helper()
	answer, err := w.send(w.Context(), event)
	failures, _ := answer.(events.SQSEventResponse)
	return err == nil && len(failures.BatchItemFailures) == 0
}
