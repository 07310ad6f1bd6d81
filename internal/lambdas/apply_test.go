package lambdas_test

import (
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/intake"
)

// A plan is applied by those who may begin such a job, of whatever kind it is.
func TestPlansAreAppliedByWhoMayBeginThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	success := map[intake.Action]int{
		intake.Offer: 403, intake.Adopt: 403, intake.Withdraw: 403, intake.Reprice: 403, intake.Withhold: 202, intake.Return: 202,
	}
	for action, want := range success {
		path := "/v1/imports/" + string(action) + "/apply"
		planned := intake.Job{ID: string(action), Carrier: "acme", Ver: 1, Action: action, DryRun: true, Digest: "d", Status: intake.Completed, CreatedAt: start}
		w.must(w.store.Commit(t.Context(), commit.Batch{ID: "01JD", Changes: []commit.Change{intake.JobUpdate{To: planned}}}))
		for _, nobody := range []string{"acme-viewer", "acme-sales", "acme-billing", "alice"} {
			refused(t, nobody+" applies a plan to "+string(action), w.as(nobody, "POST", path, ""), 403, "forbidden")
		}
		if got := w.as("grace", "POST", path, ""); got.Status != 404 {
			t.Errorf("another carrier's admin applies a plan to %s: %d %s", action, got.Status, got.Body)
		}
		if got := w.as("acme-success", "POST", path, ""); got.Status != want {
			t.Errorf("customer success applies a plan to %s: %d %s, want %d", action, got.Status, got.Body, want)
		}
		if got := w.as("ada", "POST", path, ""); got.Status != 202 {
			t.Errorf("the admin applies a plan to %s: %d %s", action, got.Status, got.Body)
		}
	}
}
