package whole_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"didpurchase/infra/client"
	"didpurchase/internal/wanttest"
)

// importsOf returns the imports of a file, newest first.
func (s *system) importsOf(t *testing.T, user, key string) (jobs []client.Import) {
	t.Helper()
	for _, j := range all(t, s, user, client.ListImports()) {
		if j.Source == key {
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// imported waits for the n-th import of a file to end.
func (s *system) imported(t *testing.T, user, key string, n int) (job client.Import) {
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
	if err != nil {
		t.Fatal(err)
	}
	var found client.SearchAnswer
	if err := json.Unmarshal(answer, &found); err != nil {
		t.Fatalf("%v in %s", err, answer)
	}
	wanttest.Equal(t, "rows of the example", len(found.Data), 3)
	wanttest.True(t, "the example finds at least 3 numbers", found.Total >= 3)
}

// A file in the shape of France's register, as its regulator writes it.
func TestAFileWithAProfileIsImportedByAPlainPut(t *testing.T) {
	const key = "inventory/acme/register/MAJNUM.csv"
	ask(t, running, "ada", client.PutImportProfile("register", client.ImportProfile{
		Delimiter: ";", Encoding: "latin-1", CountryCode: "33", TrunkPrefix: "0", DefaultPackage: "standard",
		Columns: client.ProfileColumns{Start: "Tranche_Debut", End: "Tranche_Fin", Area: "Territoire"},
	}))
	file := "EZABPQM;Tranche_Debut;Tranche_Fin;Mn\xe9mo;Territoire;Date_Attribution\r\n" +
		"01056;0105600000;0105699999;FRTE;M\xe9tropole;01/01/2017\r\n" +
		"3610;3610;3610;FRTE;M\xe9tropole;01/01/2017\r\n" +
		"026214;0262140000;0262149999;SRR0;La R\xe9union;01/01/2017\r\n"
	running.drop(t, key, file)
	first := running.imported(t, "ada", key, 1)
	wanttest.Equal(t, "rows read at first", first.RowsRead, 3)
	wanttest.Equal(t, "rows applied at first", first.RowsApplied, 2)
	wanttest.Equal(t, "rows rejected at first", first.RowsRejected, 1)
	wanttest.Equal(t, "DIDs added at first", first.DIDsAdded, 110_000)
	running.drop(t, key, file)
	second := running.imported(t, "ada", key, 2)
	wanttest.Equal(t, "rows read of the same file again", second.RowsRead, 3)
	wanttest.Equal(t, "rows unchanged of the same file again", second.RowsUnchanged, 2)
	wanttest.Equal(t, "rows applied of the same file again", second.RowsApplied, 0)
	wanttest.Equal(t, "DIDs added by the same file again", second.DIDsAdded, 0)
	report := strings.Split(strings.TrimSpace(string(running.get("ada", "/v1/imports/"+first.ID+"/report").Body)), "\n")
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
	for _, o := range all(t, running, "alice", client.SearchAvailableDIDs().With("contains", "777")) {
		n, err := strconv.Atoi(o.DID)
		if err != nil || n <= last {
			t.Errorf("%s comes after +%d; %v", o.DID, last, err)
		}
		last, walked = n, walked+1
	}
	if walked != total || total == 0 {
		t.Errorf("walked %d of %d", walked, total)
	}
}
