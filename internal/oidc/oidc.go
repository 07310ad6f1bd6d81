// Package oidc verifies access tokens of one OpenID Connect issuer: Cognito,
// the local issuer, or any other that publishes its keys by discovery. It knows
// tokens, not users.
package oidc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var (
	// ErrToken means that a token is not a valid access token of this issuer
	// for this audience; errors that wrap it give the reason, in words for its
	// sender.
	ErrToken = errors.New("invalid access token")
	// ErrNoKeys means that a token can't be verified, because the issuer has
	// not answered since this process began.
	ErrNoKeys = errors.New("the issuer's keys are not known yet")
)

const (
	// leeway is the allowed difference between the issuer's clock and ours.
	leeway = 30 * time.Second
	// maxToken limits the length of a token. API Gateway allows 10,240 bytes of
	// headers in all.
	maxToken = 8 << 10
)

// algorithms are the asymmetric ones that issuers use: never none, and never HMAC,
// whose key would be the public one.
var algorithms = []string{"RS256", "ES256"}

// Verifier verifies the tokens of one issuer for one audience. It fetches the
// keys at the first token, so that a function starts without its issuer; keySet
// describes later fetches.
type Verifier struct {
	issuer, audience string
	now              func() time.Time
	keys             *keySet
}

// New returns a Verifier. The issuer must equal a token's iss exactly.
func New(issuer, audience string, now func() time.Time, log *slog.Logger) *Verifier {
	return &Verifier{issuer: issuer, audience: audience, now: now, keys: newKeySet(issuer, now, log)}
}

// Subject verifies the token and returns its sub claim, which identifies the
// user.
//
// Errors: one that wraps ErrToken if the token is invalid; ErrNoKeys if the
// issuer has never answered.
func (v *Verifier) Subject(ctx context.Context, token string) (string, error) {
	head, err := readHeader(token)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrToken, err)
	}
	var c claims
	_, err = v.parser().ParseWithClaims(token, &c, func(*jwt.Token) (any, error) {
		// The token is checked before its key is looked up, so that only a
		// token that could be valid causes a request to the issuer.
		if err := v.check(head, &c); err != nil {
			return nil, err
		}
		return v.keys.key(ctx, head.kid, head.alg)
	})
	switch {
	case errors.Is(err, ErrNoKeys):
		return "", ErrNoKeys
	case err != nil:
		return "", fmt.Errorf("%w: %s", ErrToken, reason(err))
	}
	return c.Subject, nil
}

// check refuses a token that is not an access token of this issuer, for this
// audience and at this time. It does not look at the signature.
func (v *Verifier) check(head header, c *claims) error {
	if err := jwt.NewValidator(v.rules()...).Validate(c); err != nil {
		return err
	}
	if c.Subject == "" {
		return unacceptable("it has no subject")
	}
	return accept(head, c, v.audience)
}

func (v *Verifier) rules() []jwt.ParserOption {
	return []jwt.ParserOption{
		jwt.WithValidMethods(algorithms),
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(v.issuer),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(v.now),
	}
}

func (v *Verifier) parser() *jwt.Parser { return jwt.NewParser(v.rules()...) }

// unacceptable is our own reason for refusing a token.
type unacceptable string

func (u unacceptable) Error() string { return string(u) }

// reason describes the fault of a token, without the library's own words. The
// library wraps faults that are found before the signature in
// ErrTokenUnverifiable.
func reason(err error) string {
	var own unacceptable
	if errors.As(err, &own) {
		return own.Error()
	}
	for _, r := range []struct {
		is   error
		text string
	}{
		{errUnknownKey, "its key is not the issuer's"},
		{jwt.ErrTokenExpired, "it has expired"},
		{jwt.ErrTokenNotValidYet, "it is not valid yet"},
		{jwt.ErrTokenUsedBeforeIssued, "it is not valid yet"},
		{jwt.ErrTokenInvalidIssuer, "it is of another issuer"},
		{jwt.ErrTokenRequiredClaimMissing, "it lacks a claim that is required, such as exp"},
		{jwt.ErrTokenMalformed, "it is malformed"},
		{jwt.ErrTokenSignatureInvalid, "its signature is not valid"},
	} {
		if errors.Is(err, r.is) {
			return r.text
		}
	}
	return "it can't be verified"
}
