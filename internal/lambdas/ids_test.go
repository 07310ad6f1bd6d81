package lambdas_test

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi/openapi"
)

// strangeTexts are ids and cursors that the API never returned.
var strangeTexts = map[string]string{
	"1 byte": "a", "128 bytes": strings.Repeat("a", 128), "129 bytes": strings.Repeat("a", 129),
	"255 bytes":   strings.Repeat("a", 255),
	"2,000 bytes": strings.Repeat("a", 2_000), "10,000 bytes": strings.Repeat("a", 10_000),
	"128 characters of 4 bytes": strings.Repeat("😀", 128), "129 of 4 bytes": strings.Repeat("😀", 129),
	"control characters": "\x01\x1f\x7f", "nothing": "\x00", "a line": "a\nb", "no UTF-8": "\xff\xfe",
	"separators": "a#b/c|d", "dots": "..", "a blank": " ", "digits": strings.Repeat("9", 30), "a number": "442071230000",
	"minus": "-1", "a dash": "alice-",
	"a large number": "alice-99999999999999999999", "percent": "%",
}

// TestStrangeIDsAreNoFaultOfOurs puts strange texts in each place of every path, in
// each text of every body and in every cursor, and sends strange headers; no answer
// is a 5xx.
func TestStrangeIDsAreNoFaultOfOurs(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	tokens := []string{w.token("alice", nil), w.token("ada", nil)}
	tried := 0
	send := func(what, method, target, body string, headers ...string) {
		for _, token := range tokens {
			tried++
			if got := w.send(token, method, target, body, headers...); got.Status >= 500 {
				t.Errorf("%s: %s %.80s: %d %s", what, method, target, got.Status, got.Body)
			}
		}
	}
	bodies := requestBodies()
	for name, s := range samples {
		method, route, _ := strings.Cut(name, " ")
		for what, text := range strangeTexts {
			for _, target := range withEachID(route, text) {
				send(what, method, target, s.body, "idempotency-key", "k")
			}
			for _, body := range bodies.withEachText(name, s.body, text) {
				send("a member of "+what, method, s.path, body, "idempotency-key", "k")
			}
		}
	}
	for list, route := range map[string]string{
		"ledger": "/v1/account/ledger", "orders": "/v1/orders", "invoices": "/v1/invoices", "dids": "/v1/dids",
		"customers": "/v1/customers",
		"imports":   "/v1/imports", "ranges": "/v1/ranges", "available-dids": "/v1/available-dids",
	} {
		for what, text := range strangeTexts {
			send("a cursor of "+what, "GET", route+"?cursor="+url.QueryEscape(text), "")
			sealed := base64.RawURLEncoding.EncodeToString([]byte(list + ":" + text))
			send("a sealed cursor of "+what, "GET", route+"?cursor="+sealed, "")
		}
	}
	for what, text := range strangeTexts {
		send("a correlation id of "+what, "POST", "/v1/cart/items", `{"dids":["+441111111111"]}`, "x-correlation-id", text)
		send("an Idempotency-Key of "+what, "POST", "/v1/orders", `{"total":{"amount":"0.00","currency":"USD"}}`,
			"idempotency-key", text)
		for _, query := range []string{"/v1/dids?q=", "/v1/ranges?package=", "/v1/available-dids?area=",
			"/v1/available-dids?package=", "/v1/available-dids?q=", "/v1/available-dids?pattern="} {
			send("a filter of "+what, "GET", query+url.QueryEscape(text), "")
		}
	}
	if tried < 1_000 {
		t.Errorf("only %d requests were sent", tried)
	}
}

// withEachID is a route's path once for each of its places, with the text there.
func withEachID(route, text string) (targets []string) {
	good := strings.NewReplacer("{did}", sold.String(), "customers/{id}", "customers/alice", "{id}", "x", "{invoice}", "x",
		"{key}", "x", "{name}", "x")
	for _, place := range regexp.MustCompile(`{[a-z]+}`).FindAllString(route, -1) {
		before, after, _ := strings.Cut(route, place)
		targets = append(targets, good.Replace(before)+url.PathEscape(text)+good.Replace(after))
	}
	if len(targets) == 0 {
		return []string{route}
	}
	return targets
}

// textMembers are the names of the texts that the body of a route may have at its
// top, by the OpenAPI document.
type textMembers map[string][]string

func requestBodies() textMembers {
	members, document := textMembers{}, openapi.Document()
	for path, item := range document.Paths {
		for method, o := range map[string]*huma.Operation{"POST": item.Post, "PUT": item.Put, "PATCH": item.Patch} {
			if o == nil || o.RequestBody == nil || auth.Rules[method+" "+path].Signed {
				continue
			}
			body := o.RequestBody.Content["application/json"]
			if body == nil {
				continue // a file of text
			}
			schema := document.Components.Schemas.SchemaFromRef(body.Schema.Ref)
			for name, property := range schema.Properties {
				if property.Type == huma.TypeString && len(property.Enum) == 0 {
					members[method+" "+path] = append(members[method+" "+path], name)
				}
			}
		}
	}
	return members
}

// withEachText is the body once for each of its texts, with this one in its place.
func (m textMembers) withEachText(route, body, text string) (bodies []string) {
	for _, name := range m[route] {
		members := map[string]any{}
		if err := json.Unmarshal([]byte(body), &members); err != nil && body != "" {
			panic(err)
		}
		members[name] = text
		changed, err := json.Marshal(members)
		if err != nil {
			panic(err)
		}
		bodies = append(bodies, string(changed))
	}
	return bodies
}
