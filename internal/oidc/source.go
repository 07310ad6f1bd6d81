package oidc

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/MicahParks/jwkset"
)

const (
	// maxDocument is the largest size of an issuer's document that is read.
	maxDocument = 1 << 20
	// minRSA is the smallest length of an RSA key (RFC 7518, 3.3).
	minRSA = 2048
)

// source is the address of the issuer's keys. One fetch at a time uses it.
type source struct {
	issuer string
	url    string // of the keys; "" until discovery, and after a failure
}

// keys fetches the public keys that we can use, by their ids. A document without
// such keys is an error, so that a mistake of the issuer doesn't lock all users
// out.
func (s *source) keys(ctx context.Context) (map[string]publicKey, error) {
	if s.url == "" {
		url, err := discover(ctx, s.issuer)
		if err != nil {
			return nil, err
		}
		s.url = url
	}
	byID, err := fetchKeys(ctx, s.url)
	if err != nil {
		s.url = "" // the issuer may have moved them
		return nil, fmt.Errorf("oidc: keys of %s: %w", s.issuer, err)
	}
	return byID, nil
}

func fetchKeys(ctx context.Context, url string) (map[string]publicKey, error) {
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := fetchJSON(ctx, url, &document); err != nil {
		return nil, err
	}
	byID := map[string]publicKey{}
	for _, text := range document.Keys {
		if id, key, ok := readKey(text); ok {
			byID[id] = key
		}
	}
	if len(byID) == 0 {
		return nil, errors.New("none of the keys is usable")
	}
	return byID, nil
}

// readKey reads one JWK. Keys for other uses and algorithms are left out: an
// issuer may publish them in the same document.
func readKey(text json.RawMessage) (id string, key publicKey, ok bool) {
	var marshalled jwkset.JWKMarshal
	if json.Unmarshal(text, &marshalled) != nil || marshalled.KID == "" || marshalled.USE != "" &&
		marshalled.USE != jwkset.UseSig {
		return "", publicKey{}, false
	}
	jwk, err := jwkset.NewJWKFromMarshal(marshalled, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return "", publicKey{}, false
	}
	switch public := jwk.Key().(type) {
	case *rsa.PublicKey:
		key, ok = publicKey{public, "RS256"}, public.N.BitLen() >= minRSA
	case *ecdsa.PublicKey:
		key, ok = publicKey{public, "ES256"}, public.Curve == elliptic.P256()
	}
	return marshalled.KID, key, ok && (marshalled.ALG == "" || marshalled.ALG.String() == key.alg)
}

// discover asks the issuer for the address of its keys (OpenID Connect
// Discovery 1.0, 4).
func discover(ctx context.Context, issuer string) (string, error) {
	var document struct {
		Issuer  string `json:"issuer"`
		JWKSURI string `json:"jwks_uri"`
	}
	if err := fetchJSON(ctx, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration", &document); err != nil {
		return "", fmt.Errorf("oidc: discovery of %s: %w", issuer, err)
	}
	if document.Issuer != issuer || document.JWKSURI == "" {
		return "", fmt.Errorf("oidc: discovery of %s: it has issuer %q, jwks_uri %q", issuer, document.Issuer,
			document.JWKSURI)
	}
	return document.JWKSURI, nil
}

func fetchJSON(ctx context.Context, url string, into any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return json.NewDecoder(io.LimitReader(response.Body, maxDocument)).Decode(into)
}
