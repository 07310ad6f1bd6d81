// Package correlation carries one id from a request to all work that it causes:
// the portal's request, the API's log, the item in the table, the message in
// the queue, the worker's log.
package correlation

import (
	"context"
	"regexp"
	"strings"
)

// Header is the HTTP header of the id.
const Header = "X-Correlation-Id"

type contextKey struct{}

// With returns the context with the id; "" leaves it unchanged.
func With(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, contextKey{}, id)
}

// ID returns the context's id, "" if there is none.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(contextKey{}).(string)
	return id
}

var wellFormed = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Valid reports whether an id from outside may be written to logs and items.
func Valid(id string) bool { return wellFormed.MatchString(id) }

// Asked returns the valid id in a request's headers, or otherwise if there is none.
// API Gateway writes names of headers in lower case; SAM's local server passes the
// caller's case.
func Asked(headers map[string]string, otherwise string) string {
	for name, value := range headers {
		if strings.EqualFold(name, Header) && Valid(value) {
			return value
		}
	}
	return otherwise
}
