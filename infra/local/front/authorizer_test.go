package front

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"didpurchase/infra/local/template"
)

// newGuardedFront has GET /v1/me with an authorizer that admits "good", refuses
// "bad", fails with "broken", and counts its calls.
func newGuardedTestFront(t *testing.T) (w *testFront, asked *[]string, seen *events.APIGatewayV2HTTPRequest) {
	a := &template.Authorizer{Name: "Token", Function: "authorizer", IdentityHeaders: []string{"Authorization"},
		TTL: time.Minute}
	routes := []template.Route{
		{Method: "GET", Path: "/v1/me", Function: "account", Authorizer: a},
		{Method: "GET", Path: "/v1/dids", Function: "account", Authorizer: a},
		{Method: "GET", Path: "/", Function: "account"},
	}
	w = newTestFront(t, template.API{Routes: routes})
	asked, seen = new([]string), new(events.APIGatewayV2HTTPRequest)
	w.register("account", recorder(seen))
	w.register("authorizer", func(e events.APIGatewayV2CustomAuthorizerV2Request) (
		events.APIGatewayV2CustomAuthorizerSimpleResponse, error) {
		*asked = append(*asked, e.IdentitySource[0]+" "+e.RouteKey)
		if e.IdentitySource[0] == "broken" {
			return verdict{}, errors.New("no key")
		}
		return verdict{IsAuthorized: e.IdentitySource[0] != "bad",
			Context: map[string]any{"carrier": "acme", "roles": []string{"buyer"}}}, nil
	})
	return w, asked, seen
}

func TestAuthorizerDecides(t *testing.T) {
	t.Parallel()
	w, asked, seen := newGuardedTestFront(t)
	wantRefusal(t, w.send(t, "GET", "/v1/me", ""), 401, "Unauthorized")
	wantRefusal(t, w.send(t, "GET", "/v1/me", "", "Authorization", ""), 401, "Unauthorized")
	if len(*asked) != 0 {
		t.Errorf("asked without an identity: %q", *asked)
	}
	wantRefusal(t, w.send(t, "GET", "/v1/me", "", "Authorization", "bad"), 403, "Forbidden")
	wantRefusal(t, w.send(t, "GET", "/v1/me", "", "Authorization", "broken"), 500, "Internal Server Error")
	if a := w.send(t, "GET", "/v1/me", "", "Authorization", "good"); a.body != "seen" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	want := map[string]any{"carrier": "acme", "roles": []any{"buyer"}}
	if d := cmp.Diff(want, seen.RequestContext.Authorizer.Lambda); d != "" {
		t.Error(d)
	}
	if a := w.send(t, "GET", "/", ""); a.body != "seen" || seen.RequestContext.Authorizer != nil {
		t.Errorf("an open route: %d, identity %v", a.status, seen.RequestContext.Authorizer)
	}
}

func TestAuthorizerIsAskedOnceAMinuteForAnIdentity(t *testing.T) {
	t.Parallel()
	w, asked, _ := newGuardedTestFront(t)
	send := func(path, token string, later time.Duration) {
		w.now = at.Add(later)
		w.send(t, "GET", path, "", "Authorization", token)
	}
	send("/v1/me", "good", 0)
	send("/v1/dids", "good", 59*time.Second) // another route, the same identity
	send("/v1/me", "bad", 59*time.Second)
	send("/v1/me", "bad", 60*time.Second)
	send("/v1/me", "good", 60*time.Second)
	send("/v1/me", "broken", 60*time.Second)
	send("/v1/me", "broken", 60*time.Second) // a failure is not cached
	want := []string{"good GET /v1/me", "bad GET /v1/me", "good GET /v1/me", "broken GET /v1/me", "broken GET /v1/me"}
	if d := cmp.Diff(want, *asked); d != "" {
		t.Error(d)
	}
}
