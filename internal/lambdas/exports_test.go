package lambdas_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi/books"
	"didpurchase/internal/wanttest"
)

// TestLargeReportIsAFile: a report that an answer can't hold is an object of the
// bucket, and the answer redirects to it. A client that accepts gzip gets the
// report itself.
func TestLargeReportIsAFile(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	objects := map[string]string{}
	bucket := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if r.Method == http.MethodPut {
			body, _ := io.ReadAll(r.Body)
			objects[r.URL.Path] = string(body)
			return
		}
		_, _ = io.WriteString(answer, objects[r.URL.Path])
	}))
	t.Cleanup(bucket.Close)
	w := newCarriersAround(t, func(_ string, env awsenv.Env) awsenv.Env {
		env.S3Endpoint = bucket.URL
		return env
	})
	const rows = 6500 // each has its unreadable number in the report
	unreadable := strings.Repeat("x", 600)
	var job books.EditJob
	w.as("alice", "POST", "/v1/dids/edits/file", "number,label\n"+strings.Repeat(unreadable+",a\n", rows),
		"content-type", "text/csv").read(t, &job)
	wanttest.Equal(t, "rejected", job.Rejected, rows)

	got := w.as("alice", "GET", job.ReportURL, "")
	wanttest.Equal(t, "status: "+got.Body, got.Status, 303)
	wanttest.Equal(t, "body", got.Body, "")
	location := got.Headers["Location"]
	wanttest.True(t, location+" is the customer's folder",
		strings.HasPrefix(location, bucket.URL+"/files/exports/acme/alice/"))
	wanttest.True(t, location+" is valid for 5 minutes", strings.Contains(location, "X-Amz-Expires=300&"))
	wanttest.True(t, location+" has the name", strings.Contains(location, "edit-"+job.ID+".csv"))
	answer, err := http.Get(location)
	w.must(err)
	defer answer.Body.Close()
	report, err := io.ReadAll(answer.Body)
	w.must(err)
	wanttest.Equal(t, "lines of the file", strings.Count(string(report), "\n"), rows+1)

	packed := w.as("alice", "GET", job.ReportURL, "", "accept-encoding", "gzip")
	wanttest.Equal(t, "packed: status", packed.Status, 200)
	bucket.Close()
	wanttest.Equal(t, "without the bucket", w.as("alice", "GET", job.ReportURL, "").Status, 503)
}
