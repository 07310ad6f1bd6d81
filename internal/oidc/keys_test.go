package oidc_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/oidc"
)

func (i *issuer) token(t *testing.T, kid string, key *rsa.PrivateKey) string {
	t.Helper()
	return sign(t, jwt.SigningMethodRS256, kid, key, i.claims(nil))
}

func TestKeysAreKeptAndRotate(t *testing.T) {
	t.Parallel()
	first, _ := keys(t)
	second, _ := keys(t)
	i := newIssuer(t)
	i.publish("first", first.Public())
	verifier := newVerifier(i.URL, fixed)
	for range 3 {
		if got := outcome(t, verifier, i.token(t, "first", first)); got != good {
			t.Errorf("token of the first key: %s", got)
		}
	}
	if n := i.fetched(); n != 1 {
		t.Errorf("3 tokens fetched the keys %d times, want once", n)
	}
	i.publish("second", second.Public())
	if got := outcome(t, verifier, i.token(t, "second", second)); got != good {
		t.Errorf("token of a new key: %s", got)
	}
}

// Strangers send tokens with made-up key ids, from several clients. Good tokens are
// verified as fast as before, each bad one is refused soon, the issuer is asked no
// more often than the pace allows, and a new key of the issuer is known within
// seconds.
func TestStrangersDoNotStallKeys(t *testing.T) {
	t.Parallel()
	first, _ := keys(t)
	second, _ := keys(t)
	i := newIssuer(t)
	i.publish("first", first.Public())
	verifier := newVerifier(i.URL, fixed)
	old, rotated := i.token(t, "first", first), i.token(t, "second", second)
	if got := outcome(t, verifier, old); got != good {
		t.Fatal(got)
	}
	strange := make([]string, 64)
	for n := range strange {
		strange[n] = i.token(t, fmt.Sprint("made up ", n), second)
	}
	attack, stop := context.WithCancel(t.Context())
	var attackers sync.WaitGroup
	var refused atomic.Int64
	for n := range 4 {
		attackers.Go(func() {
			for ; attack.Err() == nil; n++ {
				if _, err := verifier.Subject(attack, strange[n%len(strange)]); !errors.Is(err, oidc.ErrToken) {
					t.Errorf("made-up key: %v, want ErrToken", err)
				}
				refused.Add(1)
				time.Sleep(time.Millisecond)
			}
		})
	}
	began := time.Now()
	took := waits(t, verifier, old, 300)
	if p99 := took[len(took)*99/100]; p99 > 200*time.Millisecond {
		t.Errorf("the slowest of 100 good tokens took %v, want less than 200 ms, as it waits for nothing", p99)
	}
	i.publish("second", second.Public())
	published := time.Now()
	for outcome(t, verifier, rotated) != good {
		if time.Since(published) > 10*time.Second {
			t.Fatal("the rotated key is not known after 10 s")
		}
		time.Sleep(10 * time.Millisecond)
	}
	learnt := time.Since(published)
	stop()
	attackers.Wait()
	if learnt > 5*time.Second {
		t.Errorf("the rotated key was learnt after %v, want 5 s at most", learnt)
	}
	most := 3 + int(time.Since(began)/(2*time.Second)) // the first, a burst of two, and one each 2 s
	if n := i.fetched(); n > most {
		t.Errorf("the issuer was asked %d times in %v, want at most %d", n, time.Since(began), most)
	}
	t.Logf("p50 %v, p99 %v, rotation learnt after %v, %d strangers refused, %d fetches",
		took[len(took)/2], took[len(took)*99/100], learnt, refused.Load(), i.fetched())
}

// waits verifies a good token several times and returns the durations, ascending.
func waits(t *testing.T, verifier *oidc.Verifier, token string, times int) []time.Duration {
	t.Helper()
	took := make([]time.Duration, times)
	for n := range took {
		began := time.Now()
		if got := outcome(t, verifier, token); got != good {
			t.Errorf("a good token under attack: %s", got)
		}
		took[n] = time.Since(began)
		time.Sleep(2 * time.Millisecond)
	}
	slices.Sort(took)
	return took
}

// While an issuer stalls, tokens with unknown keys wait for a moment, all together;
// tokens with known keys don't wait.
func TestAStalledIssuerHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	i.publish("known", key.Public())
	verifier := newVerifier(i.URL, fixed)
	known, unknown := i.token(t, "known", key), i.token(t, "unknown", key)
	if got := outcome(t, verifier, known); got != good {
		t.Fatal(got)
	}
	release := i.stall()
	defer release()
	began := time.Now()
	for range 20 {
		if got := outcome(t, verifier, unknown); got != "its key is not the issuer's" {
			t.Errorf("unknown key: %s", got)
		}
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("20 tokens with an unknown key took %v, want a second at most", took)
	}
	began = time.Now()
	if got := outcome(t, verifier, known); got != good {
		t.Errorf("known key: %s", got)
	}
	if took := time.Since(began); took > 100*time.Millisecond {
		t.Errorf("a token with a known key took %v", took)
	}
}

