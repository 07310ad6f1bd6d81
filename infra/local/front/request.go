package front

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/infra/local/template"
)

// Names of the local API in events.
const (
	apiID = "local"
	stage = "$default"
)

// requestEvent returns the request in payload format 2.0.
func requestEvent(r *http.Request, c call, identity map[string]any) events.APIGatewayV2HTTPRequest {
	event := events.APIGatewayV2HTTPRequest{
		Version:               "2.0",
		RouteKey:              c.route.key(),
		RawPath:               r.URL.Path, // decoded in spite of its name, like API Gateway's
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r),
		Headers:               headers(r),
		QueryStringParameters: query(r),
		PathParameters:        c.params,
		RequestContext:        requestContext(r, c),
	}
	if identity != nil {
		event.RequestContext.Authorizer = &events.APIGatewayV2HTTPRequestContextAuthorizerDescription{Lambda: identity}
	}
	event.Body, event.IsBase64Encoded = encodeBody(r.Header.Get("Content-Type"), c.body)
	return event
}

func requestContext(r *http.Request, c call) events.APIGatewayV2HTTPRequestContext {
	prefix, _, _ := strings.Cut(r.Host, ".")
	return events.APIGatewayV2HTTPRequestContext{
		RouteKey:     c.route.key(),
		AccountID:    template.Account,
		Stage:        stage,
		RequestID:    c.id,
		APIID:        apiID,
		DomainName:   r.Host,
		DomainPrefix: prefix,
		Time:         c.at.UTC().Format("02/Jan/2006:15:04:05 -0700"),
		TimeEpoch:    c.at.UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method:    r.Method,
			Path:      r.URL.Path,
			Protocol:  r.Proto,
			SourceIP:  sourceIP(r),
			UserAgent: r.UserAgent(),
		},
	}
}

// authorizerEvent returns the request for a REQUEST authorizer, payload format
// 2.0.
func authorizerEvent(r *http.Request, c call, identity []string) events.APIGatewayV2CustomAuthorizerV2Request {
	return events.APIGatewayV2CustomAuthorizerV2Request{
		Version:               "2.0",
		Type:                  "REQUEST",
		RouteArn:              routeARN(r),
		IdentitySource:        identity,
		RouteKey:              c.route.key(),
		RawPath:               r.URL.Path,
		RawQueryString:        r.URL.RawQuery,
		Cookies:               cookies(r),
		Headers:               headers(r),
		QueryStringParameters: query(r),
		RequestContext:        requestContext(r, c),
		PathParameters:        c.params,
	}
}

func routeARN(r *http.Request) string {
	return "arn:aws:execute-api:" + template.Region + ":" + template.Account + ":" + apiID + "/" + stage + "/" + r.Method +
		r.URL.Path
}

// dropped are the headers of the connection, and those with a field of their
// own in the event.
var dropped = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Authorization": true, "Proxy-Connection": true, "Te": true,
	"Trailer": true, "Transfer-Encoding": true, "Upgrade": true,
	"Cookie": true,
}

// headers returns the headers in lower case; several of one name are joined by
// commas. The headers about the origin of the request are API Gateway's, not
// the client's; the client may only begin the list of X-Forwarded-For.
func headers(r *http.Request) map[string]string {
	h := map[string]string{}
	for name, values := range r.Header {
		if !dropped[name] {
			h[strings.ToLower(name)] = strings.Join(values, ",")
		}
	}
	h["host"] = r.Host
	if r.ContentLength >= 0 {
		h["content-length"] = strconv.FormatInt(r.ContentLength, 10)
	}
	h["x-forwarded-for"] = strings.Join(append(r.Header.Values("X-Forwarded-For"), sourceIP(r)), ", ")
	h["x-forwarded-proto"] = "http"
	h["x-forwarded-port"] = port(r)
	return h
}

func sourceIP(r *http.Request) string {
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return ip
}

func port(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return port
	}
	return "80"
}

func cookies(r *http.Request) []string {
	var all []string
	for _, line := range r.Header.Values("Cookie") {
		for _, cookie := range strings.Split(line, ";") {
			all = append(all, strings.TrimSpace(cookie))
		}
	}
	return all
}

func query(r *http.Request) map[string]string {
	q := map[string]string{}
	for name, values := range r.URL.Query() {
		q[name] = strings.Join(values, ",")
	}
	return q
}

// textual are the content types that API Gateway passes on as text.
var textual = map[string]bool{"application/json": true, "application/javascript": true, "application/xml": true}

func encodeBody(contentType string, body []byte) (encoded string, isBase64 bool) {
	kind, _, _ := mime.ParseMediaType(contentType)
	if (textual[kind] || strings.HasPrefix(kind, "text/")) && utf8.Valid(body) || len(body) == 0 {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}
