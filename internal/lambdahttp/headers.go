package lambdahttp

import "strings"

// apiPrefix is the start of the API's paths; the others are the portal's.
const apiPrefix = "/v1/"

// protect sets the headers for browsers and caches in every answer: of a handler, a
// problem, a redirect or a panic. An answer of the API is never cached, because it
// belongs to one caller; the portal sets the cache time of its files itself.
func protect(headers map[string]string, path string) {
	headers["X-Content-Type-Options"] = "nosniff"
	headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
	if isAPI(path) {
		headers["Cache-Control"] = "no-store"
	}
}

func isAPI(path string) bool { return strings.HasPrefix(path+"/", apiPrefix) }
