package lambdahttp

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/correlation"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/wanttest"
)

// call sends an event through Handle and returns its answer and the log.
func call(t *testing.T, event events.APIGatewayV2HTTPRequest,
	handler http.HandlerFunc) (events.APIGatewayV2HTTPResponse, string) {
	t.Helper()
	var log bytes.Buffer
	if event.RequestContext.HTTP.Method == "" {
		event.RequestContext.HTTP.Method = http.MethodGet
	}
	event.RequestContext.RequestID = "req-1"
	answer, err := Handle(handler, slog.New(slog.NewJSONHandler(&log, nil)))(context.Background(), event)
	if err != nil {
		t.Fatalf("Handle returned an error: %v", err)
	}
	return answer, log.String()
}

func problemOf(t *testing.T, answer events.APIGatewayV2HTTPResponse) (p struct {
	Status    int
	Code      string
	RequestID string `json:"request_id"`
}) {
	t.Helper()
	if got := answer.Headers["Content-Type"]; got != "application/problem+json" {
		t.Errorf("Content-Type = %q, want application/problem+json", got)
	}
	if err := json.Unmarshal([]byte(answer.Body), &p); err != nil {
		t.Fatalf("body %q: %v", answer.Body, err)
	}
	return p
}

func TestHeadersKeepTheirCommas(t *testing.T) {
	headers := map[string]string{
		"idempotency-key": "order, of  alice,1",
		"x-forwarded-for": "10.0.0.1, 10.0.0.2",
		"date":            "Tue, 24 Nov 2026 14:00:00 GMT",
		"authorization":   "Bearer a,b",
		"accept":          "text/html, application/json;q=0.9",
	}
	call(t, events.APIGatewayV2HTTPRequest{RawPath: "/", Headers: headers}, func(w http.ResponseWriter, r *http.Request) {
		for name, want := range headers {
			if got := r.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s = %q, want one value %q", name, got, want)
			}
		}
	})
}

func TestSilentHandlerIs200(t *testing.T) {
	answer, _ := call(t, events.APIGatewayV2HTTPRequest{RawPath: "/"}, func(http.ResponseWriter, *http.Request) {})
	if answer.StatusCode != http.StatusOK || answer.Body != "" {
		t.Errorf("answer = %d %q, want an empty 200", answer.StatusCode, answer.Body)
	}
}

func TestFirstStatusWinsAndFreezesHeaders(t *testing.T) {
	answer, _ := call(t, events.APIGatewayV2HTTPRequest{RawPath: "/"}, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Early", "yes")
		w.WriteHeader(http.StatusConflict)
		w.Header().Set("Late", "yes")
		w.WriteHeader(http.StatusOK)
		io.WriteString(w, "taken")
	})
	if answer.StatusCode != http.StatusConflict || answer.Body != "taken" {
		t.Errorf("answer = %d %q, want 409 taken", answer.StatusCode, answer.Body)
	}
	if answer.Headers["Early"] != "yes" || answer.Headers["Late"] != "" {
		t.Errorf("headers = %v, want Early and no Late", answer.Headers)
	}
}

func TestNoBodyWhereHTTPHasNone(t *testing.T) {
	for _, c := range []struct {
		method string
		status int
	}{{http.MethodDelete, http.StatusNoContent}, {http.MethodGet, http.StatusNotModified},
		{http.MethodHead, http.StatusOK}} {
		event := events.APIGatewayV2HTTPRequest{RawPath: "/"}
		event.RequestContext.HTTP.Method = c.method
		answer, _ := call(t, event, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.status)
			io.WriteString(w, "body")
		})
		if answer.StatusCode != c.status || answer.Body != "" {
			t.Errorf("%s %d: answer = %d %q, want no body", c.method, c.status, answer.StatusCode, answer.Body)
		}
	}
}

