package httpapi

import (
	"context"
	"math"
	"net/http"

	"didpurchase/internal/auth"
)

// Limiter admits requests of callers; *ratelimit.Limiter implements it, and documents
// the error.
type Limiter interface {
	Admit(ctx context.Context, who auth.Principal) error
}

type limiterKey struct{}

// Limited returns the handler with a limit of requests for each caller.
func Limited(h http.Handler, l Limiter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), limiterKey{}, l)))
	})
}

// admit asks the limiter of the context, if there is one.
func admit(ctx context.Context, who auth.Principal) error {
	limiter, limited := ctx.Value(limiterKey{}).(Limiter)
	if !limited {
		return nil
	}
	return limiter.Admit(ctx, who)
}

// wholeSeconds rounds up, to at least one.
func wholeSeconds(seconds float64) int { return int(math.Max(1, math.Ceil(seconds))) }
