package system

import (
	"context"
	"net/http"
	"sync"
	"time"

	"didpurchase/infra/client"
)

// Client sends requests over connections of its own.
type Client struct {
	system *System
	http   *http.Client
	insist bool // repeat a request that was refused because the system is busy; it did nothing
}

// NewClient returns a client that waits this long for an answer.
func (s *System) NewClient(patience time.Duration) *Client {
	return &Client{system: s, http: &http.Client{Timeout: patience, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}}
}

// NewAuditor returns a client for complete reads: it waits if the system answers
// that it is busy.
func (s *System) NewAuditor() *Client {
	c := s.NewClient(time.Minute)
	c.insist = true
	return c
}

// The pause of an auditor after a refusal, and the number of its tries.
const (
	auditorPause = 200 * time.Millisecond
	auditorTries = 100
)

// tokenTries is the largest number of replacements of an expired token: the clock
// may be moved again at any moment.
const tokenTries = 3

// As sends calls as the user.
func (c *Client) As(user string) client.Sender {
	return func(call client.Call) client.Reply { return c.do(user, call) }
}

// do sends a call as the user. It replaces an expired token, because such a request
// did nothing.
func (c *Client) do(user string, call client.Call) client.Reply {
	r := c.send(user, call)
	for tries := 0; r.RefusesToken() && tries < tokenTries; tries++ {
		c.system.tokens.Delete(user)
		r = c.send(user, call)
	}
	for tries := 0; c.insist && r.IsBusy() && tries < auditorTries; tries++ {
		time.Sleep(auditorPause)
		r = c.send(user, call)
	}
	return r
}

func (c *Client) send(user string, call client.Call) client.Reply {
	token, err := c.system.token(user)
	if err != nil {
		return client.Reply{Err: err, NotSent: true}
	}
	return client.API{URL: c.system.API, HTTP: c.http}.Send(context.Background(), token, call)
}

// tokens are the users' tokens, by user.
type tokens struct{ sync.Map }

// tokenTime is the longest time of a sign-in.
const tokenTime = 20 * time.Second

func (s *System) token(user string) (string, error) {
	if known, ok := s.tokens.Load(user); ok {
		return known.(string), nil
	}
	given, err := client.API{URL: s.API, HTTP: &http.Client{Timeout: tokenTime}}.SignIn(context.Background(), user)
	if err != nil {
		return "", err
	}
	s.tokens.Store(user, given)
	return given, nil
}
