package front

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
	"didpurchase/internal/wanttest"
)

// at is when every test begins.
var at = time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC)

// testFront is a front with functions of the test's own.
type testFront struct {
	front     *Front
	functions *host.InProcess
	url       string
	now       time.Time
}

// newTestFront serves the routes: "METHOD /path function", open to everyone.
func newTestFront(t *testing.T, api template.API, routes ...string) *testFront {
	t.Helper()
	w := &testFront{functions: host.NewInProcess(), now: at}
	for _, line := range routes {
		f := strings.Fields(line)
		api.Routes = append(api.Routes, template.Route{Method: f[0], Path: f[1], Function: f[2]})
	}
	w.front = New(Options{API: api, Functions: w.functions, Now: func() time.Time { return w.now }})
	server := httptest.NewServer(w.front)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

func (w *testFront) register(function string, handler any) {
	w.functions.Register(function, time.Minute, handler)
}

type answer struct {
	status int
	header http.Header
	body   string
}

func (w *testFront) send(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(text)}
}

// wantRefusal checks an answer of API Gateway itself.
func wantRefusal(t *testing.T, a answer, status int, message string) {
	t.Helper()
	want := `{"message":"` + message + `"}` + "\n"
	wanttest.Equal(t, "status", a.status, status)
	wanttest.Equal(t, "body", a.body, want)
	wanttest.Equal(t, "Content-Type", a.header.Get("Content-Type"), "application/json")
}

// recorder is a function that stores its event.
func recorder(into *events.APIGatewayV2HTTPRequest) any {
	return func(event events.APIGatewayV2HTTPRequest) (string, error) {
		*into = event
		return "seen", nil
	}
}

func TestEventIsPayloadFormat2(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "PUT /v1/dids/{did} dids")
	var got events.APIGatewayV2HTTPRequest
	w.register("dids", recorder(&got))
	w.send(t, "PUT", "/v1/dids/%2B44%2020?tag=a&tag=b%26c&q=%2B1", `{"label":"é"}`,
		"Content-Type", "application/json; charset=utf-8", "X-Tag", "one", "X-Tag", "two", "User-Agent", "test",
		"Cookie", "a=1; b=2", "Cookie", "c=3", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Proto", "https",
		"Connection", "keep-alive")

	domain := strings.TrimPrefix(w.url, "http://")
	prefix, port, _ := strings.Cut(domain, ":")
	want := events.APIGatewayV2HTTPRequest{
		Version:        "2.0",
		RouteKey:       "PUT /v1/dids/{did}",
		RawPath:        "/v1/dids/+44 20",
		RawQueryString: "tag=a&tag=b%26c&q=%2B1",
		Cookies:        []string{"a=1", "b=2", "c=3"},
		Headers: map[string]string{
			"accept-encoding": "gzip", "content-length": "14", "content-type": "application/json; charset=utf-8", "host": domain,
			"user-agent": "test", "x-tag": "one,two",
			"x-forwarded-for": "203.0.113.9, 127.0.0.1", "x-forwarded-port": port, "x-forwarded-proto": "http",
		},
		QueryStringParameters: map[string]string{"tag": "a,b&c", "q": "+1"},
		PathParameters:        map[string]string{"did": "+44 20"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "PUT /v1/dids/{did}", AccountID: "123456789012", Stage: "$default",
			RequestID: got.RequestContext.RequestID,
			APIID:     "local", DomainName: domain, DomainPrefix: strings.Split(prefix, ".")[0],
			Time: "28/Feb/2026:12:00:00 +0000", TimeEpoch: at.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "PUT", Path: "/v1/dids/+44 20", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test",
			},
		},
		Body: `{"label":"é"}`,
	}
	if d := cmp.Diff(want, got); d != "" || got.RequestContext.RequestID == "" {
		t.Error(d)
	}
}

func TestBodiesThatAreNotTextComeInBase64(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "POST / upload")
	var got events.APIGatewayV2HTTPRequest
	w.register("upload", recorder(&got))
	for _, c := range []struct {
		kind, body, want string
		base64           bool
	}{
		{"text/csv", "a,b", "a,b", false},
		{"application/octet-stream", "a,b", "YSxi", true},
		{"application/json", "\xff", "/w==", true},
		{"", "a", "YQ==", true},
		{"", "", "", false},
	} {
		w.send(t, "POST", "/", c.body, "Content-Type", c.kind)
		if got.Body != c.want || got.IsBase64Encoded != c.base64 {
			t.Errorf("%q %q: got %q, base64 %v", c.kind, c.body, got.Body, got.IsBase64Encoded)
		}
	}
}

func TestTheMostSpecificRouteAnswers(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "ANY $default f", "GET /{proxy+} f", "GET / f", "GET /v1/{a} f", "ANY /v1/me f",
		"GET /v1/me f",
		"GET /v1/{a}/report f", "GET /v1/imports/{proxy+} f", "DELETE /v1/cart/items/{did} f")
	w.register("f", func(e events.APIGatewayV2HTTPRequest) (string, error) {
		params, err := json.Marshal(e.PathParameters)
		return e.RouteKey + " " + string(params), err
	})
	for request, want := range map[string]string{
		"GET /":                      `GET / null`,
		"POST /":                     `$default null`,
		"GET /v1/me":                 `GET /v1/me null`,
		"POST /v1/me":                `ANY /v1/me null`,
		"GET /v1/you":                `GET /v1/{a} {"a":"you"}`,
		"GET /v1/you/":               `GET /{proxy+} {"proxy":"v1/you/"}`,
		"GET /v1/":                   `GET /{proxy+} {"proxy":"v1/"}`,
		"GET /v1/imports/report":     `GET /v1/{a}/report {"a":"imports"}`,
		"GET /v1/imports/a/b":        `GET /v1/imports/{proxy+} {"proxy":"a/b"}`,
		"GET /assets/a.js":           `GET /{proxy+} {"proxy":"assets/a.js"}`,
		"HEAD /v1/cart":              ``,
		"PATCH /v1/cart":             `$default null`,
		"DELETE /v1/cart/items/%2B1": `DELETE /v1/cart/items/{did} {"did":"+1"}`,
		"DELETE /v1/cart/items/":     `$default null`,
	} {
		method, path, _ := strings.Cut(request, " ")
		if a := w.send(t, method, path, ""); a.status != 200 || a.body != want {
			t.Errorf("%s: got %d %s, want %s", request, a.status, a.body, want)
		}
	}
}

