package lambdas_test

import (
	"testing"
	"time"

	"didpurchase/internal/httpapi"
	"didpurchase/internal/httpapi/staff"
	"didpurchase/internal/wanttest"
)

// A customer's program buys and manages numbers with its key. The owner sees the
// hour of the key's last use, and replaces its secret without an interruption.
func TestAProgramOfACustomer(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	w.offer("acme", sold, sold+9)
	var key, rotated staff.IssuedKey
	w.as("olive", "POST", "/v1/api-keys", `{"name":"provisioning","scopes":["search","buy","rentals"]}`).read(t, &key)
	program := func(secret, method, target, body string, want int) {
		t.Helper()
		got := w.send(secret, method, target, body, "idempotency-key", "program")
		wanttest.Equal(t, method+" "+target+": "+got.Body+": status", got.Status, want)
	}
	program(key.Key, "GET", "/v1/available-dids?contains=7123", "", 200)
	program(key.Key, "POST", "/v1/cart/items", `{"dids":["`+sold.String()+`"]}`, 200)
	program(key.Key, "POST", "/v1/orders", `{"total":{"amount":"3.00","currency":"USD"}}`, 201)
	program(key.Key, "PATCH", "/v1/dids/"+sold.String(), `{"label":"desk"}`, 200)
	program(key.Key, "DELETE", "/v1/dids/"+sold.String(), "", 200)
	program(key.Key, "GET", "/v1/account", "", 403)
	program(key.Key, "GET", "/v1/api-keys", "", 403)

	var listed httpapi.List[staff.APIKey]
	w.as("olive", "GET", "/v1/api-keys", "").read(t, &listed)
	wanttest.Equal(t, "number of keys", len(listed.Data), 1)
	wanttest.Diff(t, "last use", listed.Data[0].LastUsedAt, new(start.Truncate(time.Hour)))
	wanttest.Equal(t, "keys of the carrier", w.as("ada", "GET", "/v1/api-keys", "").Body,
		`{"data":[],"next_cursor":null}`+"\n")

	w.as("olive", "POST", "/v1/api-keys/"+key.ID+"/rotate", `{"overlap_hours":1}`).read(t, &rotated)
	program(key.Key, "GET", "/v1/dids", "", 200)
	program(rotated.Key, "GET", "/v1/dids", "", 200)
	w.clock = w.clock.Add(time.Hour)
	program(key.Key, "GET", "/v1/dids", "", 401)
	program(rotated.Key, "GET", "/v1/dids", "", 200)
	w.as("olive", "GET", "/v1/api-keys", "").read(t, &listed)
	wanttest.Diff(t, "last use an hour later", listed.Data[0].LastUsedAt, new(start.Add(time.Hour).Truncate(time.Hour)))
}

func TestKeysThatCantBeIssued(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	for name, tc := range map[string]struct{ who, body, part string }{
		"a carrier's scope":  {"olive", `{"name":"x","scopes":["payments"]}`, "not a scope of your keys"},
		"a customer's scope": {"ada", `{"name":"x","scopes":["buy"]}`, "not a scope of your keys"},
		"no scope":           {"ada", `{"name":"x","scopes":[]}`, "/scopes"},
		"a scope twice":      {"ada", `{"name":"x","scopes":["reports","reports"]}`, "twice"},
		"no name":            {"ada", `{"name":"","scopes":["reports"]}`, "/name"},
		"expired already": {"ada", `{"name":"x","scopes":["reports"],"expires_at":"2026-11-24T12:00:00Z"}`,
			"must be in the future"},
		"good for six years": {"ada", `{"name":"x","scopes":["reports"],"expires_at":"2032-11-24T12:00:00Z"}`,
			"within five years"},
		"no moment in time":   {"ada", `{"name":"x","scopes":["reports"],"expires_at":"tomorrow"}`, "/expires_at"},
		"a scope of no kind":  {"ada", `{"name":"x","scopes":["everything"]}`, "/scopes"},
		"a scope's other use": {"ada", `{"name":"x","scopes":["reports:write"]}`, "/scopes"},
	} {
		refused(t, name, w.as(tc.who, "POST", "/v1/api-keys", tc.body), 422, "invalid_request", tc.part)
	}
}
