package documents_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shownBy is a test's name as the document of security quotes it. That there is
// such a test, TestWhatDocumentsNameExists checks.
var shownBy = regexp.MustCompile("`(Test|Fuzz)[A-Z][A-Za-z0-9]*`")

// Each threat of the document of security has an answer, and a test that shows it.
func TestEachThreatHasATest(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "infra/SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	threats := threatsOf(string(text))
	if len(threats) < 40 {
		t.Errorf("found %d threats: the document's tables are not read", len(threats))
	}
	for _, fault := range untested(threats) {
		t.Error(fault)
	}
}

func TestAThreatCanLackATest(t *testing.T) {
	t.Parallel()
	const tables = "| threat | answer | shown by |\n|---|---|---|\n| a | b | `TestWhoMay` |\n| c | d | by thought |\n| " +
		"e | | `TestWhoMay` |\n\n| entrance | users |\n|---|---|\n| f | g |\n"
	if found := untested(threatsOf(tables)); len(found) != 2 {
		t.Errorf("found %q, want the threats c and e", found)
	}
}

// threatsOf returns the rows of the tables with a column "shown by".
func threatsOf(text string) (rows [][]string) {
	isThreat := false
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		switch {
		case !strings.HasPrefix(line, "|"):
			isThreat = false
		case strings.Contains(line, "shown by"):
			isThreat = true
		case isThreat && !strings.HasPrefix(line, "|---"):
			rows = append(rows, cells)
		}
	}
	return rows
}

// untested returns a sentence for each row without an answer or a test.
func untested(rows [][]string) (faults []string) {
	for _, cells := range rows {
		if len(cells) != 3 || strings.TrimSpace(cells[1]) == "" || !shownBy.MatchString(cells[2]) {
			faults = append(faults, "this threat has no answer or no test: "+strings.Join(cells, " | "))
		}
	}
	return faults
}
