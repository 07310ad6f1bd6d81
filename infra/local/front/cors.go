package front

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"didpurchase/infra/local/template"
)

// cors answers preflights of any path without a function. For other requests it
// returns a writer that replaces the function's CORS headers by the configured
// ones.
func (f *Front) cors(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, bool) {
	c, origin := f.o.API.CORS, r.Header.Get("Origin")
	if c == nil || origin == "" {
		return w, false
	}
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		allowPreflight(w.Header(), c, origin)
		w.WriteHeader(http.StatusNoContent)
		return w, true
	}
	return &corsWriter{ResponseWriter: w, cors: c, origin: origin}, false
}

func allowPreflight(h http.Header, c *template.CORS, origin string) {
	allowed := allowedOrigin(c, origin)
	if allowed == "" {
		return
	}
	h.Set("Access-Control-Allow-Origin", allowed)
	h.Set("Access-Control-Allow-Methods", strings.Join(c.AllowMethods, ","))
	h.Set("Access-Control-Allow-Headers", strings.ToLower(strings.Join(c.AllowHeaders, ",")))
	h.Set("Access-Control-Max-Age", strconv.Itoa(int(c.MaxAge.Seconds())))
}

// allowedOrigin returns the value of the header for the browser, or "".
func allowedOrigin(c *template.CORS, origin string) string {
	switch {
	case slices.Contains(c.AllowOrigins, "*"):
		return "*"
	case slices.Contains(c.AllowOrigins, origin):
		return origin
	default:
		return ""
	}
}

// corsWriter replaces the function's CORS headers when the answer begins.
type corsWriter struct {
	http.ResponseWriter
	cors   *template.CORS
	origin string
}

func (w *corsWriter) WriteHeader(status int) {
	h := w.Header()
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			delete(h, name)
		}
	}
	if allowed := allowedOrigin(w.cors, w.origin); allowed != "" {
		h.Set("Access-Control-Allow-Origin", allowed)
		h.Set("Access-Control-Expose-Headers", strings.ToLower(strings.Join(w.cors.ExposeHeaders, ",")))
	}
	w.ResponseWriter.WriteHeader(status)
}
