package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// redirect returns the address to which Cognito sends a user back.
func (a *Access) redirect() string {
	if a.Portal == "" {
		return "http://localhost:8080/signed-in" // the template's, without PortalUrl
	}
	return a.Portal + "/signed-in"
}

// email returns the address of a user in the pool.
func email(user string) string { return user + "@shop.example" }

// MakeUser creates a user in the stack's pool and returns the sub of the user's
// tokens.
func (a *Access) MakeUser(ctx context.Context, user string) (sub string, err error) {
	var made struct{ User struct{ Username string } }
	err = a.Target(ctx, "cognito-idp", "AWSCognitoIdentityProviderService.AdminCreateUser", map[string]any{
		"UserPoolId": a.Outputs["UserPoolId"], "Username": email(user),
		"UserAttributes": []map[string]string{{"Name": "email", "Value": email(user)},
			{"Name": "email_verified", "Value": "true"}},
	}, &made)
	if err != nil {
		return "", err
	}
	return made.User.Username, a.Target(ctx, "cognito-idp", "AWSCognitoIdentityProviderService.AdminSetUserPassword",
		map[string]any{
			"UserPoolId": a.Outputs["UserPoolId"], "Username": email(user), "Password": a.Password, "Permanent": true,
		}, nil)
}

// SignIn returns an access token of a user. It signs in like the portal: with the
// issuer's discovery, its sign-in page, and a code with PKCE.
func (a *Access) SignIn(ctx context.Context, user string) (token string, err error) {
	var issuer struct {
		Authorization string `json:"authorization_endpoint"`
		Token         string `json:"token_endpoint"`
	}
	if err := a.getJSON(ctx, a.Outputs["OidcIssuer"]+"/.well-known/openid-configuration", &issuer); err != nil {
		return "", err
	}
	verifier := rand.Text() + rand.Text()
	sum := sha256.Sum256([]byte(verifier))
	page := issuer.Authorization + "?" + url.Values{
		"client_id": {a.Outputs["OidcClientId"]}, "redirect_uri": {a.redirect()}, "response_type": {"code"},
		"scope": {"openid"}, "state": {"test"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}.Encode()
	code, err := a.fillIn(ctx, page, user)
	if err != nil {
		return "", fmt.Errorf("sign %s in: %w", user, err)
	}
	answer, err := a.Client.PostForm(issuer.Token, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {a.Outputs["OidcClientId"]}, "code": {code},
		"redirect_uri": {a.redirect()}, "code_verifier": {verifier},
	})
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	var given struct {
		AccessToken string `json:"access_token"`
		Error       string
	}
	if err := json.NewDecoder(answer.Body).Decode(&given); err != nil {
		return "", err
	}
	if given.AccessToken == "" {
		return "", fmt.Errorf("sign %s in: no access token: %s", user, given.Error)
	}
	return given.AccessToken, nil
}

func (a *Access) getJSON(ctx context.Context, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := a.Client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

var (
	hidden = regexp.MustCompile(`name="([^"]+)" value="([^"]*)"`)
	action = regexp.MustCompile(`action="([^"]+)"`)
)

// fillIn opens the sign-in page, sends its form and returns the code that the
// redirect to the portal contains.
func (a *Access) fillIn(ctx context.Context, page, user string) (code string, err error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", err
	}
	browser := &http.Client{Transport: a.Client.Transport, Jar: jar,
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			if strings.HasPrefix(r.URL.String(), a.redirect()) {
				return http.ErrUseLastResponse // the portal's page would use the code
			}
			return nil
		}}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return "", err
	}
	answer, err := browser.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	to := action.FindStringSubmatch(string(text))
	if to == nil {
		return "", fmt.Errorf("%s: the sign-in page has no form: %s", answer.Status, text)
	}
	target, err := answer.Request.URL.Parse(html.UnescapeString(to[1]))
	if err != nil {
		return "", err
	}
	back, err := browser.PostForm(target.String(), a.form(text, user))
	if err != nil {
		return "", err
	}
	defer back.Body.Close()
	return codeOf(back)
}

// form returns the fields of the page's form with the user's name and password.
func (a *Access) form(page []byte, user string) url.Values {
	form := url.Values{"username": {email(user)}, "password": {a.Password}}
	for _, field := range hidden.FindAllStringSubmatch(string(page), -1) {
		if !form.Has(field[1]) {
			form.Set(field[1], html.UnescapeString(field[2]))
		}
	}
	return form
}

// codeOf returns the code in the address of a redirect to the portal.
func codeOf(back *http.Response) (code string, err error) {
	location, err := back.Location()
	if err != nil {
		return "", fmt.Errorf("%s: no redirection", back.Status)
	}
	if code = location.Query().Get("code"); code == "" {
		return "", fmt.Errorf("no code in %s", location)
	}
	return code, nil
}
