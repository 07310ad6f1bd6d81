// Package issuer is an OIDC issuer for one machine: discovery, keys, a sign-in
// page with the configured users (authorization code with PKCE), and their
// access tokens, without a password. It knows only names and subjects; the
// system looks up permissions itself.
package issuer

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"github.com/oklog/ulid/v2"
)

// TokenLife is the life of a token.
const TokenLife = time.Hour

// Paths of the issuer, relative to its URL.
const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/.well-known/jwks.json"
	tokenPath     = "/local/token" // {"user": "<name>"}, for scripts
	authorizePath = "/local/authorize"
	exchangePath  = "/local/oauth2/token" // OAuth's own token endpoint
	revokePath    = "/local/oauth2/revoke"
	stylePath     = "/local/sign-in.css"
)

// User is a user who can get a token.
type User struct {
	Name    string // asked for at /local/token
	Subject string // the token's sub
	Group   string // under which the page to sign in lists the user
	About   string // the page's text about the user
}

// Config has the issuer's URL, clients and users.
type Config struct {
	URL      string // the issuer, without a trailing slash; its paths are served there
	Audience string // client id of the tokens
	KeyFile  string // PEM of the signing key, made when it is missing
	Users    []User
	Now      func() time.Time
}

// Issuer signs tokens.
type Issuer struct {
	Config
	key      *rsa.PrivateKey
	keyID    string
	keys     json.RawMessage // the JWKS
	subjects map[string]string
	codes    codes
	revoked  revoked
	*http.ServeMux
}

// New reads the key, or creates it.
func New(config Config) (*Issuer, error) {
	key, err := loadKey(config.KeyFile)
	if err != nil {
		return nil, err
	}
	i := &Issuer{Config: config, key: key, subjects: map[string]string{}, ServeMux: http.NewServeMux()}
	if i.keyID, i.keys, err = publish(key); err != nil {
		return nil, fmt.Errorf("publish the issuer's key: %w", err)
	}
	for _, user := range config.Users {
		i.subjects[user.Name] = user.Subject
	}
	i.HandleFunc("GET "+discoveryPath, i.discovery)
	i.HandleFunc("GET "+keysPath, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, i.keys) })
	i.HandleFunc("POST "+tokenPath, i.token)
	i.HandleFunc("GET "+authorizePath, i.authorize)
	i.HandleFunc("POST "+exchangePath, i.exchange)
	i.HandleFunc("POST "+revokePath, i.revoke)
	i.HandleFunc("GET "+stylePath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Write(signInStyle)
	})
	return i, nil
}

// publish returns the public half as a JWKS, with its hash as its id.
func publish(key *rsa.PrivateKey) (id string, keys json.RawMessage, err error) {
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(der)
	id = base64.RawURLEncoding.EncodeToString(sum[:])
	public, err := jwkset.NewJWKFromKey(&key.PublicKey, jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{ALG: jwkset.AlgRS256, KID: id, USE: jwkset.UseSig},
	})
	if err != nil {
		return "", nil, err
	}
	keys, err = json.Marshal(jwkset.JWKSMarshal{Keys: []jwkset.JWKMarshal{public.Marshal()}})
	return id, keys, err
}

// ErrUnknownUser is the answer to an unknown name.
var ErrUnknownUser = errors.New("unknown user")

// Types of the tokens that the issuer signs (their header's typ). The API
// accepts only at+jwt (RFC 9068).
const (
	accessType = "at+jwt"
	otherType  = "JWT"
)

// Token returns the user's access token: RFC 9068's, with Cognito's claims. No
// claim names the user's carrier or customer. Errors: ErrUnknownUser.
func (i *Issuer) Token(name string) (string, error) {
	subject, ok := i.subjects[name]
	if !ok {
		return "", fmt.Errorf("%w: %q", ErrUnknownUser, name)
	}
	return i.sign(accessType, jwt.MapClaims{
		"iss": i.URL, "sub": subject, "client_id": i.Audience, "aud": i.Audience,
		"token_use": "access", "scope": "openid", "username": name, "jti": ulid.Make().String(),
	}, TokenLife)
}

// sign adds the times to the claims and signs them.
func (i *Issuer) sign(typ string, claims jwt.MapClaims, life time.Duration) (string, error) {
	now := i.Now()
	claims["iat"], claims["exp"] = now.Unix(), now.Add(life).Unix()
	token := jwt.NewWithClaims(jwt.SigningMethodRS256, claims)
	token.Header["kid"], token.Header["typ"] = i.keyID, typ
	return token.SignedString(i.key)
}

func (i *Issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Origin", "*") // a page under development is from elsewhere
	answer(w, http.StatusOK, map[string]any{
		"issuer": i.URL, "jwks_uri": i.URL + keysPath,
		"authorization_endpoint": i.URL + authorizePath, "token_endpoint": i.URL + exchangePath,
		"revocation_endpoint":                   i.URL + revokePath,
		"grant_types_supported":                 []string{"authorization_code", "refresh_token"},
		"code_challenge_methods_supported":      []string{"S256"},
		"token_endpoint_auth_methods_supported": []string{"none"},
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported":              []string{"code"},
		"scopes_supported":                      []string{"openid"},
		"subject_types_supported":               []string{"public"},
	})
}

func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	var in struct{ User string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&in); err != nil || in.User == "" {
		problem(w, http.StatusBadRequest, "invalid_request", `send {"user": "<name>"}`)
		return
	}
	token, err := i.Token(in.User)
	switch {
	case errors.Is(err, ErrUnknownUser):
		problem(w, http.StatusNotFound, "not_found", fmt.Sprintf("this issuer has no user %q", in.User))
	case err != nil:
		problem(w, http.StatusInternalServerError, "internal", err.Error())
	default:
		answer(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer",
			"expires_in": int(TokenLife.Seconds())})
	}
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	write(w, status, body)
}

// problem answers with an RFC 9457 problem.
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	write(w, status, map[string]any{
		"type": "about:blank", "title": http.StatusText(status), "status": status, "code": code, "detail": detail,
	})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}
