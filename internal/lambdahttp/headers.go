package lambdahttp

import "strings"

// apiPrefix begins the paths of the API; the others are the portal's.
const apiPrefix = "/v1/"

// protect sets what browsers and caches must heed in every answer, whoever made
// it: a handler, a problem, a redirect, a panic. An answer of the API is never
// cached, for it is one caller's; the portal says itself how long its files
// last.
func protect(headers map[string]string, path string) {
	headers["X-Content-Type-Options"] = "nosniff"
	headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
	if isAPI(path) {
		headers["Cache-Control"] = "no-store"
	}
}

func isAPI(path string) bool { return strings.HasPrefix(path+"/", apiPrefix) }