func TestPanicIsAProblem(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/orders/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Half", "done")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, `{"half":`)
		panic("secret state")
	})
	answer, log := call(t, events.APIGatewayV2HTTPRequest{RawPath: "/v1/orders/01"}, mux.ServeHTTP)
	p := problemOf(t, answer)
	wanttest.Equal(t, "status of the answer", answer.StatusCode, http.StatusInternalServerError)
	wanttest.Equal(t, "status in the problem", p.Status, 500)
	wanttest.Equal(t, "code", p.Code, "internal_error")
	wanttest.Equal(t, "request id", p.RequestID, "req-1")
	if strings.Contains(answer.Body, "secret") || answer.Headers["X-Half"] != "" {
		t.Errorf("the answer contains an earlier part of the handler's answer: %v %s", answer.Headers, answer.Body)
	}
	for _, want := range []string{"secret state", "TestPanicIsAProblem", "req-1", "/v1/orders/{id}"} {
		if !strings.Contains(log, want) {
			t.Errorf("log lacks %q: %s", want, log)
		}
	}
}

func TestUndecodableEventIsABadRequest(t *testing.T) {
	for name, event := range map[string]events.APIGatewayV2HTTPRequest{
		"body is not base64": {RawPath: "/", Body: "!", IsBase64Encoded: true},
		"in the query":       {RawPath: "/a", RawQueryString: "q=442071234567\x7f"},
		"no such method": {RawPath: "/442071234567",
			RequestContext: events.APIGatewayV2HTTPRequestContext{HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "A B"}}},
	} {
		var log string
		var answer events.APIGatewayV2HTTPResponse
		printed := capture(t, func() {
			answer, log = call(t, event, func(http.ResponseWriter, *http.Request) { t.Errorf("%s reached the handler", name) })
		})
		wanttest.Equal(t, name+": output", printed, "")
		wanttest.True(t, name+": the log does not contain the number", !strings.Contains(log, "4420"))
		wanttest.Contains(t, name+": log", log, `"request_id":"req-1"`)
		p := problemOf(t, answer)
		wanttest.Equal(t, name+": status of the answer", answer.StatusCode, http.StatusBadRequest)
		wanttest.Equal(t, name+": code", p.Code, "invalid_request")
		wanttest.Equal(t, name+": request id", p.RequestID, "req-1")
	}
}

func TestBodiesCrossAsTheyAre(t *testing.T) {
	binary := []byte{0xff, 0x00, 0x1f, 0x8b}
	event := events.APIGatewayV2HTTPRequest{RawPath: "/", Body: base64.StdEncoding.EncodeToString(binary),
		IsBase64Encoded: true}
	event.RequestContext.HTTP.Method = http.MethodPost
	answer, _ := call(t, event, func(w http.ResponseWriter, r *http.Request) {
		got, err := io.ReadAll(r.Body)
		if err != nil || !bytes.Equal(got, binary) {
			t.Errorf("body = %x, %v, want %x", got, err, binary)
		}
		w.Write(binary)
	})
	got, err := base64.StdEncoding.DecodeString(answer.Body)
	wanttest.True(t, "the answer is marked as base64", answer.IsBase64Encoded)
	if err != nil {
		t.Fatal(err)
	}
	wanttest.Diff(t, "decoded body", got, binary)
}

func TestCookies(t *testing.T) {
	event := events.APIGatewayV2HTTPRequest{RawPath: "/", Cookies: []string{"a=1", "b=2"}}
	answer, _ := call(t, event, func(w http.ResponseWriter, r *http.Request) {
		for name, want := range map[string]string{"a": "1", "b": "2"} {
			if cookie, err := r.Cookie(name); err != nil || cookie.Value != want {
				t.Errorf("cookie %s = %v, %v", name, cookie, err)
			}
			http.SetCookie(w, &http.Cookie{Name: name, Value: "new"})
		}
	})
	if len(answer.Cookies) != 2 || answer.Headers["Set-Cookie"] != "" {
		t.Errorf("cookies = %q, headers = %v", answer.Cookies, answer.Headers)
	}
}

