package system

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Reply is an answer, or the error of a connection that was lost.
type Reply struct {
	Status  int
	Body    []byte
	Err     error
	NotSent bool // the request never left
}

// Unknown reports whether the request may have been carried out or not.
func (r Reply) Unknown() bool {
	return !r.NotSent && (r.Err != nil || r.Status >= http.StatusInternalServerError)
}

// RefusesToken reports whether the request was refused because of its token, and
// so did nothing.
func (r Reply) RefusesToken() bool {
	return r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden
}

// isBusy reports whether the system asks to come again.
func (r Reply) isBusy() bool {
	return r.Status == http.StatusTooManyRequests || r.Status == http.StatusServiceUnavailable
}

// Read decodes the answer if it has the status; else it leaves the value alone.
func (r Reply) Read(status int, into any) bool {
	return r.Err == nil && r.Status == status && json.Unmarshal(r.Body, into) == nil
}

// Problem decodes a refusal.
func (r Reply) Problem() (p Problem) {
	if r.Err == nil {
		json.Unmarshal(r.Body, &p) // any other answer has no code
	}
	return p
}

// Problem is a refusal on the wire.
type Problem struct {
	Code, Detail string
	Errors       []struct{ DID string }
}

// String is the answer as a person reads it, cut short.
func (r Reply) String() string {
	if r.Err != nil {
		return r.Err.Error()
	}
	return fmt.Sprintf("%d %s", r.Status, r.Body[:min(len(r.Body), 300)])
}

// Client sends requests over connections of its own.
type Client struct {
	system *System
	http   *http.Client
	insist bool // send again what was refused because the system is busy, for it did nothing
}

// NewClient returns a client that waits this long for an answer.
func (s *System) NewClient(patience time.Duration) *Client {
	return &Client{system: s, http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
}

// NewAuditor returns a client for what has to be read in full: it waits when
// the system answers that it is busy.
func (s *System) NewAuditor() *Client {
	c := s.NewClient(time.Minute)
	c.insist = true
	return c
}

// How long an auditor waits after a refusal, and how often.
const (
	auditorPause = 200 * time.Millisecond
	auditorTries = 100
)

// tokenTries is how often a token is replaced that has run out: the clock may be
// moved again at any moment.
const tokenTries = 3

// Do sends a request as the user; headers are pairs. A token that has run out is
// replaced, for such a request did nothing.
func (c *Client) Do(user, method, path string, body any, headers ...string) Reply {
	r := c.send(user, method, path, body, headers)
	for tries := 0; r.RefusesToken() && tries < tokenTries; tries++ {
		c.system.clients.forget(user)
		r = c.send(user, method, path, body, headers)
	}
	for tries := 0; c.insist && r.isBusy() && tries < auditorTries; tries++ {
		time.Sleep(auditorPause)
		r = c.send(user, method, path, body, headers)
	}
	return r
}

func (c *Client) send(user, method, path string, body any, headers []string) Reply {
	token, err := c.system.token(user)
	if err != nil {
		return Reply{Err: err, NotSent: true}
	}
	var text []byte
	if body != nil {
		if text, err = json.Marshal(body); err != nil {
			return Reply{Err: err, NotSent: true}
		}
	}
	q, err := http.NewRequestWithContext(context.Background(), method, c.system.API+path, bytes.NewReader(text))
	if err != nil {
		return Reply{Err: err, NotSent: true}
	}
	q.GetBody = nil // else the transport may send it twice
	q.Header.Set("Authorization", "Bearer "+token)
	q.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		q.Header.Set(headers[i], headers[i+1])
	}
	res, err := c.http.Do(q)
	if err != nil {
		return Reply{Err: err, NotSent: refusedConnection(err)}
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return Reply{Status: res.StatusCode, Body: answer, Err: err}
}

// pool keeps the users' tokens.
type pool struct{ tokens sync.Map }

func (p *pool) forget(user string) { p.tokens.Delete(user) }

func (s *System) token(user string) (string, error) {
	if known, ok := s.clients.tokens.Load(user); ok {
		return known.(string), nil
	}
	client := &http.Client{Timeout: 20 * time.Second}
	res, err := client.Post(s.API+"/local/token", "application/json",
		bytes.NewReader(fmt.Appendf(nil, `{"user": %q}`, user)))
	if err != nil {
		return "", fmt.Errorf("token of %s: %w", user, err)
	}
	defer res.Body.Close()
	var given struct {
		Token string `json:"access_token"`
	}
	if err := json.NewDecoder(res.Body).Decode(&given); err != nil || given.Token == "" {
		return "", fmt.Errorf("token of %s: HTTP %d, %w", user, res.StatusCode, err)
	}
	s.clients.tokens.Store(user, given.Token)
	return given.Token, nil
}

// List reads all pages of a list.
func List[T any](c *Client, user, path string) (rows []T, err error) {
	for cursor, more := "", true; more; more = cursor != "" {
		var page struct {
			Data []T
			Next string `json:"next_cursor"`
		}
		r := c.Do(user, http.MethodGet, path+"?limit=200&cursor="+url.QueryEscape(cursor), nil)
		if !r.Read(http.StatusOK, &page) {
			return nil, fmt.Errorf("list %s as %s: %s", path, user, r)
		}
		rows, cursor = append(rows, page.Data...), page.Next
	}
	return rows, nil
}
