package lambdas_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/auth"
	"didpurchase/internal/e164"
	"didpurchase/internal/httpapi/openapi"
	"didpurchase/internal/wanttest"
)

// The numbers that alice rents from the start.
const (
	sold  e164.Number = 442071230000
	bound e164.Number = 442071240000 // for at least a year
)

// sample is a request of an operation that may be sent repeatedly.
type sample struct {
	path, body string
	want       int  // for roles that the rule allows
	foreign    int  // for other callers that the rule allows, if the request names a record of acme or of alice
	keys       int  // for API keys that the rule allows, if it differs from want
	staffOnly  bool // the record is the carrier's own: alice's owner counts as another caller
	anyStaff   bool // staff of another carrier get want: an answer about a record that they don't have
}

// samples has one request for every operation: add a line for a new route. ORDER,
// EDIT, IMPORT, KEY and ROTATED are replaced by the ids of an order and an edit of
// alice, and an import and two API keys of acme; INVITED and UNWANTED by users of acme; CURSOR by
// the position of the feed of routes; SCOPE by a scope that the caller's keys may
// have; CALLER by the caller's roles or scopes.
var samples = map[string]sample{
	"GET /v1/me":                     {path: "/v1/me", want: 200},
	"GET /v1/permissions":            {path: "/v1/permissions", want: 200},
	"GET /v1/available-dids":         {path: "/v1/available-dids?contains=7123", want: 200},
	"POST /v1/available-dids/search": {path: "/v1/available-dids/search", body: `{"dids":["+442071230000"]}`, want: 200},
	"GET /v1/coverage":               {path: "/v1/coverage", want: 200},
	"GET /v1/cart":                   {path: "/v1/cart", want: 200},
	"POST /v1/cart/items":            {path: "/v1/cart/items", body: `{"dids":["+441111111111"]}`, want: 200},
	"DELETE /v1/cart/items/{did}":    {path: "/v1/cart/items/+441111111111", want: 204},
	"POST /v1/cart/extend":           {path: "/v1/cart/extend", want: 200},
	"POST /v1/orders": {path: "/v1/orders", body: `{"total":{"amount":"0.00","currency":"USD"}}`,
		want: 409},
	"GET /v1/orders":                              {path: "/v1/orders", want: 200},
	"GET /v1/orders/{id}":                         {path: "/v1/orders/ORDER", want: 200, foreign: 404},
	"GET /v1/orders/{id}/lines":                   {path: "/v1/orders/ORDER/lines", want: 200, foreign: 404},
	"POST /v1/orders/{id}/cancel":                 {path: "/v1/orders/ORDER/cancel", want: 409, foreign: 404},
	"GET /v1/dids":                                {path: "/v1/dids", want: 200},
	"POST /v1/dids/edits":                         {path: "/v1/dids/edits", body: `{"select":{"state":"active"}}`, want: 422},
	"POST /v1/dids/edits/file":                    {path: "/v1/dids/edits/file", body: "number\n", want: 422},
	"GET /v1/dids/edits":                          {path: "/v1/dids/edits", want: 200},
	"POST /v1/customers/{id}/dids/edits":          {path: "/v1/customers/alice/dids/edits", body: `{"select":{"state":"active"}}`, want: 422, foreign: 404},
	"POST /v1/customers/{id}/dids/edits/file":     {path: "/v1/customers/alice/dids/edits/file", body: "number\n", want: 422, foreign: 404},
	"GET /v1/customers/{id}/dids/edits":           {path: "/v1/customers/alice/dids/edits", want: 200, foreign: 404},
	"GET /v1/edits/{id}":                          {path: "/v1/edits/EDIT", want: 200, foreign: 404},
	"GET /v1/edits/{id}/report":                   {path: "/v1/edits/EDIT/report", want: 200, foreign: 404},
	"POST /v1/edits/{id}/apply":                   {path: "/v1/edits/EDIT/apply", want: 409, foreign: 404},
	"POST /v1/edits/{id}/undo":                    {path: "/v1/edits/EDIT/undo", want: 409, foreign: 404},
	"POST /v1/edits/{id}/cancel":                  {path: "/v1/edits/EDIT/cancel", want: 202, foreign: 404},
	"GET /v1/customers/{id}/edits/{edit}":         {path: "/v1/customers/alice/edits/EDIT", want: 200, foreign: 404},
	"GET /v1/customers/{id}/edits/{edit}/report":  {path: "/v1/customers/alice/edits/EDIT/report", want: 200, foreign: 404},
	"POST /v1/customers/{id}/edits/{edit}/apply":  {path: "/v1/customers/alice/edits/EDIT/apply", want: 409, foreign: 404},
	"POST /v1/customers/{id}/edits/{edit}/undo":   {path: "/v1/customers/alice/edits/EDIT/undo", want: 409, foreign: 404},
	"POST /v1/customers/{id}/edits/{edit}/cancel": {path: "/v1/customers/alice/edits/EDIT/cancel", want: 202, foreign: 404},
	"GET /v1/rentals":                             {path: "/v1/rentals", want: 200},
	"GET /v1/dids/{did}":                          {path: "/v1/dids/" + sold.String(), want: 200, foreign: 404},
	"PATCH /v1/dids/{did}": {path: "/v1/dids/" + sold.String(), body: `{"label":"desk"}`, want: 200,
		foreign: 404},
	"DELETE /v1/dids/{did}":       {path: "/v1/dids/" + bound.String(), want: 409, foreign: 404},
	"POST /v1/dids/{did}/restore": {path: "/v1/dids/" + sold.String() + "/restore", want: 409, foreign: 404},
	"POST /v1/dids/{did}/reclaim": {path: "/v1/dids/" + sold.String() + "/reclaim",
		body: `{"total":{"amount":"2.00","currency":"USD"}}`, want: 409, foreign: 404},
	"GET /v1/dids/{did}/charges":  {path: "/v1/dids/" + sold.String() + "/charges", want: 200, foreign: 404},
	"GET /v1/account":             {path: "/v1/account", want: 200},
	"GET /v1/account/idle-dids":   {path: "/v1/account/idle-dids", want: 409},
	"GET /v1/account/charges":     {path: "/v1/account/charges", want: 200},
	"GET /v1/account/billing":     {path: "/v1/account/billing", want: 200},
	"PATCH /v1/account/billing":   {path: "/v1/account/billing", body: `{"locale":"de"}`, want: 200},
	"GET /v1/account/statement":   {path: "/v1/account/statement", want: 200},
	"GET /v1/invoices":            {path: "/v1/invoices", want: 200},
	"GET /v1/invoices/{invoice}":  {path: "/v1/invoices/alice-inv-1", want: 200, foreign: 404},
	"GET /v1/account/ledger":      {path: "/v1/account/ledger", want: 200},
	"GET /v1/imports":             {path: "/v1/imports", want: 200},
	"POST /v1/imports":            {path: "/v1/imports", body: `{"filename":"a.csv","size":9}`, want: 201},
	"GET /v1/imports/{id}":        {path: "/v1/imports/IMPORT", want: 200, foreign: 404},
	"POST /v1/imports/{id}/apply": {path: "/v1/imports/IMPORT/apply", want: 409, foreign: 404, keys: 403},
	"POST /v1/imports/{id}/plan":  {path: "/v1/imports/IMPORT/plan", body: `{}`, want: 409, foreign: 404, keys: 403},
	"GET /v1/ranges":              {path: "/v1/ranges", want: 200},
	"POST /v1/ranges/withdraw": {path: "/v1/ranges/withdraw",
		body: `{"start":"+441111111110","end":"+441111111119"}`, want: 202},
	"POST /v1/ranges/reprice": {path: "/v1/ranges/reprice",
		body: `{"start":"+441111111110","end":"+441111111119","package":"standard"}`, want: 202},
	"POST /v1/ranges/withhold":       {path: "/v1/ranges/withhold", body: `{"filename":"a.csv","size":9}`, want: 202},
	"POST /v1/ranges/return":         {path: "/v1/ranges/return", body: `{"filename":"a.csv","size":9}`, want: 202},
	"GET /v1/imports/{id}/report":    {path: "/v1/imports/IMPORT/report", want: 404, foreign: 404},
	"GET /v1/import-profiles":        {path: "/v1/import-profiles", want: 200},
	"GET /v1/import-profiles/{name}": {path: "/v1/import-profiles/ofcom", want: 200, foreign: 404},
	"PUT /v1/import-profiles/{name}": {path: "/v1/import-profiles/mine",
		body: `{"country_code":"44","columns":{"number":1},"default_package":"standard"}`, want: 200},
	"GET /v1/routes":         {path: "/v1/routes", want: 200},
	"GET /v1/routes/{did}":   {path: "/v1/routes/" + sold.String(), want: 200, foreign: 404, anyStaff: true},
	"GET /v1/routes/changes": {path: "/v1/routes/changes?after=CURSOR", want: 200},
	"GET /v1/packages":       {path: "/v1/packages", want: 200},
	"POST /v1/packages": {path: "/v1/packages",
		body: `{"id":"standard","name":"New","setup":{"amount":"1.00","currency":"USD"},"recurring":{"amount":"3.00","currency":"USD"},"interval":{"unit":"month","count":1},"active_from":"2030-01-01T00:00:00Z"}`, want: 201},
	"GET /v1/packages/{id}/price-changes": {path: "/v1/packages/standard/price-changes", want: 200},
	"POST /v1/packages/{id}/price-changes": {path: "/v1/packages/standard/price-changes",
		body: `{"new_version":1,"effective":"next_period","notice_days":30,"dry_run":true}`, want: 200},
	"GET /v1/packages/{id}/price-changes/{change}": {path: "/v1/packages/standard/price-changes/01J0000000000000000000000A",
		want: 404, foreign: 404},
	"GET /v1/packages/{id}/price-changes/{change}/report": {
		path: "/v1/packages/standard/price-changes/01J0000000000000000000000A/report", want: 404, foreign: 404},
	"POST /v1/packages/{id}/price-changes/{change}/cancel": {
		path: "/v1/packages/standard/price-changes/01J0000000000000000000000A/cancel", want: 404, foreign: 404},
	"GET /v1/settings":   {path: "/v1/settings", want: 200},
	"PATCH /v1/settings": {path: "/v1/settings", body: `{"aging_days":30}`, want: 200},
	"GET /v1/api-keys":   {path: "/v1/api-keys", want: 200},
	"POST /v1/api-keys":  {path: "/v1/api-keys", body: `{"name":"provider","scopes":["SCOPE"]}`, want: 201},
	"POST /v1/api-keys/{key}/rotate": {path: "/v1/api-keys/ROTATED/rotate", body: `{}`, want: 200, foreign: 404,
		staffOnly: true},
	"DELETE /v1/api-keys/{key}": {path: "/v1/api-keys/KEY", want: 204, foreign: 404, staffOnly: true},
	"GET /v1/users":             {path: "/v1/users", want: 200},
	"POST /v1/users":            {path: "/v1/users", body: `{"name":"New","roles":["viewer"]}`, want: 201},
	"PATCH /v1/users/{id}": {path: "/v1/users/INVITED", body: `{"name":"Newer"}`, want: 200, foreign: 404,
		staffOnly: true},
	"POST /v1/users/{id}/invitation": {path: "/v1/users/INVITED/invitation", want: 200, foreign: 404, staffOnly: true},
	"DELETE /v1/users/{id}":          {path: "/v1/users/UNWANTED", want: 204, foreign: 404, staffOnly: true},
	"POST /v1/invitations/accept":    {path: "/v1/invitations/accept", body: `{"code":"none"}`, want: 404},

	"GET /v1/webhooks": {path: "/v1/webhooks", want: 200},
	"POST /v1/webhooks": {path: "/v1/webhooks",
		body: `{"url":"https://example.com/hooks","events":["did.*"]}`, want: 201},
	"GET /v1/webhooks/{id}": {path: "/v1/webhooks/01J0000000000000000000000A", want: 404,
		foreign: 404},
	"PATCH /v1/webhooks/{id}": {path: "/v1/webhooks/01J0000000000000000000000A",
		body: `{"enabled":false}`, want: 404, foreign: 404},
	"DELETE /v1/webhooks/{id}": {path: "/v1/webhooks/01J0000000000000000000000A", want: 404,
		foreign: 404},
	"POST /v1/webhooks/{id}/rotate": {path: "/v1/webhooks/01J0000000000000000000000A/rotate",
		want: 404, foreign: 404},
	"POST /v1/webhooks/{id}/test": {path: "/v1/webhooks/01J0000000000000000000000A/test",
		want: 404, foreign: 404},
	"GET /v1/webhooks/{id}/deliveries": {path: "/v1/webhooks/01J0000000000000000000000A/deliveries",
		want: 404, foreign: 404},
	"POST /v1/webhooks/{id}/deliveries/{delivery}/resend": {path: "/v1/webhooks/01J0000000000000000000000A/deliveries/01J0000000000000000000000B/resend", want: 404, foreign: 404},
	"GET /v1/customers": {path: "/v1/customers", want: 200},
	"POST /v1/customers": {path: "/v1/customers",
		body: `{"id":"dave-CALLER","name":"Dave"}`, want: 201},
	"GET /v1/customers/{id}": {path: "/v1/customers/alice", want: 200, foreign: 404},
	"PATCH /v1/customers/{id}": {path: "/v1/customers/alice", body: `{"tax_percent":"0"}`,
		want: 200, foreign: 404},
	"POST /v1/customers/{id}/payments": {path: "/v1/customers/alice/payments",
		body: `{"amount":{"amount":"1.00","currency":"USD"},"reference":"p"}`, want: 201, foreign: 404},
	"POST /v1/customers/{id}/refunds": {path: "/v1/customers/alice/refunds",
		body: `{"amount":{"amount":"1.00","currency":"USD"},"reference":"r","note":"why"}`, want: 201, foreign: 404},
	"POST /v1/customers/{id}/adjustments": {path: "/v1/customers/alice/adjustments",
		body: `{"amount":{"amount":"1.00","currency":"USD"},"reference":"a","note":"why"}`, want: 201, foreign: 404},
	"POST /v1/customers/{id}/credit-notes": {path: "/v1/customers/alice/credit-notes", // of a draft, which can't be credited
		body: `{"invoice":"alice-inv-1","reason":"why"}`, want: 409, foreign: 404},
	"GET /v1/customers/{id}/billing": {path: "/v1/customers/alice/billing", want: 200, foreign: 404},
	"PATCH /v1/customers/{id}/billing": {path: "/v1/customers/alice/billing", body: `{"locale":"de"}`, want: 200,
		foreign: 404},
	"GET /v1/customers/{id}/ledger": {path: "/v1/customers/alice/ledger", want: 200, foreign: 404},
	"GET /v1/customers/{id}/statement": {path: "/v1/customers/alice/statement", want: 200,
		foreign: 404},
	"GET /v1/customers/{id}/orders":   {path: "/v1/customers/alice/orders", want: 200, foreign: 404},
	"GET /v1/customers/{id}/invoices": {path: "/v1/customers/alice/invoices", want: 200, foreign: 404},
	"GET /v1/customers/{id}/invoices/{invoice}": {path: "/v1/customers/alice/invoices/alice-inv-1", want: 200,
		foreign: 404},
	"POST /v1/customers/{id}/dids": {path: "/v1/customers/alice/dids",
		body: `{"dids":["+441111111111"],"total":{"amount":"3.00","currency":"USD"}}`, want: 409, foreign: 404},
	"POST /v1/usage": {path: "/v1/usage",
		body: `{"source":"switch","day":"2026-11-23","records":[{"did":"+441111111111","calls":0,"minutes":0}]}`, want: 200},
	"GET /v1/customers/{id}/idle-dids": {path: "/v1/customers/alice/idle-dids", want: 409, foreign: 404},
	"GET /v1/customers/{id}/dids":      {path: "/v1/customers/alice/dids", want: 200, foreign: 404},
	"DELETE /v1/customers/{id}/dids/{did}": {path: "/v1/customers/alice/dids/" + bound.String(), want: 409,
		foreign: 404},
	"POST /v1/customers/{id}/dids/{did}/restore": {path: "/v1/customers/alice/dids/" + bound.String() + "/restore",
		want: 409, foreign: 404},
	"POST /v1/inventory/{did}/port-out": {path: "/v1/inventory/" + (sold + 1).String() + "/port-out",
		want: 404, foreign: 404},
	"GET /v1/inventory/{did}": {path: "/v1/inventory/" + sold.String(), want: 200,
		foreign: 404},
	"POST /v1/account/top-ups": {path: "/v1/account/top-ups",
		body: `{"amount":{"amount":"5.00","currency":"USD"}}`, want: 409},
	"GET /v1/account/top-ups":        {path: "/v1/account/top-ups", want: 200},
	"GET /v1/account/top-ups/{id}":   {path: "/v1/account/top-ups/01J0000000000000000000000A", want: 404, foreign: 404},
	"GET /v1/customers/{id}/top-ups": {path: "/v1/customers/alice/top-ups", want: 200, foreign: 404},
	"GET /v1/payment-findings":       {path: "/v1/payment-findings", want: 200},
	"GET /v1/payment-providers":      {path: "/v1/payment-providers", want: 200},

	"GET /v1/audit":                {path: "/v1/audit", want: 200},
	"GET /v1/find":                 {path: "/v1/find?q=alice", want: 200},
	"GET /v1/reports/revenue":      {path: "/v1/reports/revenue", want: 200},
	"GET /v1/reports/disconnected": {path: "/v1/reports/disconnected?month=2026-11", want: 200},
	"GET /v1/reports/renewals":     {path: "/v1/reports/renewals", want: 200},

	"GET /v1/reports":               {path: "/v1/reports", want: 200},
	"POST /v1/reports":              {path: "/v1/reports", body: `{"report":"rentals","from":"2026-11-01"}`, want: 422},
	"GET /v1/reports/{id}":          {path: "/v1/reports/01J0000000000000000000000A", want: 404, foreign: 404},
	"POST /v1/reports/{id}/cancel":  {path: "/v1/reports/01J0000000000000000000000A/cancel", want: 404, foreign: 404},
	"GET /v1/reports/{id}/download": {path: "/v1/reports/01J0000000000000000000000A/download", want: 404, foreign: 404},

	"GET /v1/audit-schedules":           {path: "/v1/audit-schedules", want: 200},
	"GET /v1/audit-schedules/{name}":    {path: "/v1/audit-schedules/none", want: 404, foreign: 404},
	"PUT /v1/audit-schedules/{name}":    {path: "/v1/audit-schedules/none", body: `{"report":"rentals","every":{"unit":"year"}}`, want: 422},
	"DELETE /v1/audit-schedules/{name}": {path: "/v1/audit-schedules/none", want: 204},
}

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