// API Gateway passes paths decoded or not, as its caller wrote them.
func TestPaths(t *testing.T) {
	for raw, want := range map[string]string{
		"/v1/dids/+442071234567":   "+442071234567",
		"/v1/dids/%2B442071234567": "+442071234567",
		"/v1/dids/+44 20 7123":     "+44 20 7123",
		"/v1/dids/%2B44%2020":      "+44 20",
		"/v1/dids/a?b#c":           "a?b#c",
		"/v1/dids/100%":            "100%",
		"/v1/dids/é":               "é",
		"/v1/dids/a\x00\x16\x7f":   "a\x00\x16\x7f",
	} {
		mux := http.NewServeMux()
		got := "not matched"
		mux.HandleFunc("GET /v1/dids/{did}", func(w http.ResponseWriter, r *http.Request) { got = r.PathValue("did") })
		call(t, events.APIGatewayV2HTTPRequest{RawPath: raw}, mux.ServeHTTP)
		if got != want {
			t.Errorf("%s: did = %q, want %q", raw, got, want)
		}
	}
}

func TestQueries(t *testing.T) {
	event := events.APIGatewayV2HTTPRequest{
		RawPath: "/", RawQueryString: "tag=a%2Cb&tag=c&q=%2B44+20",
		QueryStringParameters: map[string]string{"tag": "a,b,c", "q": "+44 20"},
	}
	call(t, event, func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		tags := query["tag"]
		if len(tags) != 2 {
			t.Fatalf("tags are %q, want two", tags)
		}
		wanttest.Equal(t, "first tag", tags[0], "a,b")
		wanttest.Equal(t, "second tag", tags[1], "c")
		if q := query.Get("q"); q != "+44 20" {
			t.Errorf("q = %q, want +44 20", q)
		}
	})
}

func TestRequestContextIsHandedOver(t *testing.T) {
	event := events.APIGatewayV2HTTPRequest{RawPath: "/", Headers: map[string]string{"host": "api.example.com"}}
	call(t, event, func(w http.ResponseWriter, r *http.Request) {
		if id := httpapi.RequestID(r.Context()); id != "req-1" {
			t.Errorf("request id = %q", id)
		}
		if r.Host != "api.example.com" {
			t.Errorf("host = %q", r.Host)
		}
	})
}

// capture returns the output to stdout and stderr during f, without the log.
func capture(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, stderr := os.Stdout, os.Stderr
	defer func() { os.Stdout, os.Stderr = stdout, stderr; log.SetOutput(stderr) }()
	os.Stdout, os.Stderr = w, w
	log.SetOutput(w)
	f()
	w.Close()
	printed, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(printed)
}

// The correlation id of a request comes back with every answer; if it can't be
// used, it is the id of the request.
func TestCorrelation(t *testing.T) {
	for name, test := range map[string]struct {
		asked, want string
		event       events.APIGatewayV2HTTPRequest
		handler     http.HandlerFunc
	}{
		"an answer": {"page-1", "page-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "x") }},
		"a problem": {"page-1", "page-1", events.APIGatewayV2HTTPRequest{RawPath: "/"}, http.NotFound},
		"a panic": {"page-1", "page-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) { panic("x") }},
		"no request": {"page-1", "page-1", events.APIGatewayV2HTTPRequest{RawPath: "/", Body: "!", IsBase64Encoded: true},
			nil},
		"none asked": {"", "req-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) {}},
		"a bad one": {"a b\n", "req-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) {}},
		"a token": {"Bearer x", "req-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) {}},
		"a long one": {strings.Repeat("a", 65), "req-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) {}},
		"two of them": {"a,b", "req-1", events.APIGatewayV2HTTPRequest{RawPath: "/"},
			func(http.ResponseWriter, *http.Request) {}},
	} {
		test.event.Headers = map[string]string{"x-correlation-id": test.asked}
		answer, _ := call(t, test.event, func(w http.ResponseWriter, r *http.Request) {
			if got := correlation.ID(r.Context()); got != test.want {
				t.Errorf("%s: handled as %q", name, got)
			}
			test.handler(w, r)
		})
		if got := answer.Headers[correlation.Header]; got != test.want {
			t.Errorf("%s: answered as %q, want %q", name, got, test.want)
		}
	}
}
