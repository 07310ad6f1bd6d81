package front

import (
	"testing"
	"time"

	"didpurchase/infra/local/template"
)

// Each route has its own bucket. A request over the limit is refused at once,
// before the authorizer is called, and without Retry-After, like API Gateway.
func TestRoutesAreThrottled(t *testing.T) {
	t.Parallel()
	limit := template.Limit{PerSecond: 10, Burst: 2}
	w := newTestFront(t, template.API{Routes: []template.Route{
		{Method: "POST", Path: "/v1/orders", Function: "f", Limit: limit},
		{Method: "GET", Path: "/v1/orders", Function: "f", Limit: limit},
		{Method: "GET", Path: "/free", Function: "f"},
	}})
	calls := 0
	w.register("f", func() (string, error) { calls++; return "done", nil })
	send := func(method, path string, later time.Duration, status int) {
		t.Helper()
		w.now = at.Add(later)
		a := w.send(t, method, path, "")
		if a.status != status {
			t.Errorf("%s %s after %s: %d, want %d", method, path, later, a.status, status)
		}
		if status == 429 {
			wantRefusal(t, a, 429, "Too Many Requests")
		}
		if wait := a.header.Get("Retry-After"); wait != "" {
			t.Errorf("Retry-After %q, which API Gateway does not send", wait)
		}
	}
	send("POST", "/v1/orders", 0, 200)
	send("POST", "/v1/orders", 0, 200)
	send("POST", "/v1/orders", 0, 429)
	send("GET", "/v1/orders", 0, 200)
	send("POST", "/v1/orders", 100*time.Millisecond, 200) // a tenth of a second gives one more
	send("POST", "/v1/orders", 100*time.Millisecond, 429)
	for range 50 {
		send("GET", "/free", 0, 200)
	}
	if calls != 54 {
		t.Errorf("the function ran %d times, want 54", calls)
	}
}
