package issuer_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"didpurchase/internal/wanttest"
)

const verifier = "a-verifier-that-is-long-enough-to-be-one-0123456789"

func authorizeQuery() url.Values {
	sum := sha256.Sum256([]byte(verifier))
	return url.Values{
		"client_id": {"local"}, "redirect_uri": {"http://127.0.0.1:9/callback?x=1"}, "response_type": {"code"},
		"scope": {"openid"},
		"state": {"st"}, "nonce": {"no"}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
}

// visit gets an authorization page and does not follow where it leads.
func visit(t *testing.T, base string, q url.Values) (status int, location *url.URL, body string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Get(base + "/local/authorize?" + q.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	location, _ = res.Location()
	return res.StatusCode, location, string(text)
}

func exchange(t *testing.T, base string, form url.Values) (status int, answer map[string]any) {
	t.Helper()
	res, err := http.PostForm(base+"/local/oauth2/token", form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, answer
}

func TestACodeBuysOneTokenForWhoAsked(t *testing.T) {
	base := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	q := authorizeQuery()
	if status, _, body := visit(t, base, q); status != 200 || !strings.Contains(body, "user=alice") {
		t.Fatalf("the page: %d %s", status, body)
	}
	q.Set("user", "alice")
	status, to, _ := visit(t, base, q)
	wanttest.Equal(t, "status", status, 302)
	wanttest.Equal(t, "state", to.Query().Get("state"), "st")
	wanttest.Equal(t, "query parameter x", to.Query().Get("x"), "1")
	wanttest.True(t, "a code is given", to.Query().Get("code") != "")
	form := url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"local"}, "redirect_uri": q["redirect_uri"],
		"code": {to.Query().Get("code")}, "code_verifier": {verifier},
	}
	status, answer := exchange(t, base, form)
	if status != 200 || answer["token_type"] != "Bearer" {
		t.Fatalf("%d %v", status, answer)
	}
	if claims := verify(t, base, answer["access_token"].(string)); claims["sub"] != "sub-of-alice" {
		t.Errorf("the claims of the access token are %v", claims)
	}
	if claims := verify(t, base, answer["id_token"].(string)); claims["sub"] != "sub-of-alice" || claims["nonce"] != "no" {
		t.Errorf("the claims of the id token are %v", claims)
	}
	if status, answer := exchange(t, base, form); status != 400 || answer["error"] != "invalid_grant" {
		t.Errorf("a spent code: %d %v", status, answer)
	}
}

func TestAStolenCodeBuysNothing(t *testing.T) {
	base := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	for name, value := range map[string]string{"code_verifier": "another", "client_id": "another",
		"redirect_uri": "http://127.0.0.1:9/", "grant_type": "password"} {
		q := authorizeQuery()
		q.Set("user", "alice")
		_, to, _ := visit(t, base, q)
		form := url.Values{
			"grant_type": {"authorization_code"}, "client_id": {"local"}, "redirect_uri": q["redirect_uri"],
			"code": {to.Query().Get("code")}, "code_verifier": {verifier},
		}
		form.Set(name, value)
		if status, answer := exchange(t, base, form); status != 400 || answer["access_token"] != nil {
			t.Errorf("another %s: %d %v", name, status, answer)
		}
	}
}

func TestAuthorizeRefuses(t *testing.T) {
	base := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	for _, test := range []struct {
		name, value string
		status      int
		back        string
	}{
		{"client_id", "x", 400, ""},
		{"redirect_uri", "https://elsewhere.example/", 400, ""},
		{"redirect_uri", "javascript://127.0.0.1/%0aalert(1)", 400, ""},
		{"user", "nobody", 404, ""},
		{"response_type", "token", 302, "unsupported_response_type"},
		{"code_challenge_method", "plain", 302, "invalid_request"},
		{"code_challenge", "", 302, "invalid_request"},
	} {
		q := authorizeQuery()
		q.Set("user", "alice")
		q.Set(test.name, test.value)
		status, to, body := visit(t, base, q)
		if status != test.status {
			t.Errorf("%+v: %d %s", test, status, body)
		}
		if test.back != "" && (to == nil || to.Query().Get("error") != test.back || to.Query().Get("code") != "") {
			t.Errorf("%+v: back to %v", test, to)
		}
	}
}

func TestARefreshTokenRenewsTheSession(t *testing.T) {
	base := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	q := authorizeQuery()
	q.Set("user", "alice")
	_, to, _ := visit(t, base, q)
	_, first := exchange(t, base, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"local"}, "redirect_uri": q["redirect_uri"],
		"code": {to.Query().Get("code")}, "code_verifier": {verifier},
	})
	renewal, _ := first["refresh_token"].(string)
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {"local"}, "refresh_token": {renewal}}
	for range 2 {
		status, answer := exchange(t, base, form)
		if status != 200 {
			t.Fatalf("%d %v", status, answer)
		}
		if claims := verify(t, base, answer["access_token"].(string)); claims["sub"] != "sub-of-alice" {
			t.Errorf("the claims of the access token are %v", claims)
		}
	}
	for name, value := range map[string]string{
		"client_id": "another", "refresh_token": first["access_token"].(string), // an access token renews nothing
	} {
		other := maps.Clone(form)
		other.Set(name, value)
		if status, answer := exchange(t, base, other); status != 400 || answer["error"] != "invalid_grant" {
			t.Errorf("with another %s: %d %v", name, status, answer)
		}
	}
	if _, err := parse(t, base, renewal); err == nil {
		t.Error("a refresh token is taken for an access token")
	}
}

// signIn returns the answer of the token endpoint for alice.
func signIn(t *testing.T, base string) map[string]any {
	t.Helper()
	q := authorizeQuery()
	q.Set("user", "alice")
	_, to, _ := visit(t, base, q)
	status, answer := exchange(t, base, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {"local"}, "redirect_uri": q["redirect_uri"],
		"code": {to.Query().Get("code")}, "code_verifier": {verifier},
	})
	if status != 200 {
		t.Fatalf("sign in: %d %v", status, answer)
	}
	return answer
}

// A refresh token that was revoked, as the portal does at sign-out, renews
// nothing; another session of the same user goes on.
func TestARevokedTokenRenewsNothing(t *testing.T) {
	base := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	ended, other := signIn(t, base)["refresh_token"].(string), signIn(t, base)["refresh_token"].(string)
	revoke := func(form url.Values) int {
		t.Helper()
		res, err := http.PostForm(base+"/local/oauth2/revoke", form)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	refresh := func(token string) int {
		t.Helper()
		status, _ := exchange(t, base, url.Values{"grant_type": {"refresh_token"}, "client_id": {"local"},
			"refresh_token": {token}})
		return status
	}
	if status := revoke(url.Values{"client_id": {"another"}, "token": {ended}}); status != 400 {
		t.Errorf("revoked by another client: %d, want 400", status)
	}
	if status := refresh(ended); status != 200 {
		t.Errorf("before it is revoked: %d, want 200", status)
	}
	for _, token := range []string{ended, ended, "not a token"} { // RFC 7009, 2.2: each is answered alike
		if status := revoke(url.Values{"client_id": {"local"}, "token": {token}}); status != 200 {
			t.Errorf("revoke %q: %d, want 200", token, status)
		}
	}
	if status := refresh(ended); status != 400 {
		t.Errorf("after it was revoked: %d, want 400", status)
	}
	if status := refresh(other); status != 200 {
		t.Errorf("another session: %d, want 200", status)
	}
}
