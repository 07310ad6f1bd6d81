package front

import (
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
	"didpurchase/internal/wanttest"
)

func newCORSTestFront(t *testing.T, origins ...string) *testFront {
	w := newTestFront(t, template.API{CORS: &template.CORS{
		AllowOrigins: origins, AllowMethods: []string{"GET", "POST"},
		AllowHeaders:  []string{"Authorization", "Idempotency-Key"},
		ExposeHeaders: []string{"Location"}, MaxAge: 10 * time.Minute,
	}}, "GET /a f")
	w.register("f", func() (events.APIGatewayV2HTTPResponse, error) {
		return events.APIGatewayV2HTTPResponse{StatusCode: 200,
			Headers: map[string]string{"access-control-allow-origin": "the function's",
				"access-control-allow-credentials": "true"}}, nil
	})
	return w
}

func TestCORS(t *testing.T) {
	t.Parallel()
	any, one := newCORSTestFront(t, "*"), newCORSTestFront(t, "https://shop.test")
	for _, c := range []struct {
		front                *testFront
		method, path, origin string
		status               int
		allow, methods       string
	}{
		{any, "OPTIONS", "/a", "https://shop.test", 204, "*", "GET,POST"},
		{any, "OPTIONS", "/none", "https://shop.test", 204, "*", "GET,POST"},
		{any, "GET", "/a", "https://shop.test", 200, "*", ""},
		{any, "GET", "/none", "https://shop.test", 404, "*", ""},
		{any, "GET", "/a", "", 200, "the function's", ""},
		{one, "OPTIONS", "/a", "https://shop.test", 204, "https://shop.test", "GET,POST"},
		{one, "OPTIONS", "/a", "https://evil.test", 204, "", ""},
		{one, "GET", "/a", "https://evil.test", 200, "", ""},
	} {
		var headers []string
		if c.origin != "" {
			headers = []string{"Origin", c.origin, "Access-Control-Request-Method", "GET"}
		}
		a := c.front.send(t, c.method, c.path, "", headers...)
		at := fmt.Sprintf("%s %s from %q", c.method, c.path, c.origin)
		wanttest.Equal(t, at+": status", a.status, c.status)
		wanttest.Equal(t, at+": Access-Control-Allow-Origin", a.header.Get("Access-Control-Allow-Origin"), c.allow)
		wanttest.Equal(t, at+": Access-Control-Allow-Methods", a.header.Get("Access-Control-Allow-Methods"), c.methods)
	}
}

func TestPreflightSaysHeadersAndAge(t *testing.T) {
	t.Parallel()
	a := newCORSTestFront(t, "*").send(t, "OPTIONS", "/a", "", "Origin", "https://shop.test",
		"Access-Control-Request-Method", "GET")
	if a.header.Get("Access-Control-Allow-Headers") != "authorization,idempotency-key" ||
		a.header.Get("Access-Control-Max-Age") != "600" {
		t.Errorf("got %v", a.header)
	}
}

func TestOnlyTheConfiguredCORSHeadersAreSent(t *testing.T) {
	t.Parallel()
	a := newCORSTestFront(t, "*").send(t, "GET", "/a", "", "Origin", "https://shop.test")
	if a.header.Get("Access-Control-Allow-Credentials") != "" ||
		a.header.Get("Access-Control-Expose-Headers") != "location" {
		t.Errorf("got %v", a.header)
	}
}
