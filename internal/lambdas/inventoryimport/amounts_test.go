package inventoryimport

import (
	"fmt"
	"strings"
	"testing"

	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
)

// TestNoAmountMakesAPackage imports prices that some readers of decimals accept as
// numbers: each row is rejected, and no package is made.
func TestNoAmountMakesAPackage(t *testing.T) {
	t.Parallel()
	w := newImporter(t)
	w.profile("priced", `{"country_code": "44", "make_packages": true, "columns": {}}`)
	known, err := w.store.Packages(t.Context(), "acme")
	w.must(err)
	noAmounts := []string{"NaN", "sNaN1", "Infinity", "-inf", "1e3", "+5", "-5", "0x10", "1_000", "1000000000000000"}
	var file strings.Builder
	file.WriteString("DID;NRC;Monthly\n")
	for i, text := range noAmounts {
		fmt.Fprintf(&file, "+4420712300%02d;%s;1.00\n+4420712301%02d;1.00;%s\n", i, text, i, text)
	}
	rows := uint64(2 * len(noAmounts))
	job := w.drop("priced/a.csv", file.String())
	w.wantCounts(job, intake.Completed, plan.Counts{Read: rows, Rejected: rows})
	for i, verdict := range w.verdicts(job) {
		if want := fmt.Sprintf("%d rejected bad_price", i+2); verdict != want {
			t.Errorf("%q: %s, want %s", noAmounts[i/2], verdict, want)
		}
	}
	after, err := w.store.Packages(t.Context(), "acme")
	w.must(err)
	if len(after) != len(known) {
		t.Errorf("there are %d packages, want the %d from before", len(after), len(known))
	}
}
