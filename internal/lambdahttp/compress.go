package lambdahttp

import (
	"bytes"
	"compress/gzip"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// leastToCompress is the size of the smallest body, in bytes, that is compressed.
// For smaller ones, gzip's header and the Base64 that API Gateway needs cost more
// than compression saves.
const leastToCompress = 1000

var gzipWriters = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// compress compresses the body with gzip if the client accepts it and the body gets
// smaller. The adapter hands such a body to API Gateway in Base64, because it is
// not UTF-8. Compression reveals nothing by its length (BREACH), because requests
// are authenticated by a header, which another site's page can't send. Only answers
// that caches may keep need Vary.
func (a *answer) compress(r *http.Request) {
	if a.status == 0 || a.sent.Get("Content-Encoding") != "" || !isText(a.sent.Get("Content-Type")) {
		return
	}
	if !isAPI(r.URL.Path) {
		addVary(a.sent, "Accept-Encoding")
	}
	if a.body.Len() < leastToCompress || !Accepts(r.Header.Get("Accept-Encoding"), "gzip") {
		return
	}
	var packed bytes.Buffer
	w := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(w)
	w.Reset(&packed)
	w.Write(a.body.Bytes()) // writing to a bytes.Buffer never fails
	w.Close()
	if packed.Len() < a.body.Len() {
		a.body = packed
		a.sent.Set("Content-Encoding", "gzip")
		a.sent.Del("Content-Length")
	}
}

// isText reports whether compression helps for bodies of the type: pictures, fonts
// and archives are compressed already.
func isText(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasPrefix(media, "text/") || strings.HasSuffix(media, "json") ||
		strings.HasSuffix(media, "xml"))
}

// addVary marks the answer, for caches, as dependent on the request's header of
// this name.
func addVary(headers http.Header, name string) {
	for _, listed := range headers.Values("Vary") {
		for field := range strings.SplitSeq(listed, ",") {
			if field = strings.TrimSpace(field); field == "*" || strings.EqualFold(field, name) {
				return
			}
		}
	}
	headers.Set("Vary", strings.Join(append(headers.Values("Vary"), name), ", "))
}

// Accepts reports whether an Accept-Encoding header (RFC 9110, 12.5.3) allows the
// coding: by its name, or else by "*". A weight that is not a number counts as a
// refusal.
func Accepts(header, coding string) bool {
	others := false
	for part := range strings.SplitSeq(header, ",") {
		name, parameters, _ := strings.Cut(part, ";")
		switch name = strings.TrimSpace(name); {
		case strings.EqualFold(name, coding):
			return hasWeight(parameters)
		case name == "*":
			others = hasWeight(parameters)
		}
	}
	return others
}

// hasWeight reports whether the parameters leave a weight above 0; without one
// it is 1.
func hasWeight(parameters string) bool {
	name, weight, found := strings.Cut(strings.TrimSpace(parameters), "=")
	if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
		return true
	}
	q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
	return err == nil && q > 0
}
