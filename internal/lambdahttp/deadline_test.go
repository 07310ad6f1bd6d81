package lambdahttp_test

import (
	"context"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/lambdahttp"
)

// A request is begun only if there is time to finish, and its work ends before the
// function does.
func TestTimeToAnswer(t *testing.T) {
	t.Parallel()
	for what, tc := range map[string]struct {
		left   time.Duration // 0 = no deadline
		status int
	}{
		"no deadline":     {0, http.StatusOK},
		"time enough":     {15 * time.Second, http.StatusOK},
		"too little time": {2900 * time.Millisecond, http.StatusServiceUnavailable},
		"over already":    {-time.Second, http.StatusServiceUnavailable},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			ctx, begun := t.Context(), false
			deadline := time.Now().Add(tc.left)
			if tc.left != 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, deadline)
				defer cancel()
			}
			f := lambdahttp.Handle(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				begun = true
				if ends, limited := r.Context().Deadline(); limited && deadline.Sub(ends) < time.Second {
					t.Errorf("the work ends %s before the function", deadline.Sub(ends))
				}
			}), slog.New(slog.DiscardHandler))
			answer, err := f(ctx, events.APIGatewayV2HTTPRequest{RawPath: "/",
				RequestContext: events.APIGatewayV2HTTPRequestContext{
					HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: http.MethodGet},
				}})
			if err != nil || answer.StatusCode != tc.status {
				t.Errorf("status %d, %v; want %d", answer.StatusCode, err, tc.status)
			}
			if want := tc.status == http.StatusOK; begun != want {
				t.Errorf("begun: %t, want %t", begun, want)
			}
			if wait := answer.Headers["Retry-After"]; (wait == "1") != (tc.status == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After %q", wait)
			}
		})
	}
}
