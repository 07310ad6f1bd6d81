package inventoryimport

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/did"
	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/ledger"
	"didpurchase/internal/money"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// spans asks for a job of spans, lets it be done, and returns it.
func (w *importer) spans(action plan.Action, pkg string, spans ...e164.Span) intake.Job {
	w.Helper()
	job, err := w.staff.Create(w.Context(), "acme", "ada", intake.Request{Action: action, Package: pkg, Spans: spans})
	w.must(err)
	w.deliver(resume(job))
	return w.job(job.ID)
}

// uploaded lets a file's job be done.
func (w *importer) uploaded(r intake.Request, content string) intake.Job {
	w.Helper()
	event := w.upload(r, content)
	w.deliver(event)
	return w.jobOf("acme", event)
}

func (w *importer) job(id string) intake.Job {
	w.Helper()
	job, err := w.store.Job(w.Context(), "acme", id)
	w.must(err)
	return job
}

func (w *importer) apply(job intake.Job) intake.Job {
	w.Helper()
	queued, err := w.staff.Apply(w.Context(), "acme", job.ID)
	w.must(err)
	w.deliver(resume(queued))
	return w.job(job.ID)
}

// customer makes alice, who has 100 USD.
func (w *importer) customer() ledger.Customer {
	w.Helper()
	return w.opened("alice", "100")
}

// opened returns a customer with the given amount in USD.
func (w *importer) opened(id, dollars string) ledger.Customer {
	w.Helper()
	c := ledger.Customer{Carrier: "acme", ID: id}
	empty := ledger.Account{Customer: c, Status: ledger.Active, Currency: "USD", Balance: money.Zero("USD"),
		CreditLimit: money.Zero("USD")}
	paid, entry, err := empty.Post(ledger.Payment,
		[]ledger.Posting{{Account: ledger.Cash, Amount: money.MustParse("-"+dollars, "USD")}},
		ledger.Reference{}, w.env.Now())
	w.must(err)
	w.must(w.store.CreateCustomer(w.Context(), paid.To, entry))
	return c
}

// hold adds numbers to alice's cart and returns the outcome of each.
func (w *importer) hold(c ledger.Customer, numbers ...e164.Number) (outcomes []string) {
	w.Helper()
	results, _, err := shop.New(w.store, w.env.Now).Hold(w.Context(), c, numbers)
	w.must(err)
	for _, r := range results {
		outcomes = append(outcomes, string(r.Outcome))
	}
	return outcomes
}

func (w *importer) states(numbers ...e164.Number) (states []did.State) {
	w.Helper()
	items, err := w.store.DIDs(w.Context(), "acme", numbers)
	w.must(err)
	for _, n := range numbers {
		states = append(states, items[n].State)
	}
	return states
}

const block = "start,end,package\n+442071230000,+442071239999,gold\n"

func TestDryRunIsAppliedAsPlanned(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	const file = "start,end,package\n+442071230000,+442071230009,gold\nx,y,z\n+442071230005,+442071230007,gold\n"
	dry := w.uploaded(intake.Request{Filename: "a.csv", DryRun: new(true)}, file)
	want := plan.Counts{Read: 3, Applied: 1, Rejected: 2, DIDs: 10}
	w.wantCounts(dry, intake.Completed, want)
	w.wantRanges()
	if got := w.verdicts(dry); !slices.Equal(got,
		[]string{"2 planned added", "3 rejected not_e164", "4 rejected overlap"}) || dry.RangesAdded != 1 {
		t.Errorf("plan %q, %d ranges", got, dry.RangesAdded)
	}
	applied := w.apply(dry)
	w.wantCounts(applied, intake.Completed, want)
	w.wantRanges("442071230000-442071230009 gold")
	if got := w.verdicts(applied); got[0] != "2 applied added" {
		t.Errorf("report %q", got)
	}
	if again, err := w.staff.Apply(t.Context(), "acme", dry.ID); err != nil || again.Ver != applied.Ver {
		t.Errorf("applied again: version %d after %d, %v", again.Ver, applied.Ver, err)
	}
	if _, err := w.staff.Apply(t.Context(), "acme", w.drop("b.csv", file).ID); err == nil {
		t.Error("a job that was not a dry run is applied")
	}
}

