package lambdas_test

import (
	"strings"
	"testing"

	"didpurchase/internal/e164"
	"didpurchase/internal/edits"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/renewal"
	"didpurchase/internal/shop"
	"didpurchase/internal/wanttest"
)

// job sends a request that answers with a job of many edits, and works it off.
func (w *carriers) job(who, path, body string, headers ...string) (job books.EditJob) {
	w.t.Helper()
	got := w.as(who, "POST", path, body, headers...)
	if got.Status != 202 {
		w.t.Fatalf("POST %s: %d %s", path, got.Status, got.Body)
	}
	got.read(w.t, &job)
	service := edits.New(w.store, shop.New(w.store, w.env.Now), w.env.Now)
	w.must(renewal.NewWorker(nil, nil, w.store, w.env.Now).WithEdits(service).Work(w.t.Context(),
		renewal.Message{Carrier: "acme", Customer: "alice", Edits: []string{job.ID}}))
	w.as(who, "GET", job.URL, "").read(w.t, &job)
	return job
}

// TestEditsOfMany edits by filter, by list and by file, as the customer and as
// staff; the change is in the next list, and the undo restores it.
func TestEditsOfMany(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	const n e164.Number = 442071230000
	w.offer("acme", n, n+9)
	w.buy("k", "15.00", n, n+1, n+2, n+3, n+4)
	w.rental("PATCH", n+1, "", `{"label":"Front desk","tags":["vip"]}`)

	dry := w.job("alice", "/v1/dids/edits", `{"select":{"tag":"vip"},"set":{"label":null},"add_tags":["new"],"dry_run":true}`)
	wanttest.Equal(t, "would change", dry.Changed, 1)
	wanttest.True(t, "the dry run can be applied", dry.CanApply)
	wanttest.Equal(t, "label after a dry run", *w.list("alice", "/v1/dids?tag=vip").Data[0].Label, "Front desk")
	applied := w.job("alice", dry.URL+"/apply", "")
	wanttest.Equal(t, "applied: status", applied.Status, "completed")
	wanttest.Equal(t, "by", *applied.By.ID, "alice")
	wanttest.Equal(t, "own edit in the next list", dids(w.list("alice", "/v1/dids?tag=new")), "1")
	report := w.as("alice", "GET", applied.ReportURL, "")
	wanttest.True(t, "report: "+report.Body, strings.Contains(report.Body,
		",'+442071230001,changed,,,,,,,Front desk,,vip,\"vip, new\""))
	undone := w.job("alice", applied.URL+"/undo", "")
	wanttest.Equal(t, "undone", undone.Changed, 1)
	wanttest.Equal(t, "after the undo", *w.list("alice", "/v1/dids?tag=vip").Data[0].Label, "Front desk")

	listed := w.job("acme-success", "/v1/customers/alice/dids/edits",
		`{"select":{"dids":["+442071230000","+442071230007"]},"cancel":true}`)
	wanttest.Equal(t, "staff cancelled", listed.Changed, 1)
	wanttest.Equal(t, "and were refused", listed.Rejected, 1)
	wanttest.Equal(t, "cancelled", dids(w.list("alice", "/v1/dids?state=pending_release")), "0")
	restored := w.job("alice", "/v1/dids/edits", `{"select":{"state":"pending_release"},"restore":true}`)
	wanttest.Equal(t, "restored", restored.Changed, 1)

	file := "number;destination;label;tags\n+44 20 7123 0002;sip:a@example.com;Two;a, b\n020 7123 " +
		"0003;;;x\n+442071230001;;-;\n+442071230001;;x;\n"
	// The key is an order's, too: each kind of request has keys of its own.
	byFile := w.job("alice", "/v1/dids/edits/file", file, "content-type", "text/csv", "idempotency-key", "k")
	wanttest.Equal(t, "by file: changed", byFile.Changed, 2)
	wanttest.Equal(t, "by file: rejected", byFile.Rejected, 2)
	wanttest.Equal(t, "destination by file", dids(w.list("alice", "/v1/dids?destination=sip:a@example.com&tag=b")), "2")
	report = w.as("alice", "GET", byFile.ReportURL, "")
	for _, row := range []string{"3,'020 7123 0003,rejected,needs_country,",
		"5,'+442071230001,rejected,duplicate,duplicates line 4"} {
		wanttest.True(t, row+" is in "+report.Body, strings.Contains(report.Body, row))
	}
	again := w.as("alice", "POST", "/v1/dids/edits/file", file, "content-type", "text/csv", "idempotency-key", "k")
	wanttest.True(t, "the same key", strings.Contains(again.Body, byFile.ID))

	for body, want := range map[string]int{
		`{"select":{"all":true}}`: 422, `{"select":{},"cancel":true}`: 422,
		`{"select":{"all":true,"tag":"x"},"cancel":true}`: 422, `{"select":{"all":true},"cancel":true,"restore":true}`: 422,
		`{"select":{"all":true},"reclaim":true}`: 422, `{"select":{"all":true},"cancel":true,"add_tags":["x"]}`: 422,
		`{"select":{"tag":"nobody has it"},"cancel":true}`: 422,
	} {
		got := w.as("alice", "POST", "/v1/dids/edits", body)
		wanttest.Equal(t, body+": "+got.Body+": status", got.Status, want)
	}
	var all struct{ Data []books.EditJob }
	w.as("acme-viewer", "GET", "/v1/customers/alice/dids/edits", "").read(t, &all)
	wanttest.Equal(t, "jobs", len(all.Data), 6)
}
