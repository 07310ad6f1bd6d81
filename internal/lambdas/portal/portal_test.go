package portal

import (
	"context"
	"encoding/json"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/wanttest"
)

// ask sends a request to a portal with the page.
func ask(t *testing.T, page fs.FS, path string, headers map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	return askBy(t, http.MethodGet, page, path, headers)
}

func askBy(t *testing.T, method string, page fs.FS, path string,
	headers map[string]string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	event := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: headers}
	event.RequestContext.HTTP.Method = method
	event.RequestContext.RequestID = "req-1"
	env := awsenv.Env{
		OIDCIssuer: "https://issuer.example/pool", OIDCSignIn: "https://signin.example", OIDCAudience: "the-page",
		BucketName: "files",
		AWS:        aws.Config{Region: "eu-west-1"}, Now: time.Now, Logger: slog.New(slog.NewJSONHandler(io.Discard, nil)),
	}
	answer, err := New(env, page)(context.Background(), event)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func get(t *testing.T, path string) events.APIGatewayV2HTTPResponse {
	t.Helper()
	return ask(t, fstest.MapFS{}, path, nil)
}

var (
	outside = regexp.MustCompile(`(?i)<script|\son[a-z]+=|style=|javascript:|(?:src|href)="(?:https?:)?//`)
	link    = regexp.MustCompile(`href="#([^"]+)"`)
	anchor  = regexp.MustCompile(`id="([^"]+)"`)
)

// The documentation obeys its own policy: no script, no inline style, nothing from
// other sites. Every link within it leads somewhere.
func TestDocs(t *testing.T) {
	answer := get(t, "/docs")
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Headers["Content-Type"], "text/html") {
		t.Fatalf("%d %v", answer.StatusCode, answer.Headers)
	}
	if policy := answer.Headers["Content-Security-Policy"]; !strings.Contains(policy, "default-src 'none'") ||
		strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	if found := outside.FindString(answer.Body); found != "" {
		t.Errorf("has %q, which its policy forbids", found)
	}
	anchors := map[string]bool{}
	for _, m := range anchor.FindAllStringSubmatch(answer.Body, -1) {
		if anchors[m[1]] {
			t.Errorf("id %s is used twice", m[1])
		}
		anchors[m[1]] = true
	}
	for _, m := range link.FindAllStringSubmatch(answer.Body, -1) {
		if !anchors[m[1]] {
			t.Errorf("link to #%s leads nowhere", m[1])
		}
	}
}

func TestDocsShowEveryOperationAndCode(t *testing.T) {
	body := get(t, "/docs").Body
	for path := range openapi.Document().Paths {
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
	wanttest.Equal(t, "Content-Type", answer.Headers["Content-Type"], "application/json")
	wanttest.Equal(t, "Cache-Control", answer.Headers["Cache-Control"], "public, max-age=300")
	if !strings.HasPrefix(document.OpenAPI, "3.1") || len(document.Paths) == 0 {
		t.Errorf("OpenAPI %q with %d paths", document.OpenAPI, len(document.Paths))
	}
}

// The served document is compact, and equals the one that the code makes.
func TestOpenAPIIsTheCodes(t *testing.T) {
	want, err := json.Marshal(openapi.Document())
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, "/openapi.json").Body; got != string(want) {
		t.Errorf("/openapi.json is not what the code says; run: go run ./infra/openapi")
	}
}

func TestEverythingElseIsNotFound(t *testing.T) {
	for _, path := range []string{"/nothing", "/v1/nothing", "/docs/x"} {
		answer := get(t, path)
		wanttest.Equal(t, path+": status", answer.StatusCode, 404)
		wanttest.Equal(t, path+": Content-Type", answer.Headers["Content-Type"], "application/problem+json")
		wanttest.Contains(t, path+": body", answer.Body, `"code":"not_found"`)
	}
}

// The page's methods are not named for a path of the API.
func TestUnknownMethodsOfTheAPIAreNotFound(t *testing.T) {
	for _, method := range []string{"OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"} {
		answer := askBy(t, method, fstest.MapFS{}, "/v1/packages", nil)
		wanttest.Equal(t, method+": status", answer.StatusCode, 404)
		wanttest.Equal(t, method+": Allow", answer.Headers["Allow"], "")
	}
}
