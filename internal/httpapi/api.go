// Package httpapi is the HTTP API on net/http without its routes: the authorizing
// middleware, strict decoding and bounds, problems, cursors, the request log, and
// the wire types that several groups of routes share. It knows neither Lambda nor
// the database, and no route.
//
// The routes are in the folders below it, by their callers: customer, books, staff
// and switches. Each of them imports this package, and apart from it only books.
package httpapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"didpurchase/internal/auth"
)

// Group is some of the API's routes, with the services that they need.
type Group interface {
	// Register adds the routes.
	Register(*Routes)
}

// Handler returns the http.Handler of one Lambda: the routes of its groups,
// each after the authorizing middleware, and problems for everything else.
func Handler(log *slog.Logger, now func() time.Time, groups ...Group) http.Handler {
	return Front(Mux(groups...), log, now)
}

// Mux returns the routes of the groups.
func Mux(groups ...Group) *http.ServeMux {
	mux := http.NewServeMux()
	for _, g := range groups {
		g.Register(&Routes{mux: mux})
	}
	return mux
}

// Describe returns the groups' operations and their schemas as one document.
func Describe(groups ...Group) *huma.OpenAPI {
	api := humago.New(http.NewServeMux(), config())
	for _, g := range groups {
		g.Register(&Routes{all: api})
	}
	return api.OpenAPI()
}

// Front wraps the routes of every Lambda: it writes one log line for each
// request, and a problem if no route matches.
func Front(mux *http.ServeMux, log *slog.Logger, now func() time.Time) http.Handler {
	return logged(routed(mux), log, now)
}

// config leaves out huma's own documents (the portal serves them) and its $schema
// links: neither is part of the wire contract.
func config() huma.Config {
	c := huma.DefaultConfig("DID Purchase", "1")
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Transformers = []huma.Transformer{stampProblem}
	// A mistyped filter must not silently mean "everything".
	c.RejectUnknownQueryParameters = true
	return c
}

func init() {
	// Our lists are [] when empty, never null.
	huma.DefaultArrayNullable = false
}

// isSigned reports whether the operation has no caller.
func isSigned(o *huma.Operation) bool {
	rule, ok := auth.RuleFor(o.Method, o.Path)
	return ok && rule.Signed
}

// authorize runs before every operation: 503 while callers can't be identified,
// 401 for an unknown caller, 429 for too many requests, 403 for a role that
// auth.Rules does not allow.
func authorize(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if isSigned(ctx.Operation()) {
			next(ctx)
			return
		}
		who, err := principalOf(ctx.Context())
		if errors.Is(err, auth.ErrUnavailable) {
			huma.WriteErr(api, ctx, http.StatusServiceUnavailable, "", err)
			return
		}
		if who, ok := newcomerOf(ctx.Context()); ok && ctx.Operation().Path == auth.AcceptPath {
			next(huma.WithValue(ctx, newcomerKey{}, who))
			return
		}
		if err != nil {
			ctx.SetHeader("WWW-Authenticate", `Bearer error="invalid_token"`)
			huma.WriteErr(api, ctx, http.StatusUnauthorized, err.Error())
			return
		}
		noteCaller(ctx.Context(), who)
		if err := admit(ctx.Context(), who); err != nil {
			huma.WriteErr(api, ctx, http.StatusInternalServerError, "", err)
			return
		}
		rule, ok := auth.RuleFor(ctx.Operation().Method, ctx.Operation().Path)
		if !ok || !who.May(rule) {
			huma.WriteErr(api, ctx, http.StatusForbidden, auth.ErrForbidden.Error())
			return
		}
		acting := auth.ActingAs(context.WithValue(ctx.Context(), callerKey{}, who), who.Actor())
		if who.MayApprove() {
			acting = auth.Approving(acting)
		}
		next(huma.WithContext(ctx, acting))
	}
}

// routed answers requests without a route with a problem instead of net/http's
// plain text: 404, or 405 with the methods of the path.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		miss := miss{header: w.Header()}
		handler.ServeHTTP(&miss, r)
		w.Header().Del("X-Content-Type-Options")
		WriteProblem(r.Context(), w, miss.status, "")
	})
}

// miss keeps the status and the Allow header of ServeMux's own refusal and drops
// its text.
type miss struct {
	header http.Header
	status int
}

func (m *miss) Header() http.Header         { return m.header }
func (m *miss) Write(p []byte) (int, error) { return len(p), nil }
func (m *miss) WriteHeader(status int)      { m.status = status }
