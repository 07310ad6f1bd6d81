package whole_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

// importJob is an import as staff see it.
type importJob struct {
	ID, Source, Status string
	Read               int     `json:"rows_read"`
	Applied            int     `json:"rows_applied"`
	Unchanged          int     `json:"rows_unchanged"`
	Rejected           int     `json:"rows_rejected"`
	Added              int     `json:"dids_added"`
	Error              *string `json:"error"`
}

// importsOf are the imports of a file, the newest first.
func (s *system) importsOf(t *testing.T, user, key string) (jobs []importJob) {
	t.Helper()
	for _, j := range all[importJob](t, s, user, "/v1/imports") {
		if j.Source == key {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// imported waits for the n-th import of a file to end.
func (s *system) imported(t *testing.T, user, key string, n int) (job importJob) {
	t.Helper()
	until(t, patience, fmt.Sprintf("import %d of %s", n, key), func() bool {
		jobs := s.importsOf(t, user, key)
		if len(jobs) < n {
			return false
		}
		job = jobs[0]
		return job.Status == "completed" || job.Status == "failed"
	})
	return job
}

func TestThePrintedExampleAnswers(t *testing.T) {
	running.onlyLocal(t, "the local world prints an example")
	printed, err := os.ReadFile(running.beside("out"))
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?m)^ +(TOKEN=.*|curl .*)$`).FindAllString(string(printed), -1)
	if len(lines) < 2 {
		t.Fatalf("no example in\n%s", printed)
	}
	answer, err := exec.Command("sh", "-c", strings.Join(lines, "\n")).Output()
	found := read[offers](t, reply{200, answer}, 200)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "rows of the example", len(found.Data), 3)
	wanttest.True(t, "the example finds at least 3 numbers", found.Total >= 3)
}

// A file in the shape of France's register, as its regulator writes it.
func TestAFileWithAProfileIsImportedByAPlainPut(t *testing.T) {
	const key = "inventory/acme/register/MAJNUM.csv"
	profile := map[string]any{
		"delimiter": ";", "encoding": "latin-1", "country_code": "33", "trunk_prefix": "0", "default_package": "standard",
		"columns": map[string]string{"start": "Tranche_Debut", "end": "Tranche_Fin", "area": "Territoire"},
	}
	if r := running.as(t, "ada", "PUT", "/v1/import-profiles/register", profile); r.Status != 200 {
		t.Fatalf("profile: %d %s", r.Status, r.Body)
	}
	file := "EZABPQM;Tranche_Debut;Tranche_Fin;Mn\xe9mo;Territoire;Date_Attribution\r\n" +
		"01056;0105600000;0105699999;FRTE;M\xe9tropole;01/01/2017\r\n" +
		"3610;3610;3610;FRTE;M\xe9tropole;01/01/2017\r\n" +
		"026214;0262140000;0262149999;SRR0;La R\xe9union;01/01/2017\r\n"
	running.drop(t, key, file)
	first := running.imported(t, "ada", key, 1)
	wanttest.Equal(t, "rows read at first", first.Read, 3)
	wanttest.Equal(t, "rows applied at first", first.Applied, 2)
	wanttest.Equal(t, "rows rejected at first", first.Rejected, 1)
	wanttest.Equal(t, "DIDs added at first", first.Added, 110_000)
	running.drop(t, key, file)
	second := running.imported(t, "ada", key, 2)
	wanttest.Equal(t, "rows read of the same file again", second.Read, 3)
	wanttest.Equal(t, "rows unchanged of the same file again", second.Unchanged, 2)
	wanttest.Equal(t, "rows applied of the same file again", second.Applied, 0)
	wanttest.Equal(t, "DIDs added by the same file again", second.Added, 0)
	report := strings.Split(strings.TrimSpace(string(running.as(t, "ada", "GET", "/v1/imports/"+first.ID+"/report",
		nil).Body)), "\n")
	if len(report) != 4 {
		t.Fatalf("the report has %d lines, want 4:\n%s", len(report), strings.Join(report, "\n"))
	}
	wanttest.Contains(t, "line of the second row", report[2], "rejected,not_e164")
	wanttest.Contains(t, "line of the third row", report[3], "La Réunion")
	found := running.search(t, "alice", "contains", "777777", "country", "FR")
	if want := containing("777777", 33105600000, 33105699999) + containing("777777", 33262140000,
		33262149999); found.Total != want {
		t.Errorf("777777 is in %d numbers, want %d", found.Total, want)
	}
	if others := running.search(t, "carol", "starts_with", "33105"); others.Total != 0 {
		t.Errorf("another carrier's customer sees %d of them", others.Total)
	}
}

// containing counts the numbers of a span that contain the digits, one by one.
func containing(digits string, first, last int) (count int) {
	for n := first; n <= last; n++ {
		if strings.Contains(fmt.Sprint(n), digits) {
			count++
		}
	}
	return count
}

func TestWalkingAllPagesGivesEachNumberOnceInOrder(t *testing.T) {
	last, walked := 0, 0
	total := running.search(t, "alice", "contains", "777").Total
	for cursor, first := "", true; first || cursor != ""; first = false {
		page := running.search(t, "alice", "contains", "777", "limit", "100", "cursor", cursor)
		for _, o := range page.Data {
			n, err := strconv.Atoi(o.DID)
			if err != nil || n <= last {
				t.Errorf("%s comes after +%d; %v", o.DID, last, err)
			}
			last, walked = n, walked+1
		}
		cursor = page.NextCursor
	}
	if walked != total || total == 0 {
		t.Errorf("walked %d of %d", walked, total)
	}
}
