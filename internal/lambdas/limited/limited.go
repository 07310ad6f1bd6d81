// Package limited gives the handlers of the API's Lambdas their limit of requests.
// The function routing has none: switches look a number up for each call.
package limited

import (
	"context"
	"net/http"

	"didpurchase/internal/awsenv"
	"didpurchase/internal/dynamo"
	"didpurchase/internal/httpapi"
	"didpurchase/internal/ratelimit"
)

// Requests returns the handler with the limit of the environment.
func Requests(env awsenv.Env, h http.Handler) http.Handler {
	if env.RequestsASecond == 0 {
		return h
	}
	failed := func(err error) {
		env.Logger.WarnContext(context.Background(), "request passed without its limit", "error", err)
	}
	return httpapi.Limited(h, ratelimit.New(dynamo.New(env.AWS, env.TableName), env.RequestsASecond, env.Now, failed))
}
