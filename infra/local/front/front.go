// Package front answers HTTP like API Gateway's HTTP API: routes, the authorizer
// with its cache, payload format 2.0, CORS, the limits and the service's own error
// answers. It reads its routes from the template and knows no operation.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
package front

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"didpurchase/infra/local/host"
	"didpurchase/infra/local/template"
)

// API Gateway's quotas for HTTP APIs, which can't be raised.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const (
	maxHead            = 10240    // bytes of the request line and the headers
	maxBody            = 10 << 20 // bytes
	integrationTimeout = 30 * time.Second
)

// Options are the API, its functions and its clock.
type Options struct {
	API       template.API
	Functions host.Invoker
	Now       func() time.Time
	Local     http.Handler // answers /local/…, which API Gateway does not have; may be nil
	// Failed receives the errors that the client sees only as a 500 or 503. May
	// be nil.
	Failed func(function string, err error)
}

// Front is the HTTP API.
type Front struct {
	o           Options
	routes      []route
	authorizers map[*template.Authorizer]*authorizer
	timeout     time.Duration
}

// New returns an http.Handler for the API.
func New(o Options) *Front {
	f := &Front{o: o, routes: compile(o.API.Routes), authorizers: map[*template.Authorizer]*authorizer{},
		timeout: integrationTimeout}
	if o.Failed == nil {
		f.o.Failed = func(string, error) {}
	}
	for _, r := range o.API.Routes {
		if r.Authorizer != nil && f.authorizers[r.Authorizer] == nil {
			f.authorizers[r.Authorizer] = newAuthorizer(*r.Authorizer, o.Functions, o.Now)
		}
	}
	return f
}

// call is one request.
type call struct {
	id     string
	at     time.Time
	route  route
	params map[string]string
	body   []byte
}

// ServeHTTP implements http.Handler.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if f.o.Local != nil && strings.HasPrefix(r.URL.Path, "/local/") {
		f.o.Local.ServeHTTP(w, r)
		return
	}
	c := call{id: ulid.Make().String(), at: f.o.Now()}
	w.Header().Set("Apigw-Requestid", c.id)
	w.Header().Set("Date", c.at.UTC().Format(http.TimeFormat)) // with the local world's clock, which may be moved
	if headSize(r) > maxHead {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
		return
	}
	w, preflight := f.cors(w, r)
	if preflight {
		return
	}
	var ok bool
	if c.route, c.params, ok = match(f.routes, r.Method, r.URL.Path); !ok {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	if !c.route.admits(c.at) {
		refuse(w, http.StatusTooManyRequests, "Too Many Requests")
		return
	}
	if c.body, ok = readBody(w, r); ok {
		f.serve(w, r, c)
	}
}

// serve authorizes the call and integrates its function.
func (f *Front) serve(w http.ResponseWriter, r *http.Request, c call) {
	var identity map[string]any
	if by := c.route.Authorizer; by != nil {
		verdict, err := f.authorizers[by].ask(r, c)
		switch {
		case errors.Is(err, errNoIdentity):
			refuse(w, http.StatusUnauthorized, "Unauthorized")
			return
		case err != nil:
			f.fail(w, by.Function, err)
			return
		case !verdict.IsAuthorized:
			refuse(w, http.StatusForbidden, "Forbidden")
			return
		}
		identity = verdict.Context
	}
	f.integrate(w, r, c, identity)
}

func (f *Front) integrate(w http.ResponseWriter, r *http.Request, c call, identity map[string]any) {
	payload, err := json.Marshal(requestEvent(r, c, identity))
	if err != nil {
		f.fail(w, c.route.Function, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), f.timeout)
	defer cancel()
	answer, err := f.o.Functions.Invoke(ctx, c.route.Function, payload)
	if err != nil {
		f.fail(w, c.route.Function, err)
		return
	}
	response, err := readResponse(answer)
	if err != nil {
		f.fail(w, c.route.Function, err)
		return
	}
	response.write(w)
}

// fail answers for a function that gave no answer.
func (f *Front) fail(w http.ResponseWriter, function string, err error) {
	switch {
	case errors.Is(err, context.Canceled): // the client has gone
		return
	case errors.Is(err, host.ErrThrottled): // Lambda counts these apart from errors of the function
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
		return
	case errors.Is(err, host.ErrTooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		return
	}
	f.o.Failed(function, err)
	if errors.Is(err, context.DeadlineExceeded) {
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
		return
	}
	refuse(w, http.StatusInternalServerError, "Internal Server Error")
}

// refuse writes an answer that API Gateway itself would give.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]string{"message": message})
}

func headSize(r *http.Request) int {
	size := len(r.Method) + len(r.RequestURI) + len(r.Proto) + len("  \r\nHost: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, v := range values {
			size += len(name) + len(v) + len(": \r\n")
		}
	}
	return size
}

// readBody returns false if it has answered that the body is too large, or if
// the client did not send the whole body.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	}
	return body, err == nil
}
