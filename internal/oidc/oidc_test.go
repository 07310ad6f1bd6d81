package oidc_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"didpurchase/internal/oidc"
)

// drop, set and join change the claims of a good token.
func drop(names ...string) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) {
		for _, name := range names {
			delete(c, name)
		}
	}
}

func set(name string, value any) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) { c[name] = value }
}

func join(changes ...func(jwt.MapClaims)) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) {
		for _, change := range changes {
			change(c)
		}
	}
}

// signHeader signs claims with a header of the test's own.
func signHeader(t *testing.T, key *rsa.PrivateKey, header string, claims any) string {
	t.Helper()
	payload, isText := claims.(string)
	if !isText {
		text, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		payload = string(text)
	}
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(payload))
	signature, err := jwt.SigningMethodRS256.Sign(signed, key)
	if err != nil {
		t.Fatal(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// outcome is the result for a token: its subject, or the reason for refusing it.
func outcome(t *testing.T, verifier *oidc.Verifier, token string) string {
	t.Helper()
	subject, err := verifier.Subject(t.Context(), token)
	if err == nil {
		return "subject " + subject
	}
	if !errors.Is(err, oidc.ErrToken) || subject != "" {
		t.Errorf("subject %q and error %v, want ErrToken alone", subject, err)
	}
	return strings.TrimPrefix(err.Error(), oidc.ErrToken.Error()+": ")
}

const (
	good         = "subject alice"
	noAccess     = "it is not an access token: an access token has the type at+jwt, the claim token_use, or a scope"
	otherClient  = "it was issued to another client"
	badSignature = "its signature is not valid"
	malformed    = "it is malformed"
	missing      = "it lacks a claim that is required, such as exp"
)

// A token that the issuer signed for us is accepted only if it is an access
// token.
func TestWhichTokensAreAccessTokens(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	i.publish("rsa", key.Public())
	verifier := newVerifier(i.URL, fixed)
	cognito := join(drop("aud", "scope"), set("client_id", audience), set("token_use", "access"))
	for name, c := range map[string]struct {
		typ    string
		change func(jwt.MapClaims)
		want   string
	}{
		"at+jwt":                   {"at+jwt", drop("scope"), good},
		"application/at+JWT":       {"application/at+JWT", drop("scope"), good},
		"at+jwt with its client":   {"at+jwt", set("client_id", audience), good},
		"at+jwt without audience":  {"at+jwt", drop("aud"), "it is for another audience"},
		"at+jwt of another client": {"at+jwt", set("client_id", "other"), otherClient},
		"at+jwt with nonce":        {"at+jwt", set("nonce", "n"), noAccess},
		"Cognito's access token":   {"JWT", cognito, good},
		"Cognito's, without typ":   {"", cognito, good},
		"Cognito's id token": {"JWT", join(drop("scope"), set("token_use", "id")),
			"its token_use is not access"},
		"Cognito's, of another client":   {"JWT", join(cognito, set("client_id", "other")), "it is for another audience"},
		"client_id without token_use":    {"JWT", join(cognito, drop("token_use")), noAccess},
		"scope":                          {"JWT", nil, good},
		"scp":                            {"JWT", join(drop("scope"), set("scp", []string{"openid"})), good},
		"one of two audiences, with azp": {"JWT", join(set("aud", []string{"x", audience}), set("azp", audience)), good},
		"two audiences without azp": {"JWT", set("aud", []string{"x", audience}),
			"it is for several audiences, and doesn't name the client that it was issued to (azp)"},
		"two audiences of another client": {"JWT", join(set("aud", []string{"x", audience}), set("azp", "x")), otherClient},
		"azp of another client":           {"JWT", set("azp", "other"), otherClient},
		"azp that is empty":               {"JWT", set("azp", ""), otherClient},
		"id token without token_use":      {"JWT", drop("scope"), noAccess},
		"id token with nonce and a scope": {"JWT", set("nonce", "n"), noAccess},
		"id token with at_hash":           {"JWT", set("at_hash", "h"), noAccess},
		"logout token":                    {"logout+jwt", drop("scope"), noAccess},
		"logout token with a scope":       {"logout+jwt", nil, noAccess},
		"logout token of typ JWT": {"JWT",
			set("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}), noAccess},
		"security event":            {"secevent+jwt", nil, noAccess},
		"proof of possession":       {"dpop+jwt", nil, noAccess},
		"refresh token":             {"JWT", set("token_use", "refresh"), "its token_use is not access"},
		"token_use in another case": {"JWT", set("token_use", "ACCESS"), "its token_use is not access"},
		"audience in another case":  {"JWT", set("aud", strings.ToUpper(audience)), "it is for another audience"},
		"wrong audience":            {"JWT", set("aud", "other"), "it is for another audience"},
		"no audience":               {"JWT", drop("aud"), "it is for another audience"},
		"empty audience": {"JWT",
			join(set("aud", []string{}), set("client_id", audience), set("token_use", "access")), "it is for another audience"},
	} {
		head := `{"alg":"RS256","kid":"rsa"}`
		if c.typ != "" {
			head = `{"alg":"RS256","kid":"rsa","typ":"` + c.typ + `"}`
		}
		if got := outcome(t, verifier, signHeader(t, key, head, i.claims(c.change))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	rsaKey, ecKey := keys(t)
	otherKey, _ := keys(t)
	i := newIssuer(t)
	i.publish("rsa", rsaKey.Public())
	i.publish("ec", ecKey.Public())
	verifier := newVerifier(i.URL, fixed)
	rs256 := func(change func(jwt.MapClaims)) string {
		return sign(t, jwt.SigningMethodRS256, "rsa", rsaKey, i.claims(change))
	}
	public, err := x509.MarshalPKIXPublicKey(rsaKey.Public())
	if err != nil {
		t.Fatal(err)
	}
	at := func(offset time.Duration) int64 { return now.Add(offset).Unix() }
	for name, c := range map[string]struct{ token, want string }{
		"RS256":                {rs256(nil), good},
		"ES256":                {sign(t, jwt.SigningMethodES256, "ec", ecKey, i.claims(nil)), good},
		"ends within leeway":   {rs256(set("exp", at(-20*time.Second))), good},
		"expired":              {rs256(set("exp", at(-time.Minute))), "it has expired"},
		"no exp":               {rs256(drop("exp")), missing},
		"exp is null":          {rs256(set("exp", nil)), missing},
		"exp is text":          {rs256(set("exp", "never")), malformed},
		"begins within leeway": {rs256(set("nbf", at(20*time.Second))), good},
		"not yet valid":        {rs256(set("nbf", at(time.Minute))), "it is not valid yet"},
		"issued in the future": {rs256(set("iat", at(time.Minute))), "it is not valid yet"},
		"wrong issuer":         {rs256(set("iss", "https://evil.example")), "it is of another issuer"},
		"issuer with a slash":  {rs256(set("iss", i.URL+"/")), "it is of another issuer"},
		"no issuer":            {rs256(drop("iss")), missing},
		"no subject":           {rs256(drop("sub")), "it has no subject"},
		"subject is a number":  {rs256(set("sub", 7)), malformed},
		"another's key":        {sign(t, jwt.SigningMethodRS256, "rsa", otherKey, i.claims(nil)), badSignature},
		"key of another kind": {sign(t, jwt.SigningMethodRS256, "ec", rsaKey, i.claims(nil)),
			"its key is not the issuer's"},
		"alg none": {sign(t, jwt.SigningMethodNone, "rsa", jwt.UnsafeAllowNoneSignatureType, i.claims(nil)),
			badSignature},
		"HMAC by public key":    {sign(t, jwt.SigningMethodHS256, "rsa", public, i.claims(nil)), badSignature},
		"RS512":                 {sign(t, jwt.SigningMethodRS512, "rsa", rsaKey, i.claims(nil)), badSignature},
		"tampered":              {graft(rs256(set("sub", "bob")), rs256(nil)), badSignature},
		"without its signature": {graft(rs256(nil), ".."), badSignature},
		"not a token":           {"hello", malformed},
		"empty":                 {"", malformed},
	} {
		if got := outcome(t, verifier, c.token); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Two readers of a header or of claims must not read two different things.
func TestTokensThatCanBeReadInTwoWays(t *testing.T) {
	t.Parallel()
	key, _ := keys(t)
	i := newIssuer(t)
	i.publish("rsa", key.Public())
	verifier := newVerifier(i.URL, fixed)
	const head = `{"alg":"RS256","kid":"rsa"}`
	text, err := json.Marshal(i.claims(nil))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(text)
	with := func(more string) string { return strings.TrimSuffix(whole, "}") + "," + more + "}" }
	inner := signHeader(t, key, head, whole)
	for name, c := range map[string]struct{ token, want string }{
		"good": {signHeader(t, key, head, whole), good},
		"crit": {signHeader(t, key, `{"alg":"RS256","kid":"rsa","crit":["x"],"x":1}`, whole),
			"its header has crit, and no extension is supported"},
		"crit of b64": {signHeader(t, key, `{"alg":"RS256","kid":"rsa","crit":["b64"],"b64":true}`, whole),
			"its header has crit, and no extension is supported"},
		"empty crit": {signHeader(t, key, `{"alg":"RS256","kid":"rsa","crit":[]}`, whole),
			"its header has crit, and no extension is supported"},
		"alg twice": {signHeader(t, key, `{"alg":"none","alg":"RS256","kid":"rsa"}`, whole),
			"it has a member twice"},
		"kid twice": {signHeader(t, key, `{"alg":"RS256","kid":"x","kid":"rsa"}`, whole),
			"it has a member twice"},
		"kid is a list":       {signHeader(t, key, `{"alg":"RS256","kid":["rsa"]}`, whole), "its kid is no text"},
		"no kid":              {signHeader(t, key, `{"alg":"RS256"}`, whole), "its key is not the issuer's"},
		"kid in another case": {signHeader(t, key, `{"alg":"RS256","KID":"rsa"}`, whole), "its key is not the issuer's"},
		"its own key": {signHeader(t, key,
			`{"alg":"RS256","kid":"mine","jwk":{"kty":"RSA"},"jku":"https://evil.example"}`, whole),
			"its key is not the issuer's"},
		"header is a list":         {signHeader(t, key, `["RS256"]`, whole), malformed},
		"text after the header":    {signHeader(t, key, head+"{}", whole), malformed},
		"sub twice":                {signHeader(t, key, head, with(`"sub":"bob"`)), "it has a member twice"},
		"aud twice":                {signHeader(t, key, head, with(`"aud":"other"`)), "it has a member twice"},
		"exp twice":                {signHeader(t, key, head, with(`"exp":9999999999`)), "it has a member twice"},
		"sub twice by an escape":   {signHeader(t, key, head, with(`"\u0073ub":"bob"`)), "it has a member twice"},
		"SUB, which a user chose":  {signHeader(t, key, head, with(`"SUB":"bob","Iss":"x","AUD":"y"`)), good},
		"claims are a list":        {signHeader(t, key, head, `[1]`), malformed},
		"claims are null":          {signHeader(t, key, head, `null`), missing},
		"a token inside of itself": {signHeader(t, key, `{"alg":"RS256","kid":"rsa","cty":"JWT"}`, inner), malformed},
		"encrypted":                {inner + ".x.y", malformed},
		"huge": {signHeader(t, key, head, with(`"x":"`+strings.Repeat("x", 8<<10)+`"`)),
			"it is longer than 8192 bytes"},
		"nested deeply": {signHeader(t, key, head,
			with(`"x":`+strings.Repeat("[", 2000)+strings.Repeat("]", 2000))), good},
	} {
		if got := outcome(t, verifier, c.token); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// graft puts the signature of one token under the claims of another.
func graft(claims, signature string) string {
	c, s := strings.Split(claims, "."), strings.Split(signature, ".")
	return c[0] + "." + c[1] + "." + s[2]
}
