// Package lambdahttp runs an http.Handler as a Lambda function of an API
// Gateway HTTP API (payload format 2.0). It is the only importer of
// aws-lambda-go-api-proxy and corrects that library's faults: handlers see
// requests and write answers as under net/http. It knows no route.
package lambdahttp

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/httpadapter"

	"didpurchase/internal/correlation"
	"didpurchase/internal/httpapi"
)

// Function is the type for lambda.Start. It never returns an error: every
// failure is an answer.
type Function func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Handle makes a Lambda function of a handler. A panic of the handler is logged
// with its stack and answered as a 500 problem; a malformed event as a 400 problem.
// Every answer has the correlation id, which finds its request in logs.
func Handle(handler http.Handler, log *slog.Logger) Function {
	proxy := httpadapter.NewV2(contained{handler, log})
	return func(ctx context.Context, event events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		ctx = context.WithValue(ctx, headersKey{}, event.Headers)
		id := correlation.Asked(event.Headers, event.RequestContext.RequestID)
		ctx = correlation.With(ctx, id)
		ctx = httpapi.WithRequest(ctx, httpapi.Request{
			ID:         event.RequestContext.RequestID,
			Authorizer: authorizerContext(event),
		})
		ctx, done, inTime := withTimeToAnswer(ctx)
		defer done()
		if !inTime {
			log.WarnContext(ctx, "request refused: too little time left", "request_id", event.RequestContext.RequestID)
			return finished(problemAnswer(ctx, http.StatusServiceUnavailable,
					"there is too little time left for this request; nothing was begun, send it again in a moment"), id,
					event.RawPath),
				nil
		}
		event.RawPath = escapeDelimiters(event.RawPath)
		answer, err := events.APIGatewayV2HTTPResponse{}, readable(event)
		if err == nil {
			answer, err = proxy.ProxyWithContext(ctx, event)
		}
		if err != nil {
			log.WarnContext(ctx, "malformed API Gateway event", "error", err, "request_id", event.RequestContext.RequestID)
			answer = problemAnswer(ctx, http.StatusBadRequest, "the request's path, query or body can't be decoded")
		}
		return finished(answer, id, event.RawPath), nil
	}
}

// finished returns the answer with the headers that every answer has, and with
// Retry-After if the request may be repeated.
func finished(answer events.APIGatewayV2HTTPResponse, id, path string) events.APIGatewayV2HTTPResponse {
	answer.Headers[correlation.Header] = id
	if answer.StatusCode == http.StatusServiceUnavailable && answer.Headers["Retry-After"] == "" {
		answer.Headers["Retry-After"] = "1"
	}
	protect(answer.Headers, path)
	return answer
}

// readable returns the fault of a malformed event. The adapter would find it too,
// but would log the path and the query, which may contain a customer's number.
func readable(event events.APIGatewayV2HTTPRequest) error {
	if event.IsBase64Encoded {
		if _, err := base64.StdEncoding.DecodeString(event.Body); err != nil {
			return err
		}
	}
	address := "https://" + event.RequestContext.DomainName + "/" + strings.TrimPrefix(event.RawPath,
		"/") + "?" + event.RawQueryString
	_, err := http.NewRequest(strings.ToUpper(event.RequestContext.HTTP.Method), address, nil)
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err // without the address
	}
	return err
}

func authorizerContext(event events.APIGatewayV2HTTPRequest) map[string]any {
	if event.RequestContext.Authorizer == nil {
		return nil
	}
	return event.RequestContext.Authorizer.Lambda
}

// escapeDelimiters keeps a ? or # of the path in the path: API Gateway passes the
// path decoded, and the adapter inserts it into a URL. A % that does not begin an
// escape is escaped too, and so are control characters, because they would make the
// URL invalid.
func escapeDelimiters(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '?':
			b.WriteString("%3F")
		case c == '#':
			b.WriteString("%23")
		case c == '%' && !beginsEscape(path[i:]):
			b.WriteString("%25")
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, "%%%02X", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func beginsEscape(s string) bool {
	return len(s) >= 3 && isHex(s[1]) && isHex(s[2])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

type headersKey struct{}

// contained is between the adapter and the handler, and corrects the adapter's
// faults.
type contained struct {
	handler http.Handler
	log     *slog.Logger
}

func (c contained) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	restoreHeaders(r)
	answer := newAnswer(r.Method)
	c.serve(answer, r)
	answer.WriteHeader(http.StatusOK) // if the handler set no status
	answer.compress(r)
	answer.copyTo(w)
}

// serve turns a panic into a problem, and discards the handler's answer.
func (c contained) serve(answer *answer, r *http.Request) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		c.log.ErrorContext(r.Context(), "handler panicked",
			"panic", cause, "stack", string(debug.Stack()),
			"method", r.Method, "route", r.Pattern, "request_id", httpapi.RequestID(r.Context()))
		*answer = *newAnswer(r.Method)
		httpapi.WriteProblem(r.Context(), answer, http.StatusInternalServerError, "")
	}()
	c.handler.ServeHTTP(answer, r)
}

// restoreHeaders undoes the adapter's splitting: it knows 13 headers with a single
// value and cuts every other at each comma, so that an Idempotency-Key of "a,b" or
// a date would lose its end. API Gateway has joined repeated headers by commas
// already, as net/http's callers expect. Content-Length stays the request's own:
// API Gateway counts it before it encodes a body.
func restoreHeaders(r *http.Request) {
	headers, _ := r.Context().Value(headersKey{}).(map[string]string)
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
}

// problemAnswer returns a problem for a malformed event.
func problemAnswer(ctx context.Context, status int, detail string) events.APIGatewayV2HTTPResponse {
	answer := newAnswer(http.MethodGet)
	httpapi.WriteProblem(ctx, answer, status, detail)
	headers := make(map[string]string)
	for name := range answer.header {
		headers[name] = answer.header.Get(name)
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: status, Headers: headers, Body: answer.body.String()}
}
