package inventoryimport

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/commit"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/intake/sheet"
	"didpurchase/internal/timer"
	"didpurchase/internal/validate"
	"didpurchase/internal/wanttest"
)

const arcep = `{"country_code": "33", "trunk_prefix": "0", "delimiter": ";", "encoding": "latin-1", "default_package": "standard",
	"columns": {"start": "Tranche_Debut", "end": "Tranche_Fin", "area": "Territoire"}}`

func (w *importer) profile(name, wire string) {
	w.Helper()
	var p intake.Profile
	w.must(json.Unmarshal([]byte(wire), &p))
	w.must(w.staff.PutProfile(w.Context(), "acme", name, p))
}

// upload announces a file, puts it, and returns its event.
func (w *importer) upload(r intake.Request, content string) events.S3Event {
	w.Helper()
	job, err := w.staff.Create(w.Context(), "acme", "ada", r)
	w.must(err)
	return w.put(job.Object.Key, content)
}

func (w *importer) wantRanges(want ...string) {
	w.Helper()
	if got := w.ranges("acme"); !slices.Equal(got, want) {
		w.Errorf("offered: %q, want %q", got, want)
	}
}

func (w *importer) wantCounts(job intake.Job, status intake.Status, c plan.Counts) {
	w.Helper()
	if job.Status != status || rowsOf(job.Counts) != c {
		w.Errorf("import is %s %+v (%s), want %s %+v", job.Status, job.Counts, job.Error, status, c)
	}
}

// rowsOf returns the counts without the ranges', because numbers may be divided
// into ranges in different ways.
func rowsOf(c plan.Counts) plan.Counts {
	c.RangesAdded, c.RangesRemoved = 0, 0
	return c
}

// verdicts returns a report without the file's own columns.
func (w *importer) verdicts(job intake.Job) (rows []string) {
	w.Helper()
	for _, row := range w.report(job)[1:] {
		rows = append(rows, strings.Join(row[:3], " "))
	}
	return rows
}

func TestDroppedFileIsOffered(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	job := w.drop("Ranges + more/ä.csv", "") // no folder of that name is a profile
	if job.Status != intake.Failed || !strings.Contains(job.Error, `"Ranges + more"`) {
		t.Errorf("import is %s: %s", job.Status, job.Error)
	}
	job = w.drop("new ranges + ä.csv", "start,end,package,note\n+442071230000,+442071239999,gold,=1+1\n"+
		"+442099990000,+442100009999,standard,two "+
		"partitions\n+442071235000,+442071235001,gold,\n+12125550000,+12125550001,lead,x\n")
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 4, Applied: 2, Rejected: 2, DIDs: 30_000})
	w.wantRanges("442071230000-442071239999 gold", "442099990000-442099999999 standard",
		"442100000000-442100009999 standard")
	wanttest.True(t, "acme offers +442071234567", w.offers("acme", 442071234567))
	wanttest.True(t, "acme does not offer +442071240000", !w.offers("acme", 442071240000))
	wanttest.True(t, "globex does not offer +442071234567", !w.offers("globex", 442071234567))
	want := [][]string{
		{"row", "outcome", "code", "detail", "start", "end", "package", "note"},
		{"2", "applied", "added", "10000 numbers, +442071230000 to +442071239999, added under gold (1.00 USD setup, 2.00 " +
			"USD a month)", "'+442071230000", "'+442071239999", "gold", "'=1+1"},
		{"3", "applied", "added", "20000 numbers, +442099990000 to +442100009999, added under standard (1.00 USD setup, " +
			"2.00 USD a month)", "'+442099990000", "'+442100009999", "standard", "two partitions"},
		{"4", "rejected", "overlap", "overlaps +442071230000 to +442071239999 of line 2; the row is 2 numbers, " +
			"+442071235000 to +442071235001 under gold (1.00 USD setup, 2.00 USD a month)", "'+442071235000", "'+442071235001",
			"gold", ""},
		{"5", "rejected", "unknown_package", `there is no package "lead"; the row is 2 numbers, +12125550000 to ` +
			`+12125550001 under "lead"`, "'+12125550000", "'+12125550001", "lead", "x"},
	}
	if got := w.report(job); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("report %q", got)
	}
}

func TestSameVersionTwiceDoesNothing(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	event := w.put("inventory/acme/a.csv", "number,package\n+442071230000,gold\n+442071230005,gold\n")
	w.deliver(event)
	first := w.jobOf("acme", event)
	w.deliver(event)
	event.Records[0].EventTime = event.Records[0].EventTime.Add(time.Hour)
	w.deliver(event)
	if jobs := w.jobs("acme"); len(jobs) != 1 || jobs[0].Ver != first.Ver {
		t.Errorf("jobs %+v, want the first unchanged: %+v", jobs, first)
	}
	again := w.drop("a.csv", "number,package\n+442071230000,gold\n+442071230005,gold\n+442071230007,gold\n")
	w.wantCounts(again, intake.Completed, plan.Counts{Read: 3, Applied: 1, Unchanged: 2, DIDs: 1})
	w.wantRanges("44207123 set [0 5 7] gold")
}