func TestPlanThatChangedIsNotApplied(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	dry := w.uploaded(intake.Request{Filename: "a.csv", DryRun: new(true)},
		"start,end,package\n+442071230000,+442071230009,gold\n+442071240000,+442071240009,gold\n")
	w.drop("b.csv", "start,end,package\n+442071230000,+442071230004,standard\n")
	job := w.apply(dry)
	if job.Status != intake.Failed || !strings.Contains(job.Error, "1 rows changed since the plan; first line 2") {
		t.Errorf("import is %s: %s", job.Status, job.Error)
	}
	w.wantRanges("442071230000-442071230004 standard")
	report := w.report(job)
	wanttest.Equal(t, "code of the first row", report[1][2], "changed_since_plan")
	wanttest.Contains(t, "detail of the first row", report[1][3], "planned was: added")
	wanttest.Contains(t, "detail of the first row", report[1][3], "now: overlap")
	wanttest.Equal(t, "code of the second row", report[2][2], "not_applied")
}

func TestReplaceWithdrawsWhatTheFileLacks(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	alice := w.customer()
	w.drop("a.csv", block+"+442072000000,+442072000009,gold\n+33130000000,+33130000009,standard\n")
	const kept, held, gone = e164.Number(442071230000), e164.Number(442071239000), e164.Number(442071239001)
	if got := w.hold(alice, held); !slices.Equal(got, []string{"held"}) {
		t.Fatalf("hold: %v", got)
	}
	request := intake.Request{Filename: "b.csv", Strategy: intake.Replace}
	dry := w.uploaded(request, "start,end,package\n+442071230000,+442071230999,gold\n+442072000005,+442072000014,"+
		"standard\n")
	want := plan.Counts{Read: 2, Applied: 1, Unchanged: 1, DIDs: 5, Repriced: 5, Updated: 5, Withdrawn: 9000 + 5 + 10}
	w.wantCounts(dry, intake.Completed, want)
	var shown struct{ Withdrawn []struct{ Start, End string } }
	w.must(json.Unmarshal(w.read(dry.JSONReportKey()), &shown))
	if len(shown.Withdrawn) != 3 {
		t.Fatalf("the plan shows as withdrawn %v, want three spans", shown.Withdrawn)
	}
	wanttest.Equal(t, "start of the first withdrawn span", shown.Withdrawn[0].Start, "+33130000000")
	wanttest.Equal(t, "end of the second withdrawn span", shown.Withdrawn[1].End, "+442071239999")
	before := w.env.Now()
	applied := w.apply(dry)
	w.wantCounts(applied, intake.Completed, want)
	w.wantRanges("442071230000-442071230999 gold", "442072000005-442072000014 standard")
	if waited := applied.FinishedAt.Sub(before); waited < 15*time.Second {
		t.Errorf("completed %s after its start, with holds on their way", waited)
	}
	if got := w.hold(alice, kept, gone); !slices.Equal(got, []string{"held", "not_offered"}) {
		t.Errorf("hold: %v", got)
	}
	if got := w.states(held); got[0] != did.Held {
		t.Errorf("the hold of a withdrawn number is %q", got)
	}
}

