package s3presign

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"didpurchase/internal/commit"
	"didpurchase/internal/wanttest"
)

// TestWrite puts an object with its type and size, by a signed URL.
func TestWrite(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
	}))
	t.Cleanup(server.Close)
	if err := New(config, server.URL, "files", now).Write(t.Context(), "exports/a b.csv", "text/csv",
		[]byte("a,b\n")); err != nil {
		t.Fatal(err)
	}
	wanttest.Equal(t, "request", got.Method+" "+got.URL.EscapedPath(), "PUT /files/exports/a%20b.csv")
	wanttest.Equal(t, "type", got.Header.Get("Content-Type"), "text/csv")
	wanttest.Equal(t, "body", string(body), "a,b\n")
	wanttest.Equal(t, "signed headers", got.URL.Query().Get("X-Amz-SignedHeaders"), "content-length;host")
	wanttest.Equal(t, "valid for", got.URL.Query().Get("X-Amz-Expires"), "60")
}

// TestWriteFails: a refused request and a server that is not there can be tried
// again.
func TestWriteFails(t *testing.T) {
	t.Parallel()
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	t.Cleanup(busy.Close)
	gone := httptest.NewServer(nil)
	gone.Close()
	for name, endpoint := range map[string]string{"busy": busy.URL, "gone": gone.URL} {
		err := New(config, endpoint, "files", now).Write(t.Context(), "a.csv", "text/csv", nil)
		wanttest.True(t, name+" is unavailable", errors.Is(err, commit.ErrUnavailable))
	}
}
