package portal

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi"
)

func get(t *testing.T, path string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{RawPath: path}
	event.RequestContext.HTTP.Method = "GET"
	event.RequestContext.RequestID = "req-1"
	env := awsenv.Env{Now: time.Now, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil))}
	answer, err := New(env)(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

var (
	outside = regexp.MustCompile(`(?i)<script|\son[a-z]+=|style=|javascript:|(?:src|href)="(?:https?:)?//`)
	link    = regexp.MustCompile(`href="#([^"]+)"`)
	anchor  = regexp.MustCompile(`id="([^"]+)"`)
)

// The pages hold under their own policy: no script, no inline style, nothing
// from elsewhere; and every link within them leads somewhere.
func TestPages(t *testing.T) {
	for _, path := range []string{"/", "/docs"} {
		answer := get(t, path)
		if answer.StatusCode != 200 || !strings.HasPrefix(answer.Headers["Content-Type"], "text/html") {
			t.Fatalf("%s: %d %v", path, answer.StatusCode, answer.Headers)
		}
		if policy := answer.Headers["Content-Security-Policy"]; !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if found := outside.FindString(answer.Body); found != "" {
			t.Errorf("%s has %q, which its policy forbids", path, found)
		}
		anchors := map[string]bool{}
		for _, m := range anchor.FindAllStringSubmatch(answer.Body, -1) {
			if anchors[m[1]] {
				t.Errorf("%s: id %s stands twice", path, m[1])
			}
			anchors[m[1]] = true
		}
		for _, m := range link.FindAllStringSubmatch(answer.Body, -1) {
			if !anchors[m[1]] {
				t.Errorf("%s: link to #%s leads nowhere", path, m[1])
			}
		}
	}
}

func TestDocsShowEveryOperationAndCode(t *testing.T) {
	body := get(t, "/docs").Body
	for path := range httpapi.OpenAPI().Paths {
		if !strings.Contains(body, "<code>"+path+"</code>") {
			t.Errorf("/docs lacks %s", path)
		}
	}
	for _, code := range httpapi.Codes() {
		if !strings.Contains(body, `id="`+code.Code+`"`) {
			t.Errorf("/docs lacks the code %s", code.Code)
		}
	}
}

func TestOpenAPI(t *testing.T) {
	answer := get(t, "/openapi.json")
	var document struct {
		OpenAPI string
		Paths   map[string]any
	}
	if err := json.Unmarshal([]byte(answer.Body), &document); err != nil || answer.StatusCode != 200 {
		t.Fatalf("%d, %v", answer.StatusCode, err)
	}
	if !strings.HasPrefix(document.OpenAPI, "3.1") || len(document.Paths) == 0 {
		t.Errorf("OpenAPI %q with %d paths", document.OpenAPI, len(document.Paths))
	}
}

func TestEverythingElseIsNotFound(t *testing.T) {
	for _, path := range []string{"/nothing", "/v1/nothing", "/docs/x"} {
		answer := get(t, path)
		if answer.StatusCode != 404 || answer.Headers["Content-Type"] != "application/problem+json" || !strings.Contains(answer.Body, `"code":"not_found"`) {
			t.Errorf("%s: %d %s", path, answer.StatusCode, answer.Body)
		}
	}
}
