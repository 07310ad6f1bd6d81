package e2e

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Signing out leaves no refresh token valid: a copy of it, taken out of the browser
// before, renews the session until then and not afterwards.
func TestSigningOutVoidsTheRefreshToken(t *testing.T) {
	t.Parallel()
	p := newPerson(t, 1280, 800)
	p.signsIn("buyer58")
	p.sees("My DIDs")
	copied := eval[string](p, `JSON.parse(Object.values(sessionStorage).find((kept) => `+
		`kept.includes('"refresh":'))).refresh`)
	if status := p.renews(copied); status != http.StatusOK {
		t.Fatalf("before signing out: %d, want 200", status)
	}
	p.clicks("summary", "")
	p.clicks("button", "Sign out")
	p.seesNot("My DIDs")
	for end := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		status := p.renews(copied)
		if status == http.StatusBadRequest {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("after signing out: %d, want 400", status)
		}
	}
}

// renews asks the issuer for new tokens and returns its status.
func (p *person) renews(refresh string) int {
	p.t.Helper()
	answer, err := http.PostForm(p.api+"/local/oauth2/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {refresh}, "client_id": {"did-purchase-local"},
	})
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
