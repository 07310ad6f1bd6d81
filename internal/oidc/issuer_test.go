package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/oidc"
)

const audience = "did-purchase"

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// issuer is an OpenID issuer with everything that verifiers use.
type issuer struct {
	*httptest.Server
	mu      sync.Mutex
	keys    map[string]crypto.PublicKey
	fetches int
	failing bool
	stalled chan struct{} // if set, no request is answered before it is closed
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

// distance is the duration of an issuer's answer: a remote issuer does not answer
// within a millisecond.
const distance = 30 * time.Millisecond

func (i *issuer) serveKeys(w http.ResponseWriter, r *http.Request) {
	time.Sleep(distance)
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.failing {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	i.fetches++
	if stalled := i.stalled; stalled != nil {
		i.mu.Unlock()
		<-stalled
		i.mu.Lock()
	}
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
	c := jwt.MapClaims{"iss": i.URL, "sub": "alice", "aud": audience, "scope": "openid", "exp": now.Add(time.Hour).Unix(),
		"nbf": now.Unix()}
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

func newVerifier(issuer string, now func() time.Time) *oidc.Verifier {
	return oidc.New(issuer, audience, now, slog.New(slog.NewTextHandler(io.Discard, nil)))
}

func fixed() time.Time { return now }

// stall makes the issuer answer nothing until release is called.
func (i *issuer) stall() (release func()) {
	stalled := make(chan struct{})
	i.mu.Lock()
	defer i.mu.Unlock()
	i.stalled = stalled
	return func() { close(stalled) }
}

// fail makes the issuer answer 500; such an answer does not count as a fetch.
func (i *issuer) fail(on bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.failing = on
}

func (i *issuer) withdraw(kid string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.keys, kid)
}
