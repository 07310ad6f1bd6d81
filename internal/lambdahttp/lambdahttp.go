// Package lambdahttp runs an http.Handler as the Lambda behind an API Gateway
// HTTP API (payload format 2.0). It is the only importer of
// aws-lambda-go-api-proxy and holds that library's faults in: handlers see
// requests and write answers as under net/http. It knows no route.
package lambdahttp

import (
	"context"
	"encoding/base64"
	"errors"
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

// Function is what lambda.Start takes. It never returns an error: whatever goes
// wrong is an answer.
type Function func(context.Context, events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error)

// Handle makes a Lambda function of a handler. A panic of the handler is logged
// with its stack and answered as a 500 problem; an event that is no HTTP
// request, as a 400 problem. Every answer says by which correlation id its
// request is found in logs.
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
			log.WarnContext(ctx, "request refused for lack of time", "request_id", event.RequestContext.RequestID)
			return finished(problemAnswer(ctx, http.StatusServiceUnavailable, "there is no time left to carry this out; nothing was begun, send the request again in a moment"), id, event.RawPath), nil
		}
		event.RawPath = escapeDelimiters(event.RawPath)
		answer, err := events.APIGatewayV2HTTPResponse{}, readable(event)
		if err == nil {
			answer, err = proxy.ProxyWithContext(ctx, event)
		}
		if err != nil {
			log.WarnContext(ctx, "event is no request", "error", err, "request_id", event.RequestContext.RequestID)
			answer = problemAnswer(ctx, http.StatusBadRequest, "the request's path, query or body can't be decoded")
		}
		return finished(answer, id, event.RawPath), nil
	}
}

// finished returns the answer with the headers that every answer has, and with
// Retry-After where the request may come again.
func finished(answer events.APIGatewayV2HTTPResponse, id, path string) events.APIGatewayV2HTTPResponse {
	answer.Headers[correlation.Header] = id
	if answer.StatusCode == http.StatusServiceUnavailable && answer.Headers["Retry-After"] == "" {
		answer.Headers["Retry-After"] = "1"
	}
	protect(answer.Headers, path)
	return answer
}

// readable says why an event is no request. The adapter would find out too, and
// print the path and the query, which may name a customer's number.
func readable(event events.APIGatewayV2HTTPRequest) error {
	if event.IsBase64Encoded {
		if _, err := base64.StdEncoding.DecodeString(event.Body); err != nil {
			return err
		}
	}
	address := "https://" + event.RequestContext.DomainName + "/" + strings.TrimPrefix(event.RawPath, "/") + "?" + event.RawQueryString
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

// escapeDelimiters keeps a ? or # of the path in the path: API Gateway hands
// the path over decoded, and the adapter pastes it into a URL. A % that begins
// no escape is escaped too, as it would make the URL invalid.
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

// contained stands between the adapter and the handler, and is where the
// adapter's faults end.
type contained struct {
	handler http.Handler
	log     *slog.Logger
}

func (c contained) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	restoreHeaders(r)
	answer := newAnswer(r.Method)
	c.serve(answer, r)
	answer.WriteHeader(http.StatusOK) // where the handler set no status
	answer.compress(r)
	answer.copyTo(w)
}

// serve turns a panic into a problem, whatever the handler had written before.
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

// restoreHeaders undoes the adapter's splitting: it knows 13 headers whose
// value is one and cuts every other at each comma, so that an Idempotency-Key
// of "a,b" or a date would lose its tail. API Gateway has joined repeated
// headers by commas already, which is what net/http's callers may rely on.
// Content-Length, which API Gateway counts before it encodes a body, is the
// request's own.
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

// problemAnswer is a problem for an event that never became a request.
func problemAnswer(ctx context.Context, status int, detail string) events.APIGatewayV2HTTPResponse {
	answer := newAnswer(http.MethodGet)
	httpapi.WriteProblem(ctx, answer, status, detail)
	headers := make(map[string]string)
	for name := range answer.header {
		headers[name] = answer.header.Get(name)
	}
	return events.APIGatewayV2HTTPResponse{StatusCode: status, Headers: headers, Body: answer.body.String()}
}
