package lambdas_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/auth"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/wanttest"
)

// badTokens are tokens that must be refused for any user.
var badTokens = map[string]func(*jwt.Token, jwt.MapClaims){
	"expired":        func(_ *jwt.Token, c jwt.MapClaims) { c["exp"] = start.Add(-time.Hour).Unix() },
	"not yet valid":  func(_ *jwt.Token, c jwt.MapClaims) { c["nbf"] = start.Add(time.Hour).Unix() },
	"wrong issuer":   func(_ *jwt.Token, c jwt.MapClaims) { c["iss"] = "https://elsewhere.example" },
	"wrong audience": func(_ *jwt.Token, c jwt.MapClaims) { c["aud"], c["client_id"] = "other", "other" },
	"id token": func(t *jwt.Token, c jwt.MapClaims) {
		t.Header["typ"] = "JWT"
		delete(c, "scope")
		delete(c, "token_use")
	},
	"logout token":      func(t *jwt.Token, _ jwt.MapClaims) { t.Header["typ"] = "logout+jwt" },
	"unknown extension": func(t *jwt.Token, _ jwt.MapClaims) { t.Header["crit"] = []string{"exp"} },
	"alg none": func(t *jwt.Token, _ jwt.MapClaims) {
		t.Method, t.Header["alg"] = jwt.SigningMethodNone, "none"
	},
}

func TestMatrixOfRolesAndRoutes(t *testing.T) {
	t.Parallel()
	w := newCarriers(t)
	ids := w.things()
	callers, void := w.callers()
	for _, route := range routes() {
		s, ok := samples[route]
		if !ok {
			t.Errorf("%s has no line in samples", route)
			continue
		}
		rule, ok := auth.Rules[route]
		if !ok {
			t.Errorf("%s has no rule in auth.Rules", route)
			continue
		}
		method, _, _ := strings.Cut(route, " ")
		s.path = ids.Replace(s.path)
		w.refusesBadTokens(method, s)
		for name, c := range callers {
			got := w.send(c.token, method, s.path, s.bodyFrom(c.who), "idempotency-key", "k-"+name)
			wanttest.Equal(t, route+" as "+name+": "+got.Body+": status", got.Status, s.statusFor(c.who, rule))
		}
		for name, secret := range void {
			if name == removedUser && s.path == auth.AcceptPath {
				continue // a removed user may be invited again
			}
			wanttest.Equal(t, route+" as "+name+": status", w.send(secret, method, s.path, s.body).Status, 401)
		}
	}
}

// bodyFrom is the body that the caller sends.
func (s sample) bodyFrom(who auth.Principal) string {
	caller := strings.ReplaceAll(strings.ToLower(fmt.Sprint(who.Roles, who.Scopes)), ":", "-")
	caller = strings.Trim(strings.NewReplacer("[", "", "]", "", " ", "-", "_", "-").Replace(caller), "-")
	return strings.NewReplacer("SCOPE", string(auth.ScopesFor(who.Customer)[0]), "CALLER", caller).Replace(s.body)
}

// statusFor is the status that the caller should get.
func (s sample) statusFor(who auth.Principal, rule auth.Rule) int {
	stranger := who.Carrier != "acme" || who.Customer != "" && (who.Customer != "alice" || s.staffOnly)
	stranger = stranger && !(s.anyStaff && who.Customer == "")
	switch {
	case !who.May(rule):
		return 403
	case s.foreign != 0 && stranger:
		return s.foreign
	case s.keys != 0 && len(who.Scopes) > 0:
		return s.keys
	}
	return s.want
}

// caller is a user or a program with its token.
type caller struct {
	who   auth.Principal
	token string
}

// callers are all people, and programs of acme and of alice for each scope; void
// are secrets and tokens that must be refused.
func (w *carriers) callers() (callers map[string]caller, void map[string]string) {
	w.t.Helper()
	callers = map[string]caller{}
	for name, who := range people {
		callers[name] = caller{who, w.token(name, nil)}
	}
	for _, by := range []string{"ada", "olive"} {
		who := people[by]
		for _, scope := range auth.ScopesFor(who.Customer) {
			_, secret := w.issueKey(by, fmt.Sprintf(`{"name":"program","scopes":[%q]}`, scope))
			callers[fmt.Sprintf("a program of %s's for %s", by, scope)] = caller{
				auth.Principal{Carrier: who.Carrier, Customer: who.Customer, Scopes: []auth.Scope{scope}}, secret}
		}
	}
	return callers, w.voidKeys()
}

const removedUser = "a removed admin"

