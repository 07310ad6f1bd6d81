package issuer

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// refreshLife is the longest life of a session, as template.yaml sets it for
// Cognito.
const refreshLife = 12 * time.Hour

// codeLife is the longest time between the sign-in page and the token endpoint.
const codeLife = time.Minute

//go:embed sign-in.html
var signInText string

//go:embed sign-in.css
var signInStyle []byte

var signInPage = template.Must(template.New("sign-in").Parse(signInText))

// grant is the request and the user of a code, which is valid once.
type grant struct {
	user, redirect, challenge, nonce string
	expires                          time.Time
}

// codes are the codes that are not exchanged yet.
type codes struct {
	mu   sync.Mutex
	open map[string]grant
}

func (c *codes) add(g grant, now time.Time) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for code, old := range c.open {
		if old.expires.Before(now) {
			delete(c.open, code)
		}
	}
	if c.open == nil {
		c.open = map[string]grant{}
	}
	code := ulid.Make().String()
	c.open[code] = g
	return code
}

// take returns a code's grant to its first caller.
func (c *codes) take(code string, now time.Time) (grant, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, ok := c.open[code]
	delete(c.open, code)
	return g, ok && !g.expires.Before(now)
}

// authorize is OAuth's authorization endpoint (RFC 6749, 4.1, with RFC 7636's
// S256): a page that lists the users, each a link to the same address with a
// user.
func (i *Issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != i.Audience {
		problem(w, http.StatusBadRequest, "invalid_request", "client_id is not "+i.Audience)
		return
	}
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || !onThisMachine(back) {
		problem(w, http.StatusBadRequest, "invalid_request", "redirect_uri is not an address of this machine")
		return
	}
	switch user := q.Get("user"); {
	case q.Get("response_type") != "code":
		goBack(w, r, back, url.Values{"error": {"unsupported_response_type"}})
	case q.Get("code_challenge_method") != "S256" || q.Get("code_challenge") == "":
		goBack(w, r, back, url.Values{"error": {"invalid_request"}, "error_description": {"PKCE with S256 is needed"}})
	case user == "":
		i.listUsers(w, r)
	case i.subjects[user] == "":
		problem(w, http.StatusNotFound, "not_found", "there is no user "+user+" here")
	default:
		now := i.Now()
		code := i.codes.add(grant{user, back.String(), q.Get("code_challenge"), q.Get("nonce"), now.Add(codeLife)}, now)
		goBack(w, r, back, url.Values{"code": {code}})
	}
}

func onThisMachine(u *url.URL) bool {
	switch u.Hostname() {
	case "127.0.0.1", "localhost", "::1":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return false
}

// goBack redirects to the page that asked, with its state.
func goBack(w http.ResponseWriter, r *http.Request, back *url.URL, with url.Values) {
	q := back.Query()
	for name := range with {
		q.Set(name, with.Get(name))
	}
	if state := r.URL.Query().Get("state"); state != "" {
		q.Set("state", state)
	}
	to := *back
	to.RawQuery = q.Encode()
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// usersShown is the number of a group's users that the page shows before it
// folds the others.
const usersShown = 8

type listedUser struct{ Name, About, Link string }

type userGroup struct {
	Name         string
	First, Other []listedUser
}

func (i *Issuer) listUsers(w http.ResponseWriter, r *http.Request) {
	var groups []*userGroup
	byName := map[string]*userGroup{}
	for _, u := range i.Users {
		g := byName[u.Group]
		if g == nil {
			g = &userGroup{Name: u.Group}
			groups, byName[u.Group] = append(groups, g), g
		}
		q := r.URL.Query()
		q.Set("user", u.Name)
		listed := listedUser{u.Name, u.About, authorizePath + "?" + q.Encode()}
		if len(g.First) < usersShown {
			g.First = append(g.First, listed)
		} else {
			g.Other = append(g.Other, listed)
		}
	}
	var page bytes.Buffer
	if err := signInPage.Execute(&page, groups); err != nil {
		problem(w, http.StatusInternalServerError, "internal", err.Error())
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "+
		"frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	w.Write(page.Bytes())
}

// refuse answers as OAuth's token endpoints do (RFC 6749, 5.2).
func refuse(w http.ResponseWriter, code, detail string) {
	answer(w, http.StatusBadRequest, map[string]string{"error": code, "error_description": detail})
}