// Numbers that a file lacks are withdrawn after its plan was shown, unless the
// request or the profile switches that off.
func TestReplaceStopsAtItsPlan(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("whole", `{"country_code": "44", "columns": {}, "strategy": "replace", "mode": "all_or_nothing"}`)
	w.profile("nightly", `{"country_code": "44", "columns": {}, "strategy": "replace", "dry_run": false}`)
	const before, less = "442071230000-442071239999 gold", "start,end,package\n+442071230000,+442071230099,gold\n"
	const rest = "start,end,package\n+442071230100,+442071239999,gold\n"
	replace := intake.Request{Filename: "b.csv", Strategy: intake.Replace}
	atOnce := intake.Request{Filename: "b.csv", Strategy: intake.Replace, DryRun: new(false)}
	for name, test := range map[string]struct {
		begin   func(file string) intake.Job
		planned bool
	}{
		"an upload":                    {func(file string) intake.Job { return w.uploaded(replace, file) }, true},
		"a drop":                       {func(file string) intake.Job { return w.drop("whole/b.csv", file) }, true},
		"a drop with a profile for it": {func(file string) intake.Job { return w.drop("nightly/b.csv", file) }, false},
		"an upload with dry_run false": {func(file string) intake.Job { return w.uploaded(atOnce, file) }, false},
	} {
		w.drop("a.csv", less)
		w.drop("rest.csv", rest)
		w.wantRanges(before)
		job := test.begin(less)
		wanttest.Equal(t, name+": status", job.Status, intake.Completed)
		wanttest.Equal(t, name+": is a dry run", job.DryRun, test.planned)
		wanttest.Equal(t, name+": numbers withdrawn", job.Counts.Withdrawn, 9_900)
		if test.planned {
			w.wantRanges(before)
			w.apply(job)
		}
		w.wantRanges("442071230000-442071230099 gold")
	}
	bad := w.apply(w.drop("whole/c.csv", less+"x,y,gold\n"))
	if bad.Status != intake.Failed || bad.Mode != intake.AllOrNothing {
		t.Errorf("import is %s, %s: %s", bad.Status, bad.Mode, bad.Error)
	}
}

func TestWithdrawnSpansAreJoinedAgain(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.drop("a.csv", block)
	middle := e164.Span{Start: 442071235000, End: 442071235999}
	w.wantCounts(w.spans(plan.Withdraw, "", middle), intake.Completed, plan.Counts{Read: 1, Applied: 1, Withdrawn: 1000})
	w.wantRanges("442071230000-442071234999 gold", "442071236000-442071239999 gold")
	w.wantCounts(w.spans(plan.Withdraw, "", middle), intake.Completed, plan.Counts{Read: 1, Unchanged: 1})
	w.wantCounts(w.drop("b.csv", "start,end,package\n+442071235000,+442071235999,gold\n"), intake.Completed,
		plan.Counts{Read: 1, Applied: 1, DIDs: 1000})
	w.wantRanges("442071230000-442071239999 gold")
	w.wantCounts(w.spans(plan.Reprice, "standard", middle), intake.Completed,
		plan.Counts{Read: 1, Applied: 1, Repriced: 1000, Updated: 1000})
	w.wantRanges("442071230000-442071234999 gold", "442071235000-442071235999 standard", "442071236000-442071239999 gold")
	w.wantCounts(w.spans(plan.Reprice, "gold", middle), intake.Completed,
		plan.Counts{Read: 1, Applied: 1, Repriced: 1000, Updated: 1000})
	w.wantRanges("442071230000-442071239999 gold")
}

func TestWithholdAndReturn(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	alice := w.customer()
	w.drop("a.csv", block)
	const first = e164.Number(442071230000)
	w.hold(alice, first+3)
	job := w.spans(plan.Withhold, "", e164.Span{Start: first, End: first + 9}, e164.Span{Start: first + 3, End: first + 3},
		e164.Span{Start: 442080000000, End: 442080000001})
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 3, Applied: 1, Rejected: 2, Touched: 9})
	report := w.report(job)
	wanttest.Equal(t, "outcome of the first row", report[1][1], "applied")
	wanttest.Contains(t, "detail of the first row", report[1][3], "1 are taken, the first is +442071230003, held by alice")
	wanttest.Equal(t, "code of the second row", report[2][2], "overlap")
	wanttest.Equal(t, "code of the third row", report[3][2], "not_offered")
	if got := w.hold(alice, first, first+10); !slices.Equal(got, []string{"unavailable", "held"}) {
		t.Errorf("hold: %v", got)
	}
	ranges, _, err := w.staff.Ranges(t.Context(), "acme", intake.RangeFilter{}, 10, "")
	w.must(err)
	if len(ranges) != 1 || ranges[0].Held != 0 { // blocks are not projected in this test
		t.Errorf("ranges %+v", ranges)
	}
	job = w.spans(plan.Return, "", e164.Span{Start: first, End: first + 9},
		e164.Span{Start: first + 100, End: first + 101})
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 2, Applied: 1, Unchanged: 1, Touched: 9})
	if got := w.states(first, first+3); !slices.Equal(got, []did.State{did.None, did.Held}) {
		t.Errorf("states %q", got)
	}
}