func TestVersionsAreReadAsTheyWere(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	one := w.put("inventory/acme/a.csv", "number,package\n+442071230001,gold\n")
	two := w.put("inventory/acme/a.csv", "number,package\n+442071230002,gold\n")
	three := w.put("inventory/acme/a.csv", "number,package\n+442071230003,gold\n")
	w.deliver(one)
	w.wantRanges("44207123 set [1] gold")
	w.deliver(three)
	w.deliver(two)
	w.wantRanges("44207123 set [1 3] gold")
	late := w.jobOf("acme", two)
	if late.Status != intake.Failed || !strings.Contains(late.Error, w.jobOf("acme", three).ID) {
		t.Errorf("the older version that came late is %s: %s", late.Status, late.Error)
	}
	w.deliver(two)
	if n := len(w.jobs("acme")); n != 3 {
		t.Errorf("%d jobs of 3 versions", n)
	}
}

func TestFilesAtOnceQueue(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	var all []events.S3Event
	for i := range 6 { // each overlaps the next by half
		file := "start,end,package\n"
		for j := range 20 {
			start := 442071230000 + j*1000 + i*50
			file += fmt.Sprintf("+%d,+%d,gold\n", start, start+99)
		}
		all = append(all, w.put(fmt.Sprintf("inventory/acme/%d.csv", i), file))
	}
	var senders sync.WaitGroup
	for _, event := range all {
		senders.Go(func() {
			if _, err := w.send(t.Context(), event); err != nil {
				t.Error(err)
			}
		})
	}
	senders.Wait()
	var dids uint64
	for _, event := range all {
		job := w.jobOf("acme", event)
		wanttest.Equal(t, "status", job.Status, intake.Completed)
		wanttest.Equal(t, "rows read", job.Read, 20)
		wanttest.True(t, "all rows are applied, or none", job.Applied == 0 || job.Applied == 20)
		dids += job.DIDs
	}
	got := w.offered("acme")
	wanttest.Equal(t, "numbers on sale", got, dids)
	wanttest.True(t, "at least two of the three files are applied", dids >= 2*20*100)
	wanttest.True(t, "no file is applied twice", dids <= 3*20*100)
	jobs := w.jobs("acme")
	slices.SortFunc(jobs, func(a, b intake.Job) int { return a.StartedAt.Compare(b.StartedAt) })
	for i, job := range jobs[1:] {
		if job.StartedAt.Before(jobs[i].FinishedAt) {
			t.Errorf("import %s began before %s ended", job.ID, jobs[i].ID)
		}
	}
}

func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("live", `{"country_code": "44", "default_package": "gold", "accept_status": ["live"], "columns": `+
		`{"number": "n", "status": "s"}}`)
	request := intake.Request{Filename: "a.csv", Profile: "live", Mode: intake.AllOrNothing}
	bad := w.upload(request, "n,s\n2071230000,live\n20712,live\n2071230001,dead\n")
	w.deliver(bad)
	job := w.jobOf("acme", bad)
	w.wantCounts(job, intake.Failed, plan.Counts{Read: 3, Rejected: 3})
	w.wantRanges()
	if got := w.verdicts(job); !slices.Equal(got,
		[]string{"2 rejected not_applied", "3 rejected not_e164", "4 rejected status_not_accepted"}) {
		t.Errorf("report %q", got)
	}
	good := w.upload(request, "n,s\n2071230000,live\n2071230001,dead\n")
	w.deliver(good)
	w.wantCounts(w.jobOf("acme", good), intake.Completed, plan.Counts{Read: 2, Applied: 1, Rejected: 1, DIDs: 1})
	w.wantRanges("44207123 set [0] gold")
}

func TestForeignFilesAreDropped(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	const file = "number,package\n+442071230000,gold\n"
	for _, key := range []string{
		"inventory/initech/a.csv", "rentals/initech/a.csv", "inventory/a.csv", "inventory/acme/folder/",
		"uploads/acme/01JD0000000000000000000000/a.csv", "reports/acme/a.csv",
	} {
		w.deliver(w.put(key, file))
	}
	if jobs := w.jobs("acme"); len(jobs) > 0 {
		t.Errorf("jobs %+v", jobs)
	}
	deep := w.drop("a/b/c.csv", file)
	if deep.Status != intake.Failed || !strings.Contains(deep.Error, "inventory/acme/<profile>/") {
		t.Errorf("import of a deep folder is %s: %s", deep.Status, deep.Error)
	}
	event := w.upload(intake.Request{Filename: "a.csv"}, file)
	job := w.jobs("acme")[0]
	w.deliver(event)
	w.deliver(w.put(job.Object.Key, "number,package\n+442071230001,gold\n"))
	w.wantRanges("44207123 set [0] gold")
	if answer, err := w.send(t.Context(), map[string]string{"Event": "s3:TestEvent"}); answer != nil || err != nil {
		t.Errorf("S3's test event is answered by %v, %v", answer, err)
	}
}

