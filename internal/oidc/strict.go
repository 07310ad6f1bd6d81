package oidc

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// header is the part of a token's JOSE header that we read (RFC 7515, 4.1). We
// never follow its jku, x5u, jwk or x5c: a token can't bring its own key.
type header struct {
	typ, alg, kid string
}

// claims are the claims of a token's payload that we read.
type claims struct {
	jwt.RegisteredClaims
	clientID, azp, tokenUse string
	// has names every claim of the token, also those that we don't read.
	has map[string]bool
}

// readHeader reads the header of a token before the token is parsed, because
// the library's reader takes the last of two members with one name.
func readHeader(token string) (header, error) {
	if len(token) > maxToken {
		return header{}, unacceptable(fmt.Sprintf("it is longer than %d bytes", maxToken))
	}
	first, _, _ := strings.Cut(token, ".")
	text, err := base64.RawURLEncoding.Strict().DecodeString(first)
	if err != nil {
		return header{}, unacceptable("it is malformed")
	}
	members, err := object(text)
	if err != nil {
		return header{}, err
	}
	var h header
	if members["crit"] != nil {
		return header{}, unacceptable("its header has crit, and no extension is supported")
	}
	return h, errors.Join(
		readText(members, "typ", &h.typ),
		readText(members, "alg", &h.alg),
		readText(members, "kid", &h.kid),
	)
}

// UnmarshalJSON reads the payload by the exact names of claims: encoding/json would
// read a claim "SUB" that a user chose as "sub".
func (c *claims) UnmarshalJSON(text []byte) error {
	members, err := object(text)
	if err != nil {
		return err
	}
	exact := map[string]json.RawMessage{}
	c.has = map[string]bool{}
	for name, value := range members {
		c.has[name] = true
		switch name {
		case "iss", "sub", "aud", "exp", "nbf", "iat", "jti":
			exact[name] = value
		}
	}
	registered, err := json.Marshal(exact)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(registered, &c.RegisteredClaims); err != nil {
		return err
	}
	return errors.Join(
		readText(members, "client_id", &c.clientID),
		readText(members, "azp", &c.azp),
		readText(members, "token_use", &c.tokenUse),
	)
}

// object reads a JSON object. Duplicate members are an error.
func object(text []byte) (map[string]json.RawMessage, error) {
	const malformed = unacceptable("it is malformed")
	decoder := json.NewDecoder(bytes.NewReader(text))
	if begin, err := decoder.Token(); err != nil || begin != json.Delim('{') {
		return nil, malformed
	}
	members := map[string]json.RawMessage{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, malformed
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, malformed
		}
		if _, twice := members[name.(string)]; twice {
			return nil, unacceptable("it has a member twice")
		}
		members[name.(string)] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, malformed
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed
	}
	return members, nil
}

// readText reads a member that is a string, if it is there.
func readText(members map[string]json.RawMessage, name string, into *string) error {
	value, found := members[name]
	if !found {
		return nil
	}
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, into) != nil {
		return unacceptable("its " + name + " is no text")
	}
	return nil
}
