package inventoryimport

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/wanttest"
)

// A file with an uncertain reading waits at its plan; uncertainty about money or
// status stops an upload, too; a profile can accept both.
func TestUncertainFilesWaitAtTheirPlan(t *testing.T) {
	t.Parallel()
	const (
		certain   = "number,package\n+442071230000,gold\n"
		twoRows   = "Number,Rate\n,plan\n+442071230000,gold\n"
		ambiguous = "number;package;setup\n+442071230001;gold;1,000\n+442071230000;gold;\n"
		money     = "number,package,deposit\n+442071230000,gold,5\n"
	)
	for name, test := range map[string]struct {
		file   string
		upload bool
		folder string
		asks   string
		waits  bool
	}{
		"a certain one":        {file: certain},
		"a header of two rows": {file: twoRows, asks: "the header is two rows, up to line 2", waits: true},
		"uploaded":             {file: twoRows, upload: true, asks: "the header is two rows, up to line 2"},
		"two meanings":         {file: ambiguous, asks: "1 rows have two meanings and were rejected", waits: true},
		"an unused column that sounds so": {file: money, asks: `the column "deposit" sounds like money and is not used`,
			waits: true},
		"the same uploaded": {file: money, upload: true,
			asks: `the column "deposit" sounds like money and is not used`, waits: true},
		"a profile that waves it through": {file: money, folder: "trusted/",
			asks: `the column "deposit" sounds like money and is not used`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newImporter(t)
			w.profile("trusted", `{"country_code": "44", "review": "never", "columns": {}}`)
			var job intake.Job
			if test.upload {
				job = w.uploaded(intake.Request{Filename: "a.csv"}, test.file)
			} else {
				job = w.drop(test.folder+"a.csv", test.file)
			}
			wanttest.Equal(t, "needs review", strings.Join(job.NeedsReview, "; "), test.asks)
			wanttest.Equal(t, "waits at its plan", job.DryRun, test.waits)
			wanttest.Equal(t, "the number is offered before anybody looked", w.offers("acme", 442071230000), !test.waits)
			if !test.waits {
				return
			}
			applied := w.apply(job)
			wanttest.Equal(t, "status once applied", applied.Status, intake.Completed)
			wanttest.True(t, "the number is offered once applied", w.offers("acme", 442071230000))
		})
	}
}

// Rentals that were paid until a time long ago would be charged for several
// periods at once: the plan names the amount, and waits. Existing rentals are
// not charged by the file.
func TestAdoptionThatChargesAtOnceWaits(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.customer()
	long := w.env.Now().AddDate(0, -3, -2).Format(time.DateOnly)
	recent := w.env.Now().AddDate(0, 0, -3).Format(time.DateOnly)
	file := "number,customer,package,paid_until\n+442071230000,alice,gold," + long + "\n+442071230001,alice,gold," + long +
		"\n+442071230002,alice,gold," + recent + "\n"
	job := w.uploaded(intake.Request{Filename: "a.csv", Action: plan.Adopt}, file)
	wanttest.Equal(t, "waits at its plan", job.DryRun, true)
	want := []string{"2 rentals are paid until more than one period ago: applied, they are charged 16.00 USD at once"}
	if diff := cmp.Diff(want, job.NeedsReview); diff != "" { // four periods of 2.00 began, for each of two
		t.Errorf("needs review (-want +got):\n%s", diff)
	}
	wanttest.Equal(t, "rentals before anybody looked", len(w.rented()), 0)
	wanttest.Equal(t, "status once applied", w.apply(job).Status, intake.Completed)
	wanttest.Equal(t, "rentals once applied", len(w.rented()), 3)
	again := w.uploaded(intake.Request{Filename: "a.csv", Action: plan.Adopt}, file)
	wanttest.Equal(t, "the questions of the same file again", strings.Join(again.NeedsReview, "; "), "")
}

func (w *importer) rented() (rentals []string) {
	w.Helper()
	for _, s := range w.states(442071230000, 442071230001, 442071230002) {
		if s != "" {
			rentals = append(rentals, string(s))
		}
	}
	return rentals
}

