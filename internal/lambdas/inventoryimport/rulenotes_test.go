package inventoryimport

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/e164"
	"didpurchase/internal/intake"
)

// The plan of an import has a note for each price rule with the count of its numbers that
// the rule takes.
func TestAPlanCountsWhatRulesTake(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	const first = e164.Number(442079460000)
	dry := true
	w.addPackage("gold", "9")
	file := fmt.Sprintf("start,end,package\n%d,%d,standard\n%d,%d,gold\n", first, first+99, first+100, first+149)
	planned := func() []string {
		return w.uploaded(intake.Request{Filename: "a.csv", DryRun: &dry}, file).NeedsReview
	}
	if notes := planned(); len(notes) > 0 {
		t.Errorf("notes without rules: %q", notes)
	}
	w.rules("*7", "gold")
	if diff := cmp.Diff([]string{"price rule 1, *7, takes 15 of the file's numbers: gold"}, planned()); diff != "" {
		t.Errorf("notes (-want +got):\n%s", diff)
	}
}
