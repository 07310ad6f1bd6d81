package metered

import (
	"context"
	"net/http"
	"slices"

	"github.com/aws/aws-lambda-go/events"

	"didpurchase/internal/emf"
	"didpurchase/internal/lambdahttp"
)

// Invocation returns f, followed by writing the counts.
func Invocation[I, O any](metrics *emf.Metrics,
	f func(context.Context, I) (O, error)) func(context.Context, I) (O, error) {
	return func(ctx context.Context, in I) (O, error) {
		defer metrics.Flush()
		return f(ctx, in)
	}
}

// Routes returns f, which also counts the successful answers of some routes, such
// as "GET /v1/cart".
func Routes(metrics *emf.Metrics, name string, f lambdahttp.Function, routes ...string) lambdahttp.Function {
	return func(ctx context.Context, request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
		answer, err := f(ctx, request)
		if slices.Contains(routes, request.RouteKey) && err == nil && answer.StatusCode == http.StatusOK {
			metrics.Add(name, 1)
		}
		return answer, err
	}
}
