package issuer_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/localaws/issuer"
	"didpurchase/internal/wanttest"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func serve(t *testing.T, keyFile string) string {
	t.Helper()
	var i *issuer.Issuer
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { i.ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	i, err := issuer.New(issuer.Config{
		URL: front.URL, Audience: "local", KeyFile: keyFile,
		Users: []issuer.User{{Name: "alice", Subject: "sub-of-alice"}}, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return front.URL
}

func ask(t *testing.T, url, body string) (status int, kind string, answer map[string]any) {
	t.Helper()
	res, err := http.Post(url+"/local/token", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Content-Type"), answer
}

// verify checks a token as any OIDC client would: discovery, keys, signature.
func verify(t *testing.T, url, token string) jwt.MapClaims {
	t.Helper()
	claims, err := parse(t, url, token)
	if err != nil {
		t.Fatalf("the token: %v", err)
	}
	return claims
}

// parse takes a token as the API does that the issuer signs for.
func parse(t *testing.T, url, token string) (claims jwt.MapClaims, err error) {
	t.Helper()
	res, err := http.Get(url + "/.well-known/openid-configuration")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var found struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := json.NewDecoder(res.Body).Decode(&found); err != nil || found.Issuer != url {
		t.Fatalf("discovery: %+v, %v", found, err)
	}
	keys, err := keyfunc.NewDefaultCtx(t.Context(), []string{found.JWKSURI})
	if err != nil {
		t.Fatal(err)
	}
	claims = jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, keys.Keyfunc, jwt.WithValidMethods([]string{"RS256"}), jwt.WithIssuer(url),
		jwt.WithAudience("local"), jwt.WithTimeFunc(func() time.Time { return now.Add(59 * time.Minute) }))
	return claims, err
}

func TestASeededUserGetsATokenThatOutlivesARestart(t *testing.T) {
	keyFile := filepath.Join(t.TempDir(), "issuer.pem")
	url := serve(t, keyFile)
	status, _, answer := ask(t, url, `{"user": "alice"}`)
	if status != http.StatusOK {
		t.Fatalf("status %d: %v", status, answer)
	}
	claims := verify(t, url, answer["access_token"].(string))
	for claim, want := range map[string]any{"sub": "sub-of-alice", "client_id": "local", "token_use": "access",
		"exp": float64(now.Unix() + 3600)} {
		if claims[claim] != want {
			t.Errorf("%s is %v, want %v", claim, claims[claim], want)
		}
	}
	before, err := os.ReadFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, keyFile)
	if after, err := os.ReadFile(keyFile); err != nil || string(after) != string(before) {
		t.Errorf("the key changed, %v", err)
	}
	if info, err := os.Stat(keyFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's mode is %v, %v", info.Mode(), err)
	}
}

func TestNobodyElseGetsAToken(t *testing.T) {
	url := serve(t, filepath.Join(t.TempDir(), "issuer.pem"))
	for body, want := range map[string]int{
		`{"user": "mallory"}`: 404, `{"user": ""}`: 400, `{}`: 400, `not json`: 400, `{"user": 7}`: 400,
	} {
		status, kind, answer := ask(t, url, body)
		wanttest.Equal(t, body+": status", status, want)
		wanttest.Equal(t, body+": content type", kind, "application/problem+json")
		wanttest.True(t, body+": the problem has a code", answer["code"] != nil)
		wanttest.True(t, body+": no access token", answer["access_token"] == nil)
	}
}

func TestABrokenKeySaysWhatToDo(t *testing.T) {
	keyFile := filepath.Join(t.TempDir(), "issuer.pem")
	if err := os.WriteFile(keyFile, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := issuer.New(issuer.Config{KeyFile: keyFile})
	if err == nil || !strings.Contains(err.Error(), "delete the file") {
		t.Errorf("got %v", err)
	}
}
