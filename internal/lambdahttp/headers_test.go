package lambdahttp

import (
	"net/http"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/internal/httpapi"
)

// All answers have the same protecting headers, from every source and of every
// kind.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	const cacheable = "public, max-age=300"
	handlers := map[string]http.HandlerFunc{
		"nothing":  func(http.ResponseWriter, *http.Request) {},
		"problem":  func(w http.ResponseWriter, r *http.Request) { httpapi.WriteProblem(r.Context(), w, 404, "") },
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"no body":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"panic":    func(http.ResponseWriter, *http.Request) { panic("told to") },
		"page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Cache-Control", cacheable)
			w.Write([]byte("<p>"))
		},
	}
	for name, handler := range handlers {
		for path, cached := range map[string]string{"/v1/me": "no-store", "/v1": "no-store", "/v10": "", "/": ""} {
			if name == "page" && cached == "" {
				cached = cacheable
			}
			answer, _ := call(t, events.APIGatewayV2HTTPRequest{RawPath: path}, handler)
			want := map[string]string{"Cache-Control": cached, "X-Content-Type-Options": "nosniff",
				"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
			got := map[string]string{}
			for header := range want {
				got[header] = answer.Headers[header]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s at %s:\n%s", name, path, diff)
			}
		}
	}
	undecodable, _ := call(t, events.APIGatewayV2HTTPRequest{RawPath: "/v1/me", Body: "%", IsBase64Encoded: true},
		handlers["nothing"])
	if got := undecodable.Headers["Cache-Control"]; got != "no-store" {
		t.Errorf("a malformed event: Cache-Control %q, want no-store", got)
	}
}
