// Package correlation carries one id from whoever asks for something to whoever
// does it in the end: the portal's request, the API's log, the item in the
// table, the message in the queue, the worker's log.
package correlation

import (
	"context"
	"regexp"
	"strings"
)

// Header is where HTTP carries the id.
const Header = "X-Correlation-Id"

type contextKey struct{}

// With is the context of what is done for that id; "" leaves it as it is.
func With(ctx context.Context, id string) context.Context {
	if id == "" {
		return ctx
	}
	return context.WithValue(ctx, contextKey{}, id)
}

// ID is the context's id, "" when there is none.
func ID(ctx context.Context) string {
	id, _ := ctx.Value(contextKey{}).(string)
	return id
}

var wellFormed = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Valid says whether a stranger's id may go into logs and items.
func Valid(id string) bool { return wellFormed.MatchString(id) }

// Asked is the id that a request's headers ask for, or otherwise where they have
// none that is valid. API Gateway writes names of headers in lower case, SAM's
// local front as the caller did.
func Asked(headers map[string]string, otherwise string) string {
	for name, value := range headers {
		if strings.EqualFold(name, Header) && Valid(value) {
			return value
		}
	}
	return otherwise
}