// voidKeys are secrets of keys that were revoked, replaced, or have expired, and the
// token of an admin who was removed.
func (w *carriers) voidKeys() map[string]string {
	w.t.Helper()
	w.must(w.store.CreateUser(w.t.Context(), auth.User{Carrier: "acme", ID: "leaver", Roles: []auth.Role{auth.Admin},
		Issuer: w.env.OIDCIssuer, Subject: "sub-leaver"}))
	wanttest.Equal(w.t, "before the removal: status", w.as("leaver", "DELETE", "/v1/users/leaver", "").Status, 204)
	const all = `"scopes":["search","buy","rentals","account"]`
	revoked, revokedSecret := w.issueKey("olive", `{"name":"revoked",`+all+`}`)
	wanttest.Equal(w.t, "revoke: status", w.as("olive", "DELETE", "/v1/api-keys/"+revoked, "").Status, 204)
	replaced, replacedSecret := w.issueKey("olive", `{"name":"replaced",`+all+`}`)
	wanttest.Equal(w.t, "rotate: status", w.as("olive", "POST", "/v1/api-keys/"+replaced+"/rotate",
		`{"overlap_hours":0}`).Status, 200)
	_, expiring := w.issueKey("olive", fmt.Sprintf(`{"name":"expired",%s,"expires_at":%q}`, all,
		w.clock.Add(time.Second).Format(time.RFC3339)))
	w.clock = w.clock.Add(2 * time.Second)
	return map[string]string{"a revoked key": revokedSecret, "a replaced key": replacedSecret, "an expired key": expiring,
		"a mistyped key": expiring[:len(expiring)-1] + "!", removedUser: w.token("leaver", nil)}
}

func (w *carriers) issueKey(by, body string) (id, secret string) {
	w.t.Helper()
	var key struct{ ID, Key string }
	answer := w.as(by, "POST", "/v1/api-keys", body)
	if answer.Status != 201 {
		w.t.Fatalf("issue a key: %d %s", answer.Status, answer.Body)
	}
	answer.read(w.t, &key)
	return key.ID, key.Key
}

// refusesBadTokens sends the request without a token, and with tokens that name
// the most powerful users but are not valid.
func (w *carriers) refusesBadTokens(method string, s sample) {
	w.t.Helper()
	tokens := map[string]string{"anonymous": "", "no token at all": "hello"}
	if s.path != auth.AcceptPath {
		tokens["unknown user"] = w.token("nobody", nil)
	}
	for name, change := range badTokens {
		tokens["alice, "+name] = w.token("alice", change)
		tokens["ada, "+name] = w.token("ada", change)
	}
	for name, token := range tokens {
		got := w.send(token, method, s.path, s.body)
		if got.Status != 401 || got.code(w.t) != "unauthenticated" {
			w.t.Errorf("%s %s as %s: %d, want 401: %s", method, s.path, name, got.Status, got.Body)
		}
	}
}

// things creates the records that the samples name: alice rents a number, acme
// imports a file.
func (w *carriers) things() *strings.Replacer {
	w.t.Helper()
	w.offer("acme", sold, sold+9)
	w.offerAs("bound", bound, bound+9)
	if held := w.as("alice", "POST", "/v1/cart/items", fmt.Sprintf(`{"dids":[%q,%q]}`, sold, bound)); held.Status != 200 {
		w.t.Fatalf("hold: %d %s", held.Status, held.Body)
	}
	var order, imported, job struct{ ID string }
	bought := w.as("alice", "POST", "/v1/orders", `{"total":{"amount":"6.00","currency":"USD"}}`, "idempotency-key",
		"first")
	if bought.Status != 201 {
		w.t.Fatalf("buy: %d %s", bought.Status, bought.Body)
	}
	bought.read(w.t, &order)
	w.as("alice", "POST", "/v1/dids/edits", `{"select":{"all":true},"add_tags":["vip"]}`).read(w.t, &job)
	w.as("ada", "POST", "/v1/ranges/withhold", `{"filename":"ranges.csv","size":9}`).read(w.t, &imported)
	if saved := w.as("ada", "PUT", "/v1/import-profiles/ofcom",
		samples["PUT /v1/import-profiles/{name}"].body); saved.Status != 200 {
		w.t.Fatalf("profile: %d %s", saved.Status, saved.Body)
	}
	key, _ := w.issueKey("ada", `{"name":"provider","scopes":["payments"]}`)
	rotated, _ := w.issueKey("ada", `{"name":"rotated","scopes":["payments"]}`)
	var routes struct {
		FeedCursor string `json:"feed_cursor"`
	}
	w.as("ada", "GET", "/v1/routes", "").read(w.t, &routes)
	return strings.NewReplacer("CURSOR", routes.FeedCursor, "ORDER", order.ID, "IMPORT", imported.ID, "KEY", key,
		"ROTATED", rotated, "EDIT", job.ID,
		"INVITED", w.invite("ada", `{"name":"Invited","roles":["viewer"]}`).ID, "UNWANTED",
		w.invite("ada", `{"name":"Unwanted","roles":["viewer"]}`).ID)
}

// routes lists the operations of the OpenAPI document.
// routes leaves out those without a caller: the payments function has their test.
func routes() (routes []string) {
	for path, item := range openapi.Document().Paths {
		for method, there := range map[string]bool{
			"GET": item.Get != nil, "POST": item.Post != nil, "PUT": item.Put != nil, "PATCH": item.Patch != nil,
			"DELETE": item.Delete != nil,
		} {
			if there && !auth.Rules[method+" "+path].Signed {
				routes = append(routes, method+" "+path)
			}
		}
	}
	return routes
}