// A file without a package is planned and asks for one, instead of failing; it is
// planned again with the decision.
func TestFileWithoutPackageAsks(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("british", `{"country_code": "44", "default_package": "standard", "columns": {}}`)
	job := w.drop("a.csv", "number,area\n020 7123 0000,London\n020 7123 0001,London\n")
	w.wantCounts(job, intake.Completed, plan.Counts{Read: 2, Rejected: 2})
	wanttest.Equal(t, "waits at its plan", job.DryRun, true)
	wanttest.Contains(t, "needs review", strings.Join(job.NeedsReview, "; "), "name the package of the numbers")
	for d, want := range map[intake.Decision]string{
		{Package: "lead"}: `there is no package "lead"`, {Profile: "french"}: `there is no profile "french"`,
		{CountryCode: "999"}: `"999" is not a country's calling code`,
	} {
		if _, err := w.staff.PlanAgain(t.Context(), "acme", job.ID, d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", d, err, want)
		}
	}
	for _, d := range []intake.Decision{{Package: "gold", CountryCode: "44"}, {Profile: "british"}} {
		planned := w.planAgain(job, d)
		wanttest.Equal(t, "status", planned.Status, intake.Completed)
		wanttest.Equal(t, "waits at its plan", planned.DryRun, true)
		wanttest.Equal(t, "rows that would be applied", planned.Applied, 2)
		wanttest.Equal(t, "needs review", strings.Join(planned.NeedsReview, "; "), "")
	}
	w.wantRanges()
	wanttest.Equal(t, "rows applied", w.apply(w.job(job.ID)).Applied, 2)
	w.wantRanges("44207123 set [0 1] gold") // the package that was decided first stays
	if _, err := w.staff.PlanAgain(t.Context(), "acme", job.ID, intake.Decision{Package: "standard"}); !errors.Is(err,
		intake.ErrNotPlanned) {
		t.Errorf("an applied file is planned again: %v", err)
	}
}

func (w *importer) planAgain(job intake.Job, d intake.Decision) intake.Job {
	w.Helper()
	queued, err := w.staff.PlanAgain(w.Context(), "acme", job.ID, d)
	w.must(err)
	w.deliver(resume(queued))
	return w.job(job.ID)
}

// Both reports have the reading of the file.
func TestReportsSayHowTheFileWasRead(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	job := w.drop("a.csv", "\ufeffNumbers of Acme\nnumber;note;setup;monthly;currency\n+442071230000;x;1,00;2,00;USD\n")
	_, reading := w.reportOf(w.read(job.ReportKey))
	want := "encoding utf-8; delimiter ;; header in line 2; currency from currency; monthly from monthly; number from " +
		"number; setup from setup; numbers without a plus: auto; decimals after ,; ignored columns: note; line 3 is " +
		"rejected: 1.00 USD setup, 2.00 USD a month is the price of several packages: gold, standard"
	if diff := cmp.Diff(want, reading); diff != "" {
		t.Errorf("in the CSV (-want +got):\n%s", diff)
	}
	var asJSON struct {
		Recognised struct {
			Encoding, Notation, Decimal string
			HeaderLine                  int      `json:"header_line"`
			Ignored                     []string `json:"ignored_columns"`
			Sample                      []string
		}
		Columns []string
	}
	w.must(json.Unmarshal(w.read(job.JSONReportKey()), &asJSON))
	wanttest.Equal(t, "encoding", asJSON.Recognised.Encoding, "utf-8")
	wanttest.Equal(t, "notation", asJSON.Recognised.Notation, "auto")
	wanttest.Equal(t, "decimal", asJSON.Recognised.Decimal, ",")
	wanttest.Equal(t, "header line", asJSON.Recognised.HeaderLine, 2)
	wanttest.Equal(t, "ignored columns", strings.Join(asJSON.Recognised.Ignored, " "), "note")
	wanttest.Equal(t, "sample rows", len(asJSON.Recognised.Sample), 1)
	wanttest.Equal(t, "columns", strings.Join(asJSON.Columns, " "), "number note setup monthly currency")
}
