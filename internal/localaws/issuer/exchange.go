package issuer

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"maps"
	"net/http"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oklog/ulid/v2"
)

// exchange is OAuth's token endpoint for a public client: for codes and for
// refresh tokens (RFC 6749, 6).
func (i *Issuer) exchange(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	switch r.PostFormValue("grant_type") {
	case "authorization_code":
		i.exchangeCode(w, r)
	case "refresh_token":
		i.refresh(w, r)
	default:
		refuse(w, "unsupported_grant_type", "grant_type must be authorization_code or refresh_token")
	}
}

func (i *Issuer) exchangeCode(w http.ResponseWriter, r *http.Request) {
	g, ok := i.codes.take(r.PostFormValue("code"), i.Now())
	sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if !ok || r.PostFormValue("client_id") != i.Audience || r.PostFormValue("redirect_uri") != g.redirect ||
		base64.RawURLEncoding.EncodeToString(sum[:]) != g.challenge {
		refuse(w, "invalid_grant", "the code is spent, too old, or was made for another request")
		return
	}
	renewal, err := i.sign(otherType, jwt.MapClaims{"iss": i.URL, "sub": g.user, "aud": i.URL + exchangePath,
		"token_use": "refresh", "jti": ulid.Make().String()}, refreshLife)
	if err != nil {
		refuse(w, "server_error", err.Error())
		return
	}
	i.answerTokens(w, g.user, map[string]any{"refresh_token": renewal}, g.nonce)
}

// refresh accepts a refresh token any number of times until it ends or is
// revoked, as Cognito does.
func (i *Issuer) refresh(w http.ResponseWriter, r *http.Request) {
	claims, err := i.refreshClaims(r.PostFormValue("refresh_token"))
	if err != nil || r.PostFormValue("client_id") != i.Audience || i.revoked.has(claims.ID) {
		refuse(w, "invalid_grant", "the refresh token has ended, was revoked, or is not from this issuer")
		return
	}
	i.answerTokens(w, claims.Subject, map[string]any{}, "")
}

func (i *Issuer) refreshClaims(token string) (claims jwt.RegisteredClaims, err error) {
	_, err = jwt.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return &i.key.PublicKey, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodRS256.Alg()}), jwt.WithAudience(i.URL+exchangePath),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(i.Now))
	return claims, err
}

// answerTokens adds a user's tokens to the answer.
func (i *Issuer) answerTokens(w http.ResponseWriter, user string, tokens map[string]any, nonce string) {
	access, err := i.Token(user)
	if err != nil {
		refuse(w, "invalid_grant", err.Error())
		return
	}
	claims := jwt.MapClaims{"iss": i.URL, "sub": i.subjects[user], "aud": i.Audience, "token_use": "id"}
	if nonce != "" {
		claims["nonce"] = nonce
	}
	identity, err := i.sign(otherType, claims, TokenLife)
	if err != nil {
		refuse(w, "server_error", err.Error())
		return
	}
	maps.Copy(tokens, map[string]any{
		"access_token": access, "id_token": identity, "token_type": "Bearer", "expires_in": int(TokenLife.Seconds()),
		"scope": "openid",
	})
	answer(w, http.StatusOK, tokens)
}
