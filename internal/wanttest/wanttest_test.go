package wanttest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/wanttest"
)

// record is a test that notes its failures.
type record struct{ said []string }

func (r *record) Helper() {}

func (r *record) Errorf(format string, args ...any) {
	r.said = append(r.said, fmt.Sprintf(format, args...))
}

func TestChecksNameTheExpectation(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	var r record
	wanttest.Equal(&r, "seq", 5, 5)
	wanttest.Diff(&r, "at", noon, noon.In(time.FixedZone("x", 3600)))
	wanttest.True(&r, "two < three", true)
	wanttest.Contains(&r, "error", "row 3: no package", "row 3")
	if len(r.said) != 0 {
		t.Errorf("said %q about values as wanted", r.said)
	}
	wanttest.Equal(&r, "seq", 5, 6)
	wanttest.True(&r, "two > three", false)
	wanttest.Contains(&r, "error", "row 3", "row 4")
	want := []string{"seq is 5, want 6", "does not hold: two > three", `error is "row 3", want it to contain "row 4"`}
	if diff := cmp.Diff(want, r.said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
	wanttest.Diff(&r, "list", []int{1}, []int{2})
	if len(r.said) != 4 {
		t.Errorf("a difference is not named: %q", r.said)
	}
}