const rentals = "number,customer,package,paid_until,label,destination\n+442071230000,alice,gold,2027-01-31,front " +
	"desk,sip:a@b\n" +
	"+442071230001,bob,gold,2027-01-31,,\n+442071230002,alice,gold,soon,,\n+442071230000,alice,gold,2027-01-31,," +
	"\n+442071230003,alice,gold,2027-03-31T00:00:00Z,,\n"

func TestAdoption(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	alice := w.customer()
	w.drop("a.csv", block)
	w.hold(alice, 442071230003)
	event := w.put("rentals/acme/r.csv", rentals)
	w.deliver(event)
	job := w.jobOf("acme", event)
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 5, Applied: 1, Rejected: 4, Touched: 1})
	if got := w.verdicts(job); !slices.Equal(got, []string{
		"2 applied adopted", "3 rejected unknown_customer", "4 rejected bad_time", "5 rejected duplicate_row",
		"6 rejected taken",
	}) {
		t.Errorf("report %q", got)
	}
	items, err := w.store.DIDs(t.Context(), "acme", []e164.Number{442071230000})
	w.must(err)
	d := items[442071230000]
	paid := time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)
	wanttest.Equal(t, "state", d.State, did.Assigned)
	wanttest.Equal(t, "customer", d.Customer, "alice")
	wanttest.Diff(t, "next event", d.NextAt, paid)
	wanttest.Equal(t, "label", d.Label, "front desk")
	wanttest.Equal(t, "destination", d.Route.First(), "sip:a@b")
	wanttest.Equal(t, "package", d.Terms.Package, "gold")
	account, err := w.store.Account(t.Context(), alice)
	w.must(err)
	if !account.Balance.Equal(money.MustParse("100", "USD")) {
		t.Errorf("balance %s", account.Balance)
	}
	again := w.put("rentals/acme/again.csv", rentals)
	w.deliver(again)
	w.wantCounts(w.jobOf("acme", again), intake.Completed, plan.Counts{Read: 5, Unchanged: 1, Rejected: 4})
}

func TestPricesFindOrMakePackages(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("priced", `{"country_code": "44", "make_packages": true, "columns": {}}`)
	const file = "DID;NRC;Monthly\n+442071230000;3;$4.50\n+442071230001;3,00;4,5\n+442071230002;x;4\n"
	job := w.drop("a.csv", file)
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 3, Rejected: 3})
	if got := w.verdicts(job); !slices.Equal(got,
		[]string{"2 rejected no_package_of_price", "3 rejected no_package_of_price", "4 rejected bad_price"}) {
		t.Errorf("report %q", got)
	}
	w.wantCounts(w.drop("priced/a.csv", file), intake.Completed, plan.Counts{Read: 3, Applied: 2, Rejected: 1, DIDs: 2})
	w.wantRanges("44207123 set [0 1] usd-3-00-4-50")
	packages, err := w.store.Packages(t.Context(), "acme")
	w.must(err)
	if made := packages["usd-3-00-4-50"]; !made.Recurring.Equal(money.MustParse("4.50", "USD")) ||
		!made.Setup.Equal(money.MustParse("3", "USD")) {
		t.Errorf("made %+v", made)
	}
}

// A file may set only those settings of a rental that its customer could set.
func TestAdoptionChecksSettings(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.customer()
	w.drop("a.csv", block)
	event := w.put("rentals/acme/r.csv", "number,customer,package,paid_until,label,destination\n"+
		"+442071230000,alice,gold,2027-01-31,,+44 20 7123 0000\n"+
		"+442071230001,alice,gold,2027-01-31,,https://example.com\n"+
		"+442071230002,alice,gold,2027-01-31,"+strings.Repeat("x", did.MaxLabel+1)+",\n"+
		"+442071230003,alice,gold,2027-01-31,desk,+44 20 7123 0004\n")
	w.deliver(event)
	job := w.jobOf("acme", event)
	want := []string{"2 rejected bad_setting", "3 rejected bad_setting", "4 rejected bad_setting", "5 applied adopted"}
	if diff := cmp.Diff(want, w.verdicts(job)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
}
