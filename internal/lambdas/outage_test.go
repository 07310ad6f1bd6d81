package lambdas_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"didpurchase/internal/auth"
	"didpurchase/internal/awsenv"
	"didpurchase/internal/faults"
)

// readsNothing are routes that answer without the database.
var readsNothing = []string{"GET /v1/payment-providers"}

// askingMore has bodies of routes that refuse their samples without the database.
var askingMore = map[string]string{
	"PUT /v1/audit-schedules/{name}":          dailySchedule,
	"POST /v1/reports":                        `{"report":"rentals","format":"csv"}`,
	"POST /v1/dids/edits":                     editOfSold,
	"POST /v1/dids/edits/file":                fileOfSold,
	"POST /v1/customers/{id}/dids/edits":      editOfSold,
	"POST /v1/customers/{id}/dids/edits/file": fileOfSold,
}

// While the database is down, each operation answers 503 with Retry-After; none
// answers that a record is missing, or a 500.
func TestOutageOfTheDatabase(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]faults.Fault{"unreachable": faults.DropBefore, "throttled": faults.Throttle} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			away := false
			w := newCarriersAround(t, func(function string, env awsenv.Env) awsenv.Env {
				if function != "authorizer" {
					env.AWS = faults.New(func(faults.Call) faults.Fault {
						if away {
							return fault
						}
						return faults.None
					}).Into(impatient(env.AWS))
				}
				return env
			})
			ids := w.things()
			away = true
			for _, route := range routes() {
				if slices.Contains(readsNothing, route) {
					continue
				}
				w.saysThatItIsAway(route, ids.Replace(samples[route].path))
			}
		})
	}
}

func (w *carriers) saysThatItIsAway(route, path string) {
	w.t.Helper()
	method, _, _ := strings.Cut(route, " ")
	body := samples[route].bodyFrom(people[whoMay(route)])
	if asked, there := askingMore[route]; there {
		body = asked
	}
	got := w.as(whoMay(route), method, path, body, "idempotency-key", "outage")
	if got.Status != 503 || got.code(w.t) != "busy" {
		w.t.Errorf("%s: %d %s", route, got.Status, got.Body)
	}
	if got.Headers["Retry-After"] == "" {
		w.t.Errorf("%s: no Retry-After", route)
	}
}

// impatient is the configuration without the SDK's pauses between tries.
func impatient(cfg aws.Config) aws.Config {
	cfg = cfg.Copy()
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

// whoMay returns a person of acme with a role that the rule allows, or the newcomer
// who accepts an invitation.
func whoMay(route string) string {
	for _, name := range []string{"alice", "ada", "olive"} {
		if people[name].May(auth.Rules[route]) {
			return name
		}
	}
	return "nobody"
}
