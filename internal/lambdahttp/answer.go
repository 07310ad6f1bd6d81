package lambdahttp

import (
	"bytes"
	"net/http"
)

// answer is the http.ResponseWriter for handlers. It follows net/http's rules,
// unlike the adapter's own writer: the first status wins, no status means 200,
// headers set after the status are too late, and a 204, a 304 and the answer to a
// HEAD have no body. It is complete before it is copied, so it can be discarded
// when the handler panics.
type answer struct {
	method string
	header http.Header
	sent   http.Header // header at the time when the status was written
	status int
	body   bytes.Buffer
}

func newAnswer(method string) *answer {
	return &answer{method: method, header: make(http.Header)}
}

// Header returns the map that the handler fills before it writes.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader accepts the first final status; a Lambda's answer can't have
// informational ones.
func (a *answer) WriteHeader(status int) {
	if a.status != 0 || status < 200 {
		return
	}
	a.status = status
	a.sent = a.header.Clone()
}

// Write adds to the body. Errors: http.ErrBodyNotAllowed, as in net/http.
func (a *answer) Write(p []byte) (int, error) {
	if a.status == 0 {
		if a.header.Get("Content-Type") == "" {
			a.header.Set("Content-Type", http.DetectContentType(p))
		}
		a.WriteHeader(http.StatusOK)
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		return 0, http.ErrBodyNotAllowed
	}
	if a.method == http.MethodHead {
		return len(p), nil
	}
	return a.body.Write(p)
}

// copyTo copies the finished answer to the adapter's writer.
func (a *answer) copyTo(w http.ResponseWriter) {
	for name, values := range a.sent {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	if a.body.Len() > 0 {
		w.Write(a.body.Bytes())
	}
}