func TestWithoutAFallbackThePathIsNotFound(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "GET /a f")
	wantRefusal(t, w.send(t, "GET", "/b", ""), 404, "Not Found")
}

func TestAnswers(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "GET / f")
	for name, c := range map[string]struct {
		function, body, kind string
		status               int
	}{
		"structured": {`{"statusCode":201,"headers":{"Content-Type":"application/problem+json","content-length":"99"},` +
			`"body":"{}"}`, "{}", "application/problem+json", 201},
		"base64": {`{"statusCode":200,"body":"/w==","isBase64Encoded":true}`, "\xff", "text/plain; charset=utf-8",
			200},
		"no content":      {`{"statusCode":204}`, "", "", 204},
		"inferred object": {`{"a":1}`, `{"a":1}`, "application/json", 200},
		"inferred string": {`"hello"`, `hello`, "application/json", 200},
		"inferred null":   {`null`, `null`, "application/json", 200},
		"no status":       {`{"statusCode":0}`, "", "", 500},
		"odd status":      {`{"statusCode":100}`, "", "", 500},
		"text status":     {`{"statusCode":"ok"}`, "", "", 500},
		"broken base64":   {`{"statusCode":200,"body":"%","isBase64Encoded":true}`, "", "", 500},
	} {
		t.Run(name, func(t *testing.T) {
			w.register("f", func() (json.RawMessage, error) { return json.RawMessage(c.function), nil })
			a := w.send(t, "GET", "/", "")
			if c.status == 500 {
				wantRefusal(t, a, 500, "Internal Server Error")
				return
			}
			wanttest.Equal(t, "status", a.status, c.status)
			wanttest.Equal(t, "body", a.body, c.body)
			wanttest.Equal(t, "Content-Type", a.header.Get("Content-Type"), c.kind)
		})
	}
}

func TestCookiesBecomeHeaders(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "GET / f")
	w.register("f", func() (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: 200, Cookies: []string{"a=1", "b=2"},
			Headers: map[string]string{"vary": "a,b"}}, nil
	})
	a := w.send(t, "GET", "/", "")
	if d := cmp.Diff([]string{"a=1", "b=2"}, a.header.Values("Set-Cookie")); d != "" || a.header.Get("Vary") != "a,b" {
		t.Error(d, a.header)
	}
}

func TestFailuresOfAFunction(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "GET /fail f", "GET /panic p", "GET /slow s", "GET /missing m")
	var failed []string
	w.front.o.Failed = func(function string, err error) { failed = append(failed, function) }
	w.register("f", func() error { return errors.New("no") })
	w.register("p", func() error { panic("no") })
	w.register("s", func(ctx context.Context) error { <-ctx.Done(); return nil })
	wantRefusal(t, w.send(t, "GET", "/fail", ""), 500, "Internal Server Error")
	wantRefusal(t, w.send(t, "GET", "/panic", ""), 500, "Internal Server Error")
	wantRefusal(t, w.send(t, "GET", "/missing", ""), 500, "Internal Server Error")
	w.front.timeout = time.Millisecond
	wantRefusal(t, w.send(t, "GET", "/slow", ""), 503, "Service Unavailable")
	if d := cmp.Diff([]string{"f", "p", "m", "s"}, failed); d != "" {
		t.Error(d)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "POST / f", "POST /head f")
	w.register("f", func(e events.APIGatewayV2HTTPRequest) (int, error) { return len(e.Body), nil })
	const text = "Content-Type"
	if a := w.send(t, "POST", "/", strings.Repeat("x", 5<<20), text, "text/plain"); a.body != "5242880" {
		t.Errorf("5 MiB: got %d %s", a.status, a.body)
	}
	wantRefusal(t, w.send(t, "POST", "/", strings.Repeat("x", 6<<20), text, "text/plain"), 413, "Request Entity Too Large")
	wantRefusal(t, w.send(t, "POST", "/", strings.Repeat("x", maxBody+1)), 413, "Request Entity Too Large")
	wantRefusal(t, w.send(t, "POST", "/head", "", "X-Long", strings.Repeat("x", maxHead)), 431,
		"Request Header Fields Too Large")
	wantRefusal(t, w.send(t, "POST", "/head?q="+strings.Repeat("x", maxHead), ""), 431, "Request Header Fields Too Large")
	if a := w.send(t, "POST", "/head", "", "X-Long", strings.Repeat("x", maxHead-300)); a.status != 200 {
		t.Errorf("almost too long: got %d", a.status)
	}
}

func TestLocalPathsAreNotTheAPIs(t *testing.T) {
	t.Parallel()
	w := newTestFront(t, template.API{}, "ANY $default f")
	w.register("f", func() (string, error) { return "api", nil })
	w.front.o.Local = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "local") })
	if a := w.send(t, "POST", "/local/token", ""); a.body != "local" {
		t.Errorf("got %q", a.body)
	}
	if a := w.send(t, "POST", "/locale", ""); a.body != "api" {
		t.Errorf("got %q", a.body)
	}
}
