package lambdas_test

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
)

// A report that staff ask for is made by the worker, downloaded through a presigned
// URL, and its acts are in the audit.
func TestAReportIsMadeAndDownloaded(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	s.offer("acme", 442079460100, 442079460199)
	s.as("ada", "POST", "/v1/customers/alice/dids",
		`{"dids": ["+442079460100", "+442079460101"], "total": {"amount": "6.00", "currency": "USD"}}`,
		"idempotency-key", "k")
	var asked staff.ReportFile
	if r := s.as("acme-sales", "POST", "/v1/reports", `{"report": "rentals"}`); r.Status != 202 {
		t.Fatalf("%d %s", r.Status, r.Body)
	} else {
		r.read(t, &asked)
	}
	if r := s.as("ada", "GET", "/v1/reports/"+asked.ID+"/download", ""); r.Status != 409 || r.code(t) != "illegal_state" {
		t.Errorf("a download before there is a file: %d %s", r.Status, r.Body)
	}
	s.deliver("reports", s.report)
	var list httpapi.List[staff.ReportFile]
	s.as("acme-viewer", "GET", "/v1/reports", "").read(t, &list)
	if len(list.Data) != 1 || list.Data[0].Status != "completed" || list.Data[0].Rows != 2 ||
		list.Data[0].Download == nil {
		t.Fatalf("the list: %+v", list.Data)
	}
	moved := s.as("acme-viewer", "GET", *list.Data[0].Download, "")
	if moved.Status != 302 {
		t.Fatalf("download: %d %s", moved.Status, moved.Body)
	}
	file, name := fetched(t, moved.Headers["Location"])
	if want := `attachment; filename="rentals-2026-11-24.csv"`; name != want {
		t.Errorf("the file is saved by %s, want %s", name, want)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var numbers []string
	for _, row := range rows {
		numbers = append(numbers, row[0])
	}
	if diff := cmp.Diff([]string{"did", "'+442079460100", "'+442079460101"}, numbers); diff != "" {
		t.Errorf("the numbers (-want +got):\n%s", diff)
	}
	for caller, want := range map[string]int{"alice": 403, "grace": 404} {
		if r := s.as(caller, "GET", *list.Data[0].Download, ""); r.Status != want {
			t.Errorf("%s downloads: %d, want %d", caller, r.Status, want)
		}
	}
	var acts httpapi.List[staff.AuditEntry]
	s.as("ada", "GET", "/v1/audit?action=report.*", "").read(t, &acts)
	var got []string
	for _, e := range acts.Data {
		got = append(got, e.Action+" by "+*e.Actor.ID)
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"report.downloaded by acme-viewer", "report.requested by acme-sales"}, got); diff != "" {
		t.Errorf("the acts (-want +got):\n%s", diff)
	}
}

// fetched returns the object of a presigned URL, and its disposition.
func fetched(t *testing.T, url string) (file, disposition string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != 200 {
		t.Fatalf("%d %v %s", answer.StatusCode, err, content)
	}
	return string(content), answer.Header.Get("Content-Disposition")
}

// A schedule's reports are found by the sweep, one for each period.
func TestASchedulesReportsAreSwept(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	if r := s.as("acme-viewer", "PUT", "/v1/audit-schedules/weekly",
		`{"report": "inventory", "every": {"unit": "week"}}`); r.Status != 403 {
		t.Errorf("a viewer writes a schedule: %d", r.Status)
	}
	bad := s.as("ada", "PUT", "/v1/audit-schedules/weekly",
		`{"report": "inventory", "every": {"unit": "week", "count": 53}, "recipients": ["Ada <ada@example.com>"]}`)
	if bad.Status != 422 || !strings.Contains(bad.Body, "/every/count") || !strings.Contains(bad.Body, "/recipients/0") {
		t.Errorf("a schedule with faults: %d %s", bad.Status, bad.Body)
	}
	var made staff.AuditSchedule
	s.as("ada", "PUT", "/v1/audit-schedules/weekly",
		`{"report": "inventory", "every": {"unit": "week", "count": 1}, "format": "xlsx", "recipients": ["audit@example.com"]}`).read(t, &made)
	if want := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC); !made.NextAt.Equal(want) {
		t.Errorf("the next report is at %s, want %s", made.NextAt, want)
	}
	s.pass(made.NextAt.Add(-time.Minute))
	s.pass(made.NextAt)
	s.pass(made.NextAt.Add(15 * 24 * time.Hour))
	s.pass(made.NextAt.Add(15*24*time.Hour + time.Minute))
	var list httpapi.List[staff.ReportFile]
	s.as("ada", "GET", "/v1/reports", "").read(t, &list)
	var got []string
	for _, r := range list.Data {
		got = append(got, fmt.Sprint(r.Status, " ", r.From.Format(time.DateOnly), " ", r.To.Format(time.DateOnly), " ",
			*r.Schedule, " ", r.Format))
	}
	slices.Sort(got) // those of one sweep are in any order
	want := []string{"completed 2026-11-23 2026-11-30 weekly xlsx", "completed 2026-11-30 2026-12-07 weekly xlsx",
		"completed 2026-12-07 2026-12-14 weekly xlsx"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the reports (-want +got):\n%s", diff)
	}
	for range 2 {
		if r := s.as("ada", "DELETE", "/v1/audit-schedules/weekly", ""); r.Status != 204 {
			t.Errorf("delete: %d %s", r.Status, r.Body)
		}
	}
}
