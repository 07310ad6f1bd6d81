package lambdas_test

import (
	"strconv"
	"testing"
	"time"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/wanttest"
)

// A program that sends too many requests is stopped before the people of its
// customer are, and a customer before other customers are; each can go on after the
// named pause.
func TestRequestsAreLimited(t *testing.T) {
	t.Parallel()
	w := newCarriersAround(t, func(_ string, env awsenv.Env) awsenv.Env {
		env.RequestsASecond = 10
		return env
	})
	_, secret := w.issueKey("olive", `{"name":"wild","scopes":["rentals"]}`)
	program := func() reply { return w.send(secret, "GET", "/v1/dids", "") }
	person := func() reply { return w.as("alice", "GET", "/v1/dids", "") }
	wanttest.Equal(t, "requests of the program", untilLimited(program), 20)
	refused(t, "the program", program(), 429, "rate_limited", "this API key")
	wanttest.Equal(t, "requests of its customer's people", untilLimited(person), 40-20-1) // the key was issued by one
	stopped := person()
	refused(t, "its customer", stopped, 429, "rate_limited", "your company")
	wanttest.Equal(t, "another customer: status", w.as("bob", "GET", "/v1/dids", "").Status, 200)
	wanttest.Equal(t, "staff: status", w.as("ada", "GET", "/v1/customers", "").Status, 200)
	refused(t, "a forbidden request", w.as("alice", "GET", "/v1/customers", ""), 429, "rate_limited", "your company")

	pause, err := strconv.Atoi(stopped.Headers["Retry-After"])
	w.must(err)
	w.clock = w.clock.Add(time.Duration(pause) * time.Second)
	wanttest.Equal(t, "after the pause: status", person().Status, 200)
	wanttest.Equal(t, "the program after the pause: status", program().Status, 200)
}

// untilLimited counts the requests that are answered before one is refused.
func untilLimited(send func() reply) (answered int) {
	for ; answered < 100; answered++ {
		if got := send(); got.Status == 429 {
			break
		}
	}
	return answered
}
