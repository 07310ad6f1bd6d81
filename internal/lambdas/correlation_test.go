package lambdas_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"didpurchase/internal/e164"
	"didpurchase/internal/wanttest"
)

// correlated are the messages that a function logged with a correlation id.
func (s *system) correlated(function, id string) (messages []string) {
	s.t.Helper()
	for _, line := range s.lines(function) {
		if line["correlation_id"] == id {
			message := fmt.Sprint(line["msg"])
			for event := range asMap(line["moves"]) {
				message += " " + event
			}
			messages = append(messages, message)
		}
	}
	return messages
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// wantCorrelated compares the log lines of a function that have an id with the
// wanted ones.
func (s *system) wantCorrelated(function, id string, want ...string) {
	s.t.Helper()
	if got := s.correlated(function, id); !slices.Equal(got, want) {
		s.t.Errorf("%s by %s: %q, want %q", function, id, got, want)
	}
}

// The id that the page sends with a hold is in the worker's log when it
// releases the number; later requests of others don't change that.
func TestCorrelationFromHoldToLapse(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const n e164.Number = 442071230000
	s.offer("acme", n, n+9)
	held := s.as("alice", "POST", "/v1/cart/items", `{"dids":["`+n.String()+`"]}`, "x-correlation-id", "page-1")
	s.as("bob", "POST", "/v1/cart/items", `{"dids":["`+(n+1).String()+`"]}`, "x-correlation-id", "page-2")
	if got := held.Headers["X-Correlation-Id"]; got != "page-1" {
		t.Errorf("the answer has %q", got)
	}
	s.wantCorrelated("cart", "page-1", "request")
	s.pass(start.Add(time.Hour))
	s.wantCorrelated("renewal-worker", "page-1", "committed lapse", "committed")
	s.wantCorrelated("renewal-worker", "page-2", "committed lapse", "committed")
}

// The id of a payment is in the worker's log when it restores unpaid rentals.
func TestCorrelationFromPaymentToRenewal(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const n e164.Number = 442071230000
	s.offer("acme", n, n+99)
	s.buy("k", "99.00", span(n, 33)...) // of 100.00
	s.pass(start.AddDate(0, 1, 0))
	s.as("acme-billing", "POST", "/v1/customers/alice/payments", payment("p", "70.00"), "x-correlation-id", "page-1")
	s.pass(s.clock.Add(time.Minute))
	s.wantCorrelated("renewal-worker", "page-1", "committed renew", "committed")
	s.as("acme-billing", "PATCH", "/v1/customers/alice", `{"credit_limit":{"amount":"5.00","currency":"USD"}}`,
		"x-correlation-id", "page-2")
	s.pass(s.clock.Add(time.Minute))
	s.wantCorrelated("renewal-worker", "page-2", "committed")
}

// The id of a request for an import is in the importer's log, after a message or
// after the sweep, and so is the id of the request to apply it. A dropped file gets
// its own id.
func TestCorrelationOfImports(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	const file = "start,end,package\n+442071230000,+442071230009,standard\n"
	plan := func(name, id string) (job struct{ ID string }) {
		s.as("ada", "POST", "/v1/imports", `{"filename":"`+name+`","size":9,"dry_run":true}`, "x-correlation-id", id).read(t,
			&job)
		s.drop("uploads/acme/"+job.ID+"/"+name, file)
		return job
	}
	job := plan("a.csv", "page-1")
	s.wantCorrelated("inventory-import", "page-1", "import finished")
	s.as("ada", "POST", "/v1/imports/"+job.ID+"/apply", "", "x-correlation-id", "page-2")
	s.deliver("import", s.take)
	s.wantCorrelated("inventory-import", "page-2", "import finished")

	job = plan("b.csv", "page-3")
	s.as("ada", "POST", "/v1/imports/"+job.ID+"/apply", "", "x-correlation-id", "page-4")
	lost, err := s.queues.Receive(t.Context(), "import", 10, time.Hour, 0)
	if err != nil || len(lost) != 1 {
		t.Fatalf("%d messages, %v", len(lost), err)
	}
	s.pass(start.Add(time.Hour)) // the sweep sends another in its place
	s.wantCorrelated("inventory-import", "page-4", "import finished")

	s.drop("inventory/acme/b.csv", file)
	last := s.lines("inventory-import")
	if line := last[len(last)-1]; line["correlation_id"] != line["invocation_id"] || line["correlation_id"] == nil {
		t.Errorf("a dropped file: %v", line)
	}
}

// An invalid id is replaced, and problems carry the id too.
func TestCorrelationOfRequests(t *testing.T) {
	t.Parallel()
	s := newSystem(t, nil)
	for asked, want := range map[string]string{
		"": "request-", "two words": "request-", "a\nb": "request-", strings.Repeat("x", 65): "request-",
		"{$.level = ERROR}": "request-", "01JD.a_b-c": "01JD.a_b-c",
	} {
		for target, status := range map[string]int{"/v1/me": 200, "/v1/dids/442071230000": 404,
			"/v1/available-dids?contains=hello!": 400, "/v1/packages": 403} {
			got := s.as("alice", "GET", target, "", "x-correlation-id", asked)
			id := got.Headers["X-Correlation-Id"]
			at := fmt.Sprintf("%s by %q", target, asked)
			wanttest.Equal(t, at+": status", got.Status, status)
			wanttest.True(t, at+": the id begins with "+want, strings.HasPrefix(id, want))
			wanttest.True(t, at+": the id has at most 64 characters", len(id) <= 64)
			if asked != "" && want == "request-" && strings.Contains(s.logs["account"].String(), asked) {
				t.Errorf("%q is in the log", asked)
			}
		}
	}
	if got := s.send("forged", "GET", "/v1/me", "", "x-correlation-id", "page-1"); got.Status != 401 ||
		got.Headers["X-Correlation-Id"] != "page-1" {
		t.Errorf("%d %v", got.Status, got.Headers)
	}
	s.wantCorrelated("authorizer", "page-1", "token refused")
	s.wantCorrelated("account", "page-1", "request")
}
