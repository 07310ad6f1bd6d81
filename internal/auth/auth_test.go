package auth

import (
	"encoding/json"
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"didpurchase/internal/wanttest"
)

// A principal is the same after the way through API Gateway, which is JSON.
func TestHandoverRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Principal{
			Carrier:  rapid.StringMatching(`[a-z]{1,8}`).Draw(t, "carrier"),
			Customer: rapid.StringMatching(`[a-z]{0,8}`).Draw(t, "customer"),
			User:     rapid.StringMatching(`[a-z0-9]{1,8}`).Draw(t, "user"),
			Name:     rapid.String().Draw(t, "name"),
			Roles:    rapid.SliceOfN(rapid.SampledFrom(StaffRoles), 1, 3).Draw(t, "roles"),
		}
		wire, err := json.Marshal(want.Handover())
		if err != nil {
			t.Fatal(err)
		}
		var context map[string]any
		if err := json.Unmarshal(wire, &context); err != nil {
			t.Fatal(err)
		}
		got, err := FromHandover(context)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFromHandoverRefuses(t *testing.T) {
	full := Principal{Carrier: "acme", Customer: "alice", User: "u1", Roles: []Role{Buyer}}.Handover()
	withError := Principal{Carrier: "acme", User: "u1"}.Handover()
	withError["error"] = "token is expired"
	for name, context := range map[string]map[string]any{
		"nothing":              nil,
		"refusal":              RefusalHandover("token is expired"),
		"refusal with a user":  withError,
		"no carrier":           {"user": "u1", "roles": []any{"admin"}},
		"no user":              {"carrier": "acme", "roles": []any{"admin"}},
		"carrier is no string": {"carrier": 7, "user": "u1", "roles": []any{"admin"}},
	} {
		if _, err := FromHandover(context); !errors.Is(err, ErrUnauthenticated) {
			t.Errorf("%s: err = %v, want ErrUnauthenticated", name, err)
		}
	}
	if _, err := FromHandover(full); err != nil {
		t.Errorf("complete context: %v", err)
	}
	if _, err := FromHandover(RefusalHandover("token is expired")); !strings.Contains(err.Error(), "token is expired") {
		t.Errorf("err = %v, want the authorizer's reason", err)
	}
}

// A context with the answer "try again" identifies no caller, whatever other
// members it has.
func TestFromHandoverOfUnavailable(t *testing.T) {
	context := Principal{Carrier: "acme", User: "u1", Roles: []Role{Admin}}.Handover()
	maps.Copy(context, UnavailableHandover("closed"))
	who, err := FromHandover(context)
	wanttest.True(t, "the error is ErrUnavailable", errors.Is(err, ErrUnavailable))
	wanttest.True(t, "the error is not ErrUnauthenticated", !errors.Is(err, ErrUnauthenticated))
	wanttest.Contains(t, "error", err.Error(), "closed")
	if who.Carrier != "" {
		t.Errorf("principal %+v, want none", who)
	}
}

func TestMay(t *testing.T) {
	for _, c := range []struct {
		who   Principal
		route string
		want  bool
	}{
		{Principal{Customer: "alice", Roles: []Role{Buyer}}, "POST /v1/orders", true},
		{Principal{Customer: "alice", Roles: []Role{Viewer}}, "POST /v1/orders", false},
		{Principal{Customer: "alice", Roles: []Role{Viewer}}, "GET /v1/orders", true},
		{Principal{Customer: "alice", Roles: []Role{Viewer, Buyer}}, "POST /v1/orders", true},
		// A customer's viewer is not the staff's viewer, and a staff role held
		// by a customer's user by mistake grants nothing.
		{Principal{Customer: "alice", Roles: []Role{Viewer}}, "GET /v1/customers", false},
		{Principal{Customer: "alice", Roles: []Role{Admin}}, "GET /v1/customers", false},
		{Principal{Roles: []Role{Viewer}}, "GET /v1/customers", true},
		{Principal{Roles: []Role{Viewer}}, "GET /v1/cart", false},
		{Principal{Roles: []Role{Buyer}}, "POST /v1/orders", false},
		{Principal{Roles: []Role{Billing}}, "POST /v1/imports", false},
		{Principal{Roles: []Role{Admin}}, "POST /v1/imports", true},
		{Principal{}, "GET /v1/me", false},
	} {
		if got := c.who.May(Rules[c.route]); got != c.want {
			t.Errorf("%+v may %s = %v, want %v", c.who, c.route, got, c.want)
		}
	}
}
