package oidc

import (
	"slices"
	"strings"
)

// An issuer signs several kinds of token with the same keys, for the same client:
// ID tokens, logout tokens, security events. A token counts as an access token only
// if it has one of these shapes.
//
//	shape    typ           how it names us             what shows that it is an access token
//	at+jwt   at+jwt        aud                         typ (RFC 9068)
//	Cognito  JWT or none   client_id, and no aud       token_use is access
//	scope    JWT or none   aud                         scope or scp, and no claim that only ID tokens have
//
// In each shape, a second audience requires azp or client_id. These claims, if
// present, must equal our audience, which is also the portal's client id.
var shapes = []struct {
	typ  []string
	fits func(c *claims, audience string) bool
}{
	{[]string{"at+jwt"}, func(c *claims, audience string) bool {
		return slices.Contains(c.Audience, audience) && isNotID(c)
	}},
	{[]string{"", "jwt"}, func(c *claims, audience string) bool {
		return !c.has["aud"] && c.clientID == audience && c.tokenUse == "access" && isNotID(c)
	}},
	{[]string{"", "jwt"}, func(c *claims, audience string) bool {
		return slices.Contains(c.Audience, audience) && (c.has["scope"] || c.has["scp"]) && isNotID(c)
	}},
}

// ofOtherTokens are claims that no access token has: an ID token's (OpenID
// Connect Core 1.0, 2 and 3.3.2.11), a logout token's and a security event's.
var ofOtherTokens = []string{"nonce", "at_hash", "c_hash", "s_hash", "events"}

func isNotID(c *claims) bool {
	return !slices.ContainsFunc(ofOtherTokens, func(name string) bool { return c.has[name] })
}

// accept refuses a token without any of the shapes, with the reason.
func accept(head header, c *claims, audience string) error {
	if err := isFor(c, audience); err != nil {
		return err
	}
	typ := strings.TrimPrefix(strings.ToLower(head.typ), "application/")
	for _, shape := range shapes {
		if slices.Contains(shape.typ, typ) && shape.fits(c, audience) {
			return nil
		}
	}
	return unacceptable("it is not an access token: an access token has the type at+jwt, the claim token_use, or a scope")
}

// isFor returns the fault of a token that was issued for another use, audience
// or client.
func isFor(c *claims, audience string) error {
	switch {
	case c.tokenUse != "" && c.tokenUse != "access":
		return unacceptable("its token_use is not access")
	case !c.namesAudience(audience):
		return unacceptable("it is for another audience")
	case c.has["azp"] && c.azp != audience, c.has["client_id"] && c.clientID != audience:
		return unacceptable("it was issued to another client")
	case len(c.Audience) > 1 && !c.has["azp"] && !c.has["client_id"]:
		return unacceptable("it is for several audiences, and doesn't name the client that it was issued to (azp)")
	}
	return nil
}

// namesAudience reports whether the token is for the audience. In a token without
// the claim aud, such as Cognito's access tokens, the client is the audience.
func (c *claims) namesAudience(audience string) bool {
	if c.has["aud"] {
		return slices.Contains(c.Audience, audience)
	}
	return c.clientID == audience
}
