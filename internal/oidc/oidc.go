// Package oidc verifies access tokens of one OpenID Connect issuer: Cognito, the
// local issuer, or any other that publishes its keys by discovery. It knows
// tokens, not users.
package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

// ErrToken says that a token is not a valid access token of this issuer for
// this audience; errors that wrap it say why, in words that its sender may read.
var ErrToken = errors.New("invalid access token")

const (
	// leeway is how far the issuer's clock may be from ours.
	leeway = 30 * time.Second
	// fetchTimeout bounds each request to the issuer.
	fetchTimeout = 5 * time.Second
	// refreshEvery bounds how often a token with an unknown key id makes us ask
	// the issuer again, as anybody can send such tokens.
	refreshEvery = 10 * time.Second
	// maxDocument bounds what we read of the issuer's discovery document.
	maxDocument = 1 << 20
)

// algorithms are the asymmetric ones that issuers use: never none, and never
// HMAC, whose key would be the public one.
var algorithms = []string{"RS256", "ES256"}

// Verifier verifies the tokens of one issuer for one audience. Its keys are
// fetched when the first token comes, so that a function starts without its
// issuer, and are kept; an unknown key id fetches them again.
type Verifier struct {
	issuer, audience string
	now              func() time.Time

	mu   sync.Mutex
	keys keyfunc.Keyfunc // nil until the issuer answered
}

// New makes a Verifier. The issuer is compared with tokens' iss as it stands.
func New(issuer, audience string, now func() time.Time) *Verifier {
	return &Verifier{issuer: issuer, audience: audience, now: now}
}

// claims are those that we read. Cognito's access tokens have no aud but a
// client_id; its id tokens have an aud, and are no access tokens.
type claims struct {
	jwt.RegisteredClaims
	ClientID string `json:"client_id"`
	TokenUse string `json:"token_use"`
}

// Subject verifies the token and returns whom it speaks for, the sub claim.
//
// Errors: one that wraps ErrToken when the token is at fault; another when the
// issuer could not be asked for its keys.
func (v *Verifier) Subject(ctx context.Context, token string) (string, error) {
	var c claims
	if err := v.parse(ctx, token, &c); err != nil {
		return "", err
	}
	switch {
	case !slices.Contains(c.Audience, v.audience) && c.ClientID != v.audience:
		return "", fmt.Errorf("%w: it is for another audience", ErrToken)
	case c.TokenUse != "" && c.TokenUse != "access":
		return "", fmt.Errorf("%w: it is an %s token", ErrToken, c.TokenUse)
	case c.Subject == "":
		return "", fmt.Errorf("%w: it has no subject", ErrToken)
	}
	return c.Subject, nil
}

// parse reads the claims of a token that is the issuer's and of this moment.
// What is no token of an accepted algorithm is refused without the issuer.
func (v *Verifier) parse(ctx context.Context, token string, into *claims) error {
	var unanswered error
	_, err := v.parser().ParseWithClaims(token, into, func(parsed *jwt.Token) (any, error) {
		var keys keyfunc.Keyfunc
		if keys, unanswered = v.fetchedKeys(ctx); unanswered != nil {
			return nil, unanswered
		}
		return keys.KeyfuncCtx(ctx)(parsed)
	})
	switch {
	case unanswered != nil:
		return unanswered
	case err != nil:
		return fmt.Errorf("%w: %s", ErrToken, reason(err))
	}
	return nil
}

func (v *Verifier) parser() *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods(algorithms),
		jwt.WithIssuer(v.issuer),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(v.now),
	)
}

// reason is what is wrong with a token, without the library's own words.
func reason(err error) string {
	for _, r := range []struct {
		is   error
		text string
	}{
		{jwt.ErrTokenMalformed, "it is malformed"},
		{jwt.ErrTokenSignatureInvalid, "its signature is not valid"},
		{jwt.ErrTokenUnverifiable, "its key is not the issuer's"},
		{jwt.ErrTokenExpired, "it has expired"},
		{jwt.ErrTokenNotValidYet, "it is not valid yet"},
		{jwt.ErrTokenInvalidIssuer, "it is of another issuer"},
		{jwt.ErrTokenRequiredClaimMissing, "it lacks a claim that is required, such as exp"},
	} {
		if errors.Is(err, r.is) {
			return r.text
		}
	}
	return "it can't be verified"
}

func (v *Verifier) fetchedKeys(ctx context.Context) (keyfunc.Keyfunc, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil {
		return v.keys, nil
	}
	url, err := v.discover(ctx)
	if err != nil {
		return nil, err
	}
	failFirst := false
	// The key set outlives this request, so its context does not bound it.
	keys, err := keyfunc.NewDefaultOverrideCtx(context.WithoutCancel(ctx), []string{url}, keyfunc.Override{
		HTTPTimeout:               fetchTimeout,
		NoErrorReturnFirstHTTPReq: &failFirst,
		RefreshUnknownKID:         rate.NewLimiter(rate.Every(refreshEvery), 1),
		// It bounds the wait for the limiter and the fetch together. While the next
		// fetch is further away than that, such a token is refused at once.
		RateLimitWaitMax: fetchTimeout,
	})
	if err != nil {
		return nil, fmt.Errorf("oidc: keys of %s: %w", v.issuer, err)
	}
	v.keys = keys
	return keys, nil
}

// discover asks the issuer where its keys are (OpenID Connect Discovery 1.0, 4).
func (v *Verifier) discover(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(v.issuer, "/")+"/.well-known/openid-configuration", nil)
	if err != nil {
		return "", fmt.Errorf("oidc: discovery of %s: %w", v.issuer, err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", fmt.Errorf("oidc: discovery of %s: %w", v.issuer, err)
	}
	defer response.Body.Close()
	var document struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxDocument)).Decode(&document)
	if response.StatusCode != http.StatusOK || err != nil {
		return "", fmt.Errorf("oidc: discovery of %s: status %d, %v", v.issuer, response.StatusCode, err)
	}
	if document.Issuer != v.issuer || document.JWKSURI == "" {
		return "", fmt.Errorf("oidc: discovery of %s: it says issuer %q, jwks_uri %q", v.issuer, document.Issuer, document.JWKSURI)
	}
	return document.JWKSURI, nil
}
