package portal

import (
	"crypto/sha256"
	"encoding/base64"
	"io/fs"
	"net/http"
	"path"
	"strings"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/lambdahttp"
)

// index is the one HTML file of the page; its script shows the content for the
// path.
const index = "index.html"

// shell serves the page at every path that a browser navigates to. Programs, which
// don't accept HTML by name, get a 404 that they can read, and so do all requests
// below /v1.
func shell(page fs.FS, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Vary", "Accept, Accept-Encoding")
		if path := r.URL.Path; path != "/" && (strings.HasPrefix(path, "/v1/") ||
			!strings.Contains(r.Header.Get("Accept"), "text/html")) {
			httpapi.WriteProblem(r.Context(), w, http.StatusNotFound, "")
			return
		}
		body, err := fs.ReadFile(page, index)
		if err != nil {
			httpapi.WriteProblem(r.Context(), w, http.StatusServiceUnavailable,
				"the web page was not built into this function: run npm ci and npm run build in functions/portal, then build the "+
					"function again")
			return
		}
		secure(h, policy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Cache-Control", "no-cache")
		h.Set("Etag", etag(body))
		if r.Header.Get("If-None-Match") == etag(body) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		serve(w, r, page, index)
	})
}

func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
}

// contentTypes of the files that the build makes. (The types that package mime
// knows depend on the system.)
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".woff2": "font/woff2",
}

// assets serves the files that the page loads. Their names contain a hash of
// their content, so they may be cached for ever.
func assets(page fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Join("assets", r.PathValue("file"))
		if _, err := fs.Stat(page, name); err != nil || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") {
			httpapi.WriteProblem(r.Context(), w, http.StatusNotFound, "")
			return
		}
		h := w.Header()
		h.Set("Content-Type", contentTypes[path.Ext(name)])
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("Vary", "Accept-Encoding")
		h.Set("X-Content-Type-Options", "nosniff")
		serve(w, r, page, name)
	})
}

// encodings are the compressed forms of a file that the build adds, the
// smallest first.
var encodings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// serve writes a file, compressed if the client and the build allow it.
func serve(w http.ResponseWriter, r *http.Request, page fs.FS, name string) {
	for _, e := range encodings {
		if !lambdahttp.Accepts(r.Header.Get("Accept-Encoding"), e.name) {
			continue
		}
		if body, err := fs.ReadFile(page, name+e.suffix); err == nil {
			w.Header().Set("Content-Encoding", e.name)
			w.Write(body)
			return
		}
	}
	body, err := fs.ReadFile(page, name)
	if err != nil { // the caller has checked it
		panic(err)
	}
	w.Write(body)
}
