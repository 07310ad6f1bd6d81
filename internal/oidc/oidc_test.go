package oidc_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/oidc"
)

const audience = "did-purchase"

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// issuer is a real OpenID issuer as far as verifiers see one.
type issuer struct {
	*httptest.Server
	mu      sync.Mutex
	keys    map[string]crypto.PublicKey
	fetches int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{keys: map[string]crypto.PublicKey{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]string{"issuer": i.URL, "jwks_uri": i.URL + "/keys"})
	})
	mux.HandleFunc("GET /keys", i.serveKeys)
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

// distance is how long an issuer's answer takes: one that is elsewhere answers
// neither at once nor in a millisecond.
const distance = 20 * time.Millisecond

func (i *issuer) serveKeys(w http.ResponseWriter, r *http.Request) {
	time.Sleep(distance)
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fetches++
	set := jwkset.NewMemoryStorage()
	for kid, key := range i.keys {
		jwk, err := jwkset.NewJWKFromKey(key, jwkset.JWKOptions{Metadata: jwkset.JWKMetadataOptions{KID: kid}})
		if err != nil {
			panic(err)
		}
		set.KeyWrite(r.Context(), jwk)
	}
	body, err := set.JSONPublic(r.Context())
	if err != nil {
		panic(err)
	}
	w.Write(body)
}

func (i *issuer) publish(kid string, key crypto.PublicKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys[kid] = key
}

func (i *issuer) fetched() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

func (i *issuer) claims(change func(jwt.MapClaims)) jwt.MapClaims {
	c := jwt.MapClaims{"iss": i.URL, "sub": "alice", "aud": audience, "exp": now.Add(time.Hour).Unix(), "nbf": now.Unix()}
	if change != nil {
		change(c)
	}
	return c
}

func sign(t *testing.T, method jwt.SigningMethod, kid string, key any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	token.Header["kid"] = kid
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func keys(t *testing.T) (*rsa.PrivateKey, *ecdsa.PrivateKey) {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return rsaKey, ecKey
}

func TestSubject(t *testing.T) {
	t.Parallel()
	rsaKey, ecKey := keys(t)
	otherKey, _ := keys(t)
	i := newIssuer(t)
	i.publish("rsa", rsaKey.Public())
	i.publish("ec", ecKey.Public())
	verifier := oidc.New(i.URL, audience, func() time.Time { return now })

	rs256 := func(change func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodRS256, "rsa", rsaKey, i.claims(change))
	}
	public, err := json.Marshal(rsaKey.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		token string
		want  string // the reason, "" when the token is good
	}{
		"RS256":              {rs256(nil), ""},
		"ES256":              {sign(t, jwt.SigningMethodES256, "ec", ecKey, i.claims(nil)), ""},
		"one of audiences":   {rs256(func(c jwt.MapClaims) { c["aud"] = []string{"x", audience} }), ""},
		"Cognito's access":   {rs256(func(c jwt.MapClaims) { delete(c, "aud"); c["client_id"] = audience; c["token_use"] = "access" }), ""},
		"Cognito's id token": {rs256(func(c jwt.MapClaims) { c["token_use"] = "id" }), "id token"},
		"within the leeway":  {rs256(func(c jwt.MapClaims) { c["exp"] = now.Add(-20 * time.Second).Unix() }), ""},
		"expired":            {rs256(func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Minute).Unix() }), "expired"},
		"no exp":             {rs256(func(c jwt.MapClaims) { delete(c, "exp") }), "lacks a claim"},
		"not yet valid":      {rs256(func(c jwt.MapClaims) { c["nbf"] = now.Add(time.Minute).Unix() }), "not valid yet"},
		"wrong issuer":       {rs256(func(c jwt.MapClaims) { c["iss"] = "https://evil.example" }), "another issuer"},
		"wrong audience":     {rs256(func(c jwt.MapClaims) { c["aud"] = "other" }), "another audience"},
		"no audience":        {rs256(func(c jwt.MapClaims) { delete(c, "aud") }), "another audience"},
		"no subject":         {rs256(func(c jwt.MapClaims) { delete(c, "sub") }), "no subject"},
		"another's key":      {sign(t, jwt.SigningMethodRS256, "rsa", otherKey, i.claims(nil)), "signature"},
		"alg none":           {sign(t, jwt.SigningMethodNone, "rsa", jwt.UnsafeAllowNoneSignatureType, i.claims(nil)), "signature"},
		"HMAC by public key": {sign(t, jwt.SigningMethodHS256, "rsa", public, i.claims(nil)), "signature"},
		"RS512":              {sign(t, jwt.SigningMethodRS512, "rsa", rsaKey, i.claims(nil)), "signature"},
		"tampered":           {graft(rs256(func(c jwt.MapClaims) { c["sub"] = "bob" }), rs256(nil)), "signature"},
		"not a token":        {"hello", "malformed"},
		"empty":              {"", "malformed"},
	} {
		subject, err := verifier.Subject(context.Background(), c.token)
		switch {
		case c.want == "" && (err != nil || subject != "alice"):
			t.Errorf("%s: %q, %v; want alice", name, subject, err)
		case c.want != "" && (!errors.Is(err, oidc.ErrToken) || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %q, %v; want ErrToken saying %q", name, subject, err, c.want)
		}
	}
}

