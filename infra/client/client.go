// Package client calls the API as programs of customers and carriers do, for the
// import of the local world, the tests of the whole system and the proof. Its
// operations and types are made from the API's document by
//
//	go run ./infra/openapi
//
// so a program that uses a changed operation does not compile. It may not import
// the system's own code, because both sides would share its mistakes.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Call is a request to the API in HTTP's terms.
type Call struct {
	Method, Path string
	Query        url.Values
	Body         any    // sent as JSON; nil for none
	Key          string // the Idempotency-Key; "" for none
}

// Request is a call with the type and the status of its successful answer.
type Request[Answer any] struct {
	Call
	Success int
}

// With returns the request with these query parameters: names and values alternate.
func (r Request[Answer]) With(pairs ...string) Request[Answer] {
	query := url.Values{}
	for name, values := range r.Query {
		query[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	r.Query = query
	return r
}

// Keyed returns the request with this Idempotency-Key.
func (r Request[Answer]) Keyed(key string) Request[Answer] {
	r.Key = key
	return r
}

// Read decodes the answer. Errors: the reply's, *Refusal.
func (r Request[Answer]) Read(reply Reply) (answer Answer, err error) {
	if reply.Err != nil {
		return answer, fmt.Errorf("%s %s: %w", r.Method, r.Path, reply.Err)
	}
	if reply.Status != r.Success {
		return answer, &Refusal{r.Call, reply}
	}
	if reply.Status == http.StatusNoContent {
		return answer, nil
	}
	if err := json.Unmarshal(reply.Body, &answer); err != nil {
		return answer, fmt.Errorf("%s %s: the answer: %w", r.Method, r.Path, err)
	}
	return answer, nil
}

// API is an API at an address.
type API struct {
	URL  string
	HTTP *http.Client
}

// SignIn returns a token of the local world for one of its users.
func (a API) SignIn(ctx context.Context, user string) (token string, err error) {
	answer, err := Ask(func(c Call) Reply { return a.Send(ctx, "", c) }, Request[struct {
		Token string `json:"access_token"`
	}]{Call{Method: http.MethodPost, Path: "/local/token", Body: map[string]string{"user": user}}, http.StatusOK})
	return answer.Token, err
}

// Send sends the call with the token; "" for none. It never sends a call twice: the
// caller decides whether that is safe.
func (a API) Send(ctx context.Context, token string, c Call) Reply {
	r, err := a.build(ctx, token, c)
	if err != nil {
		return Reply{Err: err, NotSent: true}
	}
	answer, err := a.HTTP.Do(r)
	if err != nil {
		return Reply{Err: err, NotSent: isRefusedConnection(err)}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return Reply{Status: answer.StatusCode, Body: body, Err: err}
}

func (a API) build(ctx context.Context, token string, c Call) (*http.Request, error) {
	var text []byte
	if c.Body != nil {
		var err error
		if text, err = json.Marshal(c.Body); err != nil {
			return nil, err
		}
	}
	address := a.URL + c.Path
	if len(c.Query) > 0 {
		address += "?" + c.Query.Encode()
	}
	r, err := http.NewRequestWithContext(ctx, c.Method, address, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	r.GetBody = nil // otherwise the transport may send it twice
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if c.Key != "" {
		r.Header.Set("Idempotency-Key", c.Key)
	}
	return r, nil
}