func TestUnreadableFileFailsAsAJob(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	for content, want := range map[string]string{
		"": "empty", "a,b\n": "names no numbers",
		"number,package\n+442071230000,gold\n" + strings.Repeat("x", sheet.MaxField+1) + ",gold\n": "line 3",
	} {
		job := w.drop("a.csv", content)
		wanttest.Equal(t, "status", job.Status, intake.Failed)
		wanttest.Contains(t, "error", job.Error, want)
		wanttest.Equal(t, "report", job.ReportKey, "")
	}
	w.wantRanges()
}

func TestRequestsThatCantBeMeant(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	for _, test := range []struct {
		pointer string
		r       intake.Request
	}{
		{"/filename", intake.Request{Filename: "a/b.csv"}},
		{"/profile", intake.Request{Filename: "a.csv", Profile: "none"}},
		{"/mode", intake.Request{Filename: "a.csv", Mode: "some"}},
		{"/strategy", intake.Request{Filename: "a.csv", Strategy: "some"}},
		{"/strategy", intake.Request{Filename: "a.csv", Action: plan.Withdraw, Strategy: intake.Replace}},
		{"/package", intake.Request{Filename: "a.csv", Package: "lead"}},
		{"/spans/0", intake.Request{Action: plan.Withdraw, Spans: []e164.Span{{Start: 442071230001, End: 442071230000}}}},
	} {
		var invalid *validate.Invalid
		_, err := w.staff.Create(t.Context(), "acme", "ada", test.r)
		at := fmt.Sprintf("%+v", test.r)
		if !errors.As(err, &invalid) {
			t.Fatalf("%s: error %v, want a validate.Invalid", at, err)
		}
		if len(invalid.Faults) != 1 {
			t.Fatalf("%s: faults are %+v, want one", at, invalid.Faults)
		}
		wanttest.Equal(t, at+": pointer of the fault", invalid.Faults[0].Pointer, test.pointer)
	}
	if _, err := w.staff.Get(t.Context(), "globex", "01JD"); !errors.Is(err, commit.ErrNotFound) {
		t.Errorf("error %v", err)
	}
}

// A job is due until it is finished; a job without progress is given up.
func TestUnfinishedJobIsDue(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	busy := intake.Lane{Carrier: "acme", Ver: 1, Holder: "somebody", Until: w.env.Now().Add(time.Hour)}
	w.commit(intake.LaneUpdate{To: busy})
	event := w.put("inventory/acme/a.csv", "number,package\n+442071230000,gold\n")
	w.deliver(event)
	job := w.jobOf("acme", event)
	if job.Status != intake.Queued || !slices.Contains(w.due(job.NextAt), job.ID) {
		t.Errorf("import is %s, due are %v", job.Status, w.due(job.NextAt))
	}
	stuck := job
	stuck.Ver, stuck.Attempts = job.Ver+1, 5
	w.commit(intake.JobUpdate{SeenVer: job.Ver, To: stuck})
	w.clock.Store(int64(2 * time.Hour))
	w.deliver(resume(job))
	if job = w.jobOf("acme", event); job.Status != intake.Failed || !strings.Contains(job.Error, "given up") {
		t.Errorf("import is %s: %s", job.Status, job.Error)
	}
	if due := w.due(w.env.Now().Add(time.Hour)); len(due) > 0 {
		t.Errorf("due are %v", due)
	}
	w.wantRanges()
}

func (w *importer) commit(c commit.Change) {
	w.Helper()
	w.must(w.store.Commit(w.Context(), commit.Batch{ID: "01JD", Changes: []commit.Change{c}}))
}

func (w *importer) due(at time.Time) (jobs []string) {
	w.Helper()
	for shard := range timer.Shards {
		for due, err := range w.store.Due(w.Context(), shard, at) {
			w.must(err)
			jobs = append(jobs, due.ImportID)
		}
	}
	return jobs
}

func TestPoisonedMessageFailsAlone(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	answer, err := w.send(t.Context(), events.SQSEvent{Records: []events.SQSMessage{
		{MessageId: "a", EventSource: "aws:sqs", Body: "{"},
		{MessageId: "b", EventSource: "aws:sqs", Body: `{"carrier": "acme", "import_id": "01JD"}`},
		{MessageId: "c", EventSource: "aws:sqs", Body: "{}"},
	}})
	w.must(err)
	got, err := json.Marshal(answer)
	w.must(err)
	if string(got) != `{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"c"}]}` {
		t.Errorf("answer %s", got)
	}
}

func TestSampleEventsAreAnsweredAsTheySay(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Glob("../../../events/inventory-import-*.json")
	if err != nil || len(samples) == 0 {
		t.Fatalf("samples %v, %v", samples, err)
	}
	w := newImporter(t)
	for _, sample := range samples {
		if strings.HasSuffix(sample, ".want.json") {
			continue
		}
		payload, err := os.ReadFile(sample)
		w.must(err)
		want, err := os.ReadFile(strings.TrimSuffix(sample, ".json") + ".want.json")
		w.must(err)
		answer, err := w.handle(t.Context(), payload)
		w.must(err)
		got, err := json.MarshalIndent(answer, "", "  ")
		w.must(err)
		if string(got)+"\n" != string(want) {
			t.Errorf("%s is answered by %s, want %s", sample, got, want)
		}
	}
}