// graft puts the signature of one token under the claims of another.
func graft(claims, signature string) string {
	c, s := strings.Split(claims, "."), strings.Split(signature, ".")
	return c[0] + "." + c[1] + "." + s[2]
}

func TestKeysAreKeptAndRotate(t *testing.T) {
	t.Parallel()
	first, _ := keys(t)
	second, _ := keys(t)
	i := newIssuer(t)
	i.publish("first", first.Public())
	verifier := oidc.New(i.URL, audience, func() time.Time { return now })
	for range 3 {
		if _, err := verifier.Subject(context.Background(), sign(t, jwt.SigningMethodRS256, "first", first, i.claims(nil))); err != nil {
			t.Fatal(err)
		}
	}
	if n := i.fetched(); n != 1 {
		t.Errorf("3 tokens fetched the keys %d times, want once", n)
	}
	i.publish("second", second.Public())
	if _, err := verifier.Subject(context.Background(), sign(t, jwt.SigningMethodRS256, "second", second, i.claims(nil))); err != nil {
		t.Errorf("token of a new key: %v", err)
	}
	// Made-up key ids neither pass nor make us hammer the issuer.
	for range 20 {
		if _, err := verifier.Subject(context.Background(), sign(t, jwt.SigningMethodRS256, "made up", second, i.claims(nil))); !errors.Is(err, oidc.ErrToken) {
			t.Errorf("token of an unknown key: %v", err)
		}
	}
	if n := i.fetched(); n > 3 {
		t.Errorf("keys were fetched %d times", n)
	}
}

func TestIssuerThatIsAwayIsNotTheTokensFault(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	token := sign(t, jwt.SigningMethodRS256, "k", key, i.claims(nil))
	url := i.URL
	i.Close()
	_, err := oidc.New(url, audience, func() time.Time { return now }).Subject(context.Background(), token)
	if err == nil || errors.Is(err, oidc.ErrToken) {
		t.Errorf("err = %v, want one that is not ErrToken", err)
	}
}

// Garbage, which anybody can send, is answered at once and asks nobody.
func TestWhatIsNoTokenNeedsNoIssuer(t *testing.T) {
	t.Parallel()
	rsaKey, _ := keys(t)
	verifier := oidc.New("http://127.0.0.1:1", audience, func() time.Time { return now })
	claims := jwt.MapClaims{"iss": "http://127.0.0.1:1", "sub": "s", "aud": audience, "exp": now.Add(time.Hour).Unix()}
	for what, token := range map[string]string{
		"nothing":    "",
		"some words": "not.a.token",
		"unsigned":   sign(t, jwt.SigningMethodNone, "", jwt.UnsafeAllowNoneSignatureType, claims),
		"HMAC":       sign(t, jwt.SigningMethodHS256, "k", []byte("secret"), claims),
		"of its key": sign(t, jwt.SigningMethodRS256, "k", rsaKey, claims),
	} {
		_, err := verifier.Subject(t.Context(), token)
		if faulty := errors.Is(err, oidc.ErrToken); err == nil || faulty != (what != "of its key") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestDiscoveryOfAnotherIssuerIsRefused(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	token := sign(t, jwt.SigningMethodRS256, "k", key, i.claims(nil))
	_, err := oidc.New(i.URL+"/", audience, func() time.Time { return now }).Subject(context.Background(), token)
	if err == nil || errors.Is(err, oidc.ErrToken) {
		t.Errorf("err = %v, want a discovery error", err)
	}
}