// A fetch that failed, for example because it was frozen past its deadline, is
// repeated with the next token, of any key, and that token does not wait.
func TestAFetchThatFailedIsDoneAgain(t *testing.T) {
	t.Parallel()
	first, _ := keys(t)
	second, _ := keys(t)
	i := newIssuer(t)
	i.publish("first", first.Public())
	verifier := newVerifier(i.URL, fixed)
	old, rotated := i.token(t, "first", first), i.token(t, "second", second)
	if got := outcome(t, verifier, old); got != good {
		t.Fatal(got)
	}
	i.publish("second", second.Public())
	i.fail(true)
	if got := outcome(t, verifier, rotated); got == good {
		t.Error("the key was learnt from an issuer that fails")
	}
	i.fail(false)
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline) && i.fetched() < 2; {
		if got := outcome(t, verifier, old); got != good { // the rotated token is not sent again
			t.Errorf("the old key: %s", got)
		}
		time.Sleep(20 * time.Millisecond)
	}
	time.Sleep(2 * distance)
	i.fail(true)
	if got := outcome(t, verifier, rotated); got != good {
		t.Errorf("the rotated key is not known: %s", got)
	}
}

// A withdrawn key is dropped after an hour, and a document without keys is
// ignored.
func TestKeysAreFetchedAgainAfterAnHour(t *testing.T) {
	t.Parallel()
	first, _ := keys(t)
	i := newIssuer(t)
	i.publish("first", first.Public())
	var ahead atomic.Int64
	verifier := newVerifier(i.URL, func() time.Time { return now.Add(time.Duration(ahead.Load())) })
	token := sign(t, jwt.SigningMethodRS256, "first", first, i.claims(set("exp", now.Add(24*time.Hour).Unix())))
	if got := outcome(t, verifier, token); got != good {
		t.Fatal(got)
	}
	i.withdraw("first")
	ahead.Store(int64(61 * time.Minute))
	if got := outcome(t, verifier, token); got != good {
		t.Errorf("while the keys are fetched: %s", got)
	}
	time.Sleep(5 * distance)
	if got := outcome(t, verifier, token); got != good {
		t.Errorf("after a document without keys: %s", got)
	}
	second, _ := keys(t)
	i.publish("second", second.Public())
	for deadline := time.Now().Add(10 * time.Second); outcome(t, verifier,
		token) == good; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the withdrawn key is still taken")
		}
	}
}

// If an issuer has never answered, tokens are not refused as invalid, and requests
// don't wait long.
func TestIssuerThatIsAwayIsNotTheTokensFault(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	token := i.token(t, "k", key)
	url := i.URL
	i.Close()
	verifier := newVerifier(url, fixed)
	began := time.Now()
	for range 20 {
		if _, err := verifier.Subject(t.Context(), token); !errors.Is(err, oidc.ErrNoKeys) || errors.Is(err, oidc.ErrToken) {
			t.Errorf("err = %v, want ErrNoKeys", err)
		}
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("20 tokens took %v", took)
	}
}

// A token that can't be an access token of the issuer is refused at once, without a
// request to the issuer.
func TestWhatIsNoTokenNeedsNoIssuer(t *testing.T) {
	t.Parallel()
	rsaKey, _ := keys(t)
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	verifier := newVerifier(server.URL, fixed)
	claims := func(change func(jwt.MapClaims)) jwt.MapClaims {
		return (&issuer{Server: server}).claims(change)
	}
	made := func(change func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodRS256, "k", rsaKey, claims(change))
	}
	for what, token := range map[string]string{
		"nothing":          "",
		"some words":       "not.a.token",
		"unsigned":         sign(t, jwt.SigningMethodNone, "", jwt.UnsafeAllowNoneSignatureType, claims(nil)),
		"HMAC":             sign(t, jwt.SigningMethodHS256, "k", []byte("secret"), claims(nil)),
		"expired":          made(set("exp", now.Add(-time.Hour).Unix())),
		"another issuer":   made(set("iss", "https://evil.example")),
		"another audience": made(set("aud", "other")),
		"an id token":      made(drop("scope")),
	} {
		if _, err := verifier.Subject(t.Context(), token); !errors.Is(err, oidc.ErrToken) {
			t.Errorf("%s: %v, want ErrToken", what, err)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the issuer was asked %d times", n)
	}
	if _, err := verifier.Subject(t.Context(), made(nil)); !errors.Is(err, oidc.ErrNoKeys) {
		t.Errorf("a token that could be good: %v, want ErrNoKeys", err)
	}
}

func TestDiscoveryOfAnotherIssuerIsRefused(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	i.publish("k", key.Public())
	token := sign(t, jwt.SigningMethodRS256, "k", key, i.claims(set("iss", i.URL+"/")))
	if _, err := newVerifier(i.URL+"/", fixed).Subject(t.Context(), token); !errors.Is(err, oidc.ErrNoKeys) {
		t.Errorf("err = %v, want ErrNoKeys", err)
	}
}
