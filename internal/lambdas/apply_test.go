package lambdas_test

import (
	"fmt"
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/intake"
	"didpurchase/internal/intake/plan"
	"didpurchase/internal/wanttest"
)

// A replacement is planned first, unless the request disables it; rentals come
// by a file, too.
func TestRequestsForImports(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for body, want := range map[string]string{
		`{"filename":"a.csv","size":9}`:                                          "offer add false",
		`{"filename":"a.csv","size":9,"dry_run":true}`:                           "offer add true",
		`{"filename":"a.csv","size":9,"strategy":"replace"}`:                     "offer replace true",
		`{"filename":"a.csv","size":9,"strategy":"replace","dry_run":false}`:     "offer replace false",
		`{"filename":"a.csv","size":9,"action":"adopt","mode":"all_or_nothing"}`: "adopt add false",
		`{"filename":"a.csv","size":9,"action":"adopt","dry_run":true}`:          "adopt add true",
	} {
		var got staff.Announced
		w.as("ada", "POST", "/v1/imports", body).read(t, &got)
		if said := fmt.Sprintf("%s %s %t", got.Action, got.Strategy, got.DryRun); said != want || got.Upload.Method != "PUT" {
			t.Errorf("%s makes %s, upload by %q", body, said, got.Upload.Method)
		}
	}
	refused(t, "rentals that replace", w.as("ada", "POST", "/v1/imports",
		`{"filename":"a.csv","size":9,"action":"adopt","strategy":"replace"}`), 422, "invalid_request", `"/strategy"`)
	refused(t, "an empty file", w.as("ada", "POST", "/v1/imports", `{"filename":"a.csv","size":0}`), 422,
		"invalid_request", `"/size"`)
	for _, path := range []string{"/v1/imports", "/v1/ranges/withhold"} {
		status := w.as("ada", "POST", path, `{"filename":"a.csv"}`).Status
		wanttest.True(t, path+" takes a file without its size", status == 201 || status == 202)
	}
}

// A plan of any kind is applied only by roles that may begin such a job.
func TestPlansAreAppliedByWhoMayBeginThem(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	success := map[plan.Action]int{
		plan.Offer: 403, plan.Adopt: 403, plan.Withdraw: 403, plan.Reprice: 403, plan.Withhold: 202, plan.Return: 202,
	}
	for action, want := range success {
		path := "/v1/imports/" + string(action) + "/apply"
		planned := intake.Job{ID: string(action), Carrier: "acme", Ver: 1, Action: action, DryRun: true, Digest: "d",
			Status: intake.Completed, CreatedAt: start}
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
